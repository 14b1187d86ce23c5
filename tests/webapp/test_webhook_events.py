"""What a hook is told: everything its owner may see and it asked for, once, whatever happens meanwhile."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.utils import timezone

from assetdb import bulk, changes, lifecycle, sources, tagging
from assetdb.models import Asset, AssetTag, Blob, ImportRun, Origin, Review, Role, State, Tag, User, Visibility
from generators import publish, runs, steering
from generators.models import Run
from webapp.webhooks import deliver, events, hooks
from webapp.webhooks.models import Delivery, Webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(people) -> Webhook:
    made, _ = hooks.create(people["admin"], url="https://example.com/", events=events.EVENTS)
    return made


def tell(hook: Webhook) -> dict[str, list[dict]]:
    """Read on for ``hook``, keep how far, and return what there was to tell."""
    hook.refresh_from_db()
    reading = events.read(hook)
    Webhook.objects.filter(pk=hook.pk).update(positions=reading.positions)
    return reading.things


def stock(count: int, *, owner: User, name: str = "x") -> list[Asset]:
    """Return assets that were read but stand in no log yet."""
    blobs = Blob.objects.bulk_create(
        Blob(sha256=f"{name}{n:063d}"[:64], size=1, media_type="image/png") for n in range(count)
    )
    return Asset.objects.bulk_create(
        Asset(owner=owner, blob=blob, title=f"{name} {n}", state=State.READY) for n, blob in enumerate(blobs)
    )


def test_a_thousand_assets_are_few_messages_and_each_is_told_once(hook, people):
    assets = stock(1000, owner=people["editor"])
    for start in range(0, 1000, 32):
        with transaction.atomic():
            changes.touch(asset.pk for asset in assets[start : start + 32])
        deliver.gather()
    told = _everything(hook)
    assert sorted(told["assets.added"]) == sorted(str(asset.pk) for asset in assets)
    assert Delivery.objects.count() <= 4
    bulk.trash(people["admin"], [asset.pk for asset in assets])
    told = _everything(hook)
    assert sorted(told["assets.trashed"]) == sorted(str(asset.pk) for asset in assets)
    assert Delivery.objects.count() <= 8
    assert max(Delivery.objects.values_list("count", flat=True)) <= events.MOST


def _everything(hook: Webhook) -> dict[str, list[str]]:
    """Have everything told and return it: the ids by event, of messages not looked at before."""
    said: dict[str, list[str]] = {}
    while True:
        for one in Delivery.objects.filter(state="waiting"):
            for name, items in json.loads(one.body)["data"].items():
                said.setdefault(name, []).extend(item.get("id") or item["asset"] for item in items)
        Delivery.objects.filter(state="waiting").update(state="delivered")
        Webhook.objects.update(gathered=timezone.now() - deliver.WINDOW)
        if not deliver.gather():
            return said


def test_a_full_message_is_followed_by_the_next_at_once(hook, people):
    assets = stock(events.MOST + 1, owner=people["editor"])
    with transaction.atomic():
        changes.touch(asset.pk for asset in assets)
    Webhook.objects.update(gathered=timezone.now() - deliver.WINDOW)
    assert deliver.gather() == 1 and deliver.gather() == 0, "one at a time"
    Delivery.objects.update(state="delivered")
    assert deliver.pending() == 1 == deliver.gather()
    assert sorted(Delivery.objects.values_list("count", flat=True)) == [1, events.MOST]


def test_a_further_change_does_not_hide_that_something_is_new(hook, people, monkeypatch):
    monkeypatch.setattr(events, "MOST", 2)
    first, second, third = stock(3, owner=people["editor"])
    with transaction.atomic():
        changes.touch([first.pk])
        changes.touch([second.pk])
        changes.touch([third.pk])
        changes.touch([first.pk])
    said = [tell(hook), tell(hook), tell(hook)]
    added = [item["id"] for told in said for item in told.get("assets.added", [])]
    assert sorted(added) == sorted(str(asset.pk) for asset in (first, second, third))
    assert [item["id"] for told in said for item in told.get("assets.changed", [])] == [str(first.pk)]


def test_what_happened_before_a_hook_is_not_told(people, make_asset):
    make_asset("Lamp")
    made, _ = hooks.create(people["admin"], url="https://example.com/", events=events.EVENTS)
    assert tell(made) == {} and not events.anything_new(made)


def test_an_asset_comes_changes_goes_and_comes_back(hook, people, make_asset):
    lamp = make_asset("Lamp", owner=people["editor"])
    (added,) = tell(hook)["assets.added"]
    assert added == {
        "id": str(lamp.pk),
        "title": "Lamp",
        "kind": "image",
        "state": "ready",
        "origin": "uploaded",
        "review": "none",
        "visibility": "library",
        "licence": "",
        "trashed": None,
        "url": f"/api/v1/assets/{lamp.pk}/",
    }
    lifecycle.update_asset(people["editor"], lamp.pk, title="Lantern")
    (changed,) = tell(hook)["assets.changed"]
    assert changed["title"] == "Lantern"
    lifecycle.trash(people["editor"], [lamp.pk])
    (gone,) = tell(hook)["assets.trashed"]
    assert gone["id"] == str(lamp.pk) and gone["trashed"] is not None
    lifecycle.restore(people["editor"], [lamp.pk])
    assert tell(hook)["assets.changed"][0]["trashed"] is None
    assert tell(hook) == {}


def test_what_came_and_went_unheard_of_is_not_told(hook, people, make_asset):
    lamp = make_asset("Lamp", owner=people["editor"])
    lifecycle.trash(people["editor"], [lamp.pk])
    make_asset("candidate", origin=Origin.GENERATED, review=Review.REJECTED)
    assert tell(hook) == {}


def test_a_hook_is_told_only_what_it_asked_for(people, make_asset):
    made, _ = hooks.create(people["admin"], url="https://example.com/", events=["assets.trashed"])
    lamp = make_asset("Lamp", owner=people["editor"])
    assert tell(made) == {}
    lifecycle.trash(people["editor"], [lamp.pk])
    assert list(tell(made)) == ["assets.trashed"]


def test_nothing_is_stored_where_there_is_nothing_to_tell_and_it_is_not_looked_at_again(people, make_asset):
    hooks.create(people["admin"], url="https://example.com/", events=["import.finished"])
    make_asset("Lamp")
    Webhook.objects.update(gathered=timezone.now() - deliver.WINDOW)
    assert deliver.pending() == 1 == deliver.gather()
    assert Delivery.objects.count() == 0
    Webhook.objects.update(gathered=timezone.now() - deliver.WINDOW)
    assert deliver.pending() == 0


def test_a_hook_tells_nothing_that_its_owner_may_not_see(hook, people, make_asset):
    secret = make_asset("Quokkaburg", owner=people["other"], visibility=Visibility.PRIVATE)
    tag = Tag.objects.create(slug="light", name="light", group="subject")
    tagging.add_tag(people["other"], secret.pk, tag.slug)
    Run.objects.create(query="quokka", meaning="q", generator="x", asker=people["other"], state="failed")
    ImportRun.objects.create(source="openmoji", owner=people["other"], state="done")
    with transaction.atomic():
        changes.mark(Run.objects.all())
        changes.mark(ImportRun.objects.all())
    positions = hook.positions
    told = tell(hook)
    assert set(told) == {"assets.added", "tags.decided", "run.failed", "import.finished"}, "an admin sees all of it"
    User.objects.filter(pk=people["admin"].pk).update(role=Role.EDITOR)
    Webhook.objects.update(positions=positions)
    assert tell(Webhook.objects.get()) == {}
    own = make_asset("Lamp", owner=people["editor"])
    lifecycle.trash(people["other"], [secret.pk])
    said = tell(Webhook.objects.get())
    assert {name: [item["id"] for item in items] for name, items in said.items()} == {"assets.added": [str(own.pk)]}


def test_a_hook_of_somebody_shut_out_is_silent(hook, people, make_asset):
    make_asset("Lamp")
    hooks.ping(people["admin"], hook.pk)
    Webhook.objects.update(gathered=timezone.now() - deliver.WINDOW)
    User.objects.filter(pk=people["admin"].pk).update(is_active=False)
    assert deliver.pending() == 0 == deliver.gather() == deliver.send()


def test_decisions_on_tags_are_told_by_asset_and_suggestions_are_not(hook, people, make_asset):
    lamp, chair = make_asset("Lamp"), make_asset("Chair")
    light, wood = (Tag.objects.create(slug=slug, name=slug, group="subject") for slug in ("light", "wood"))
    tell(hook)
    for tag in (light, wood):
        AssetTag.objects.create(asset=lamp, tag=tag, source="zero_shot", score=0.9)
    assert tell(hook) == {}, "what models suggest floods nobody"
    editor = people["editor"]
    tagging.decide_many(editor, [(lamp.pk, "light")], accept=True)
    tagging.decide(editor, lamp.pk, "wood", accept=False)
    bulk.add_tag(editor, [chair.pk], "wood")
    said = tell(hook)
    assert said["tags.decided"] == [
        {
            "asset": str(lamp.pk),
            "tags": [{"tag": "light", "state": "accepted"}, {"tag": "wood", "state": "rejected"}],
        },
        {"asset": str(chair.pk), "tags": [{"tag": "wood", "state": "accepted"}]},
    ]
    assert {item["id"] for item in said["assets.changed"]} == {str(lamp.pk), str(chair.pk)}
    tagging.reopen(editor, lamp.pk, "light")
    (again,) = tell(hook)["tags.decided"]
    assert again["tags"] == [{"tag": "light", "state": "suggested"}]
    lifecycle.update_asset(editor, lamp.pk, title="Lantern")
    assert "tags.decided" not in tell(hook)


@pytest.fixture
def proposed(people, make_asset) -> Run:
    asset = make_asset("elephant", owner=people["editor"], origin=Origin.GENERATED, review=Review.REJECTED)
    run = Run.objects.create(query="elephant", meaning="1 elephant", generator="x", asker=people["editor"], holder="me")
    Run.objects.filter(pk=run.pk).update(state="checking")
    best = run.candidates.create(number=0, recipe={}, asset=asset, state="passed")
    run.candidates.create(number=1, recipe={}, asset=make_asset("other", review=Review.REJECTED), state="passed")
    runs._propose(run, best)
    return run


def test_a_run_is_told_when_it_waits_for_its_review_and_when_it_ends(hook, people, proposed, monkeypatch):
    said = tell(hook)
    (told,) = said["run.proposed"]
    assert (told["id"], told["state"], told["query"]) == (str(proposed.pk), "review", "elephant")
    assert said["assets.added"][0]["review"] == "pending"
    steering.choose(people["editor"], proposed.pk, 1)
    assert tell(hook)["run.proposed"][0]["asset"] != told["asset"]
    publish.reject(people["reviewer"], proposed.pk, "Its trunk is missing.")
    said = tell(hook)
    assert said["run.rejected"][0]["reason"] == "Its trunk is missing."
    assert len(said["assets.trashed"]) == 1
    assert tell(hook) == {}


def test_a_published_run_is_told(hook, people, proposed, monkeypatch):
    tell(hook)

    def found(run):
        with transaction.atomic():
            Run.objects.filter(pk=run.pk).update(state="published")
            changes.mark(Run.objects.filter(pk=run.pk))
        return True

    monkeypatch.setattr(publish, "prove", found)
    publish.approve(people["reviewer"], proposed.pk)
    said = tell(hook)
    assert said["run.published"][0]["asset"] == said["assets.changed"][0]["id"]


def test_a_failed_run_is_told_and_one_that_is_tried_again_meanwhile_is_not(hook, people):
    run = Run.objects.create(query="elephant", meaning="e", generator="x", asker=people["editor"])
    runs._end(run, error_code="checks_failed", error_message="It is blank.")
    (told,) = tell(hook)["run.failed"]
    assert told["error"] == {"code": "checks_failed", "message": "It is blank."}
    run = Run.objects.create(query="lion", meaning="l", generator="x", asker=people["editor"])
    runs._end(run, error_code="checks_failed", error_message="It is blank.")
    steering.retry(people["editor"], run.pk)
    assert tell(hook) == {}


def test_an_import_is_told_when_it_is_over(hook, people, tmp_path, monkeypatch):
    monkeypatch.setitem(sources.SOURCES, "empty", lambda: iter(()))
    done = ImportRun.objects.create(source="empty", owner=people["editor"])
    sources.run_import(done)
    stopped = ImportRun.objects.create(source="empty", owner=people["editor"])
    sources.cancel(stopped.pk)
    told = tell(hook)["import.finished"]
    assert [(item["id"], item["state"]) for item in told] == [(str(done.pk), "done"), (str(stopped.pk), "cancelled")]
    sources.cancel(stopped.pk)
    assert tell(hook) == {}
