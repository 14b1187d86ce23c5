"""Each call of the client against a real library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assetdb.models import Asset, AssetTag, ImportRun, Origin, Review, Tag
from generators.models import Candidate, Run, RunAsker
from lacuna import Lacuna, LacunaError
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("encoder")]


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "lamp “a”.svg"
    path.write_bytes(drawing("#fcea2b"))
    return path


def titles(found):
    return [each.title for each in found]


def test_a_search_answers_with_verdict_and_hits(library, stocked):
    answer = library.search("red apple", limit=2)
    assert (answer.verdict, answer.query, answer.calibration) == ("hit", "red apple", "prior")
    first = answer.hits[0]
    assert (first.id, first.title) == (str(stocked["Red apple"].pk), "Red apple")
    assert (first.licence, first.credit) == ("CC-BY-4.0", "Ada")
    missed = library.search("purple elephant")
    assert missed.verdict in {"miss", "weak"}
    assert "purple elephant" in missed.missing


def test_a_search_by_a_picture_and_by_an_asset(library, stocked, tmp_path):
    path = tmp_path / "red.svg"
    path.write_bytes(drawing("#ea5a47", radius=29))
    assert library.search(image=path, limit=1).hits[0].title == "Red apple"
    like = library.search(like=str(stocked["Red apple"].pk))
    assert "Red apple" not in titles(like.hits)
    with pytest.raises(LacunaError) as refused:
        library.search("red", image=path)
    assert refused.value.code == "two_questions"
    with pytest.raises(LacunaError) as refused:
        library.search(image=tmp_path / "none.svg")
    assert refused.value.code == "cannot_read"


def test_conditions_narrow_a_search_and_a_list(library, stocked):
    Asset.objects.filter(title="Red apple").update(licence="MIT")
    assert titles(library.search("apple", licence="MIT").hits) == ["Red apple"]
    later = datetime.now(UTC) + timedelta(days=1)
    assert titles(library.search("apple", created_from=later).hits) == []
    assert titles(library.assets.list(licence="MIT")) == ["Red apple"]
    Tag.objects.create(slug="fruit", group="food", name="fruit")
    Tag.objects.create(slug="round", group="shapes", name="round")
    for slug in ("fruit", "round"):
        library.assets.accept_tag(str(stocked["Green apple"].pk), slug)
    library.assets.accept_tag(str(stocked["Red apple"].pk), "fruit")
    assert titles(library.search("apple", tag=["fruit", "round"]).hits) == ["Green apple"]


def test_a_list_goes_on_over_its_pages(library, make_asset, monkeypatch, settings):
    monkeypatch.setattr("webapp.api.pagination.Pages.page_size", 2)
    made = [make_asset(f"number {n}").title for n in range(5)]
    assert titles(library.assets.list()) == made[::-1]
    assert titles(library.assets.list(ordering="title")) == made


def test_an_upload_is_told_of_and_the_same_file_is_the_same_asset(library, picture):
    told = []
    first = library.assets.upload(picture, title="Lamp", licence="MIT", on_progress=lambda *far: told.append(far))
    assert first.created
    assert told[-1] == (picture.stat().st_size,) * 2
    assert (first.asset.title, first.asset.licence, first.asset.owner) == ("Lamp", "MIT", "editor")
    assert first.asset.file_name == picture.name
    again = library.assets.upload(picture)
    assert (again.created, again.asset.id) == (False, first.asset.id)
    assert library.assets.get(first.asset.id) == again.asset


def test_a_refused_upload_says_why(library, account, tmp_path, picture):
    path = tmp_path / "notes.svg"
    path.write_text("no picture")
    taken = library.assets.upload(path).asset
    assert taken.state == "unreadable"
    assert taken.error.message
    with pytest.raises(LacunaError) as refused:
        library.assets.upload(picture, licence="mine")
    assert (refused.value.code, refused.value.status) == ("invalid", 400)
    with pytest.raises(LacunaError) as refused:
        account("viewer").assets.upload(picture)
    assert (refused.value.code, refused.value.status) == ("forbidden", 403)
    with pytest.raises(LacunaError) as refused:
        library.assets.upload(tmp_path / "none.svg")
    assert refused.value.code == "cannot_read"


def test_an_asset_is_changed_trashed_restored_and_purged(library, make_asset):
    id = str(make_asset("Cat").pk)
    assert library.assets.update(id, title="Black cat", derivatives_allowed=False).title == "Black cat"
    library.assets.trash(id)
    assert titles(library.assets.in_trash()) == ["Black cat"]
    with pytest.raises(LacunaError) as refused:
        library.assets.get(id)
    assert (refused.value.code, refused.value.status) == ("not_found", 404)
    assert library.assets.restore(id).trashed is None
    library.assets.trash(id)
    library.assets.purge(id)
    assert not Asset.objects.filter(pk=id).exists()


def test_a_download_is_whole_and_takes_the_name_it_is_given(library, picture, tmp_path):
    id = library.assets.upload(picture).asset.id
    folder = tmp_path / "out"
    folder.mkdir()
    told = []
    path = library.assets.download(id, folder, on_progress=lambda *far: told.append(far))
    assert path == folder / picture.name
    assert path.read_bytes() == picture.read_bytes()
    assert told[-1] == (picture.stat().st_size,) * 2
    assert library.assets.download(id, folder / "mine.svg") == folder / "mine.svg"
    with pytest.raises(LacunaError) as refused:
        library.assets.download(id, tmp_path / "nowhere" / "mine.svg")
    assert refused.value.code == "cannot_write"
    assert sorted(path.name for path in folder.iterdir()) == sorted(["mine.svg", picture.name])


def test_a_preview_is_downloaded_too(library, stocked, tmp_path):
    path = library.assets.download(str(stocked["Elephant"].pk), tmp_path / "small.webp", what="thumb")
    assert path.read_bytes()[8:12] == b"WEBP"


def test_tags_are_shown_and_decided(library, make_asset, people):
    asset = make_asset("Cat")
    for slug in ("cat", "dog"):
        tag = Tag.objects.create(slug=slug, group="animals", name=slug)
        AssetTag.objects.create(asset=asset, tag=tag, source="zero_shot", score=0.5)
    assert {row.tag: row.state for row in library.assets.tags(str(asset.pk))} == dict.fromkeys(
        ("cat", "dog"), "suggested"
    )
    assert library.assets.accept_tag(str(asset.pk), "cat").decided_by == "editor"
    assert library.assets.reject_tag(str(asset.pk), "dog").state == "rejected"
    assert library.tags.get("cat").count == 1
    assert [tag.slug for tag in library.tags.list(group="animals")] == ["cat", "dog"]


@pytest.fixture
def run(people, make_asset):
    """A run of the editor's with something made, waiting for a reviewer."""
    made = make_asset("Purple elephant", origin=Origin.GENERATED, review=Review.PENDING)
    run = Run.objects.create(
        query="purple elephant",
        meaning="1 purple elephant",
        generator="composer",
        asker=people["editor"],
        state="review",
        asset=made,
    )
    RunAsker.objects.create(run=run, user=people["editor"])
    Candidate.objects.create(run=run, number=0, recipe={"seed": 1}, state="chosen", asset=made, score=0.9, checks=[])
    return run


def test_what_is_missing_is_asked_for_and_followed(library, stocked, monkeypatch):
    run = library.generations.make("purple elephant")
    assert (run.state, run.under_way, run.asker) == ("queued", True, "editor")
    assert library.generations.make("a purple elephant").id == run.id
    steps = iter(["generating", "generating", "checking", "review"])
    monkeypatch.setattr(
        "lacuna.generations.time.sleep", lambda _: Run.objects.filter(pk=run.id).update(state=next(steps))
    )
    told = []
    done = library.generations.wait(run.id, on_change=lambda now: told.append(now.state))
    assert (done.state, told) == ("review", ["queued", "generating", "checking", "review"])
    assert [each.id for each in library.generations.list(state="review")] == [run.id]
    assert list(library.generations.list(asker="other")) == []


def test_waiting_ends(library, stocked):
    run = library.generations.make("purple elephant")
    with pytest.raises(LacunaError) as refused:
        library.generations.wait(run.id, timeout=0)
    assert (refused.value.code, refused.value.extra) == ("timed_out", {"run": run.id})
    assert library.generations.cancel(run.id).state == "cancelled"
    assert library.generations.retry(run.id).state == "queued"


def test_what_the_library_has_is_not_made(library, stocked):
    with pytest.raises(LacunaError) as refused:
        library.generations.make("red apple")
    assert (refused.value.code, refused.value.status) == ("already_there", 409)
    assert refused.value.extra["hits"][0]["title"] == "Red apple"


def test_reviewers_decide(account, run):
    reviewer = account("reviewer").generations
    assert reviewer.get(str(run.pk)).candidates[0].recipe == {"seed": 1}
    assert reviewer.reject(str(run.pk), reason="too grey").reason == "too grey"


def test_another_candidate_is_chosen(account, run, make_asset):
    other = make_asset("Purple elephant 2", origin=Origin.GENERATED, review=Review.PENDING)
    Candidate.objects.create(run=run, number=1, recipe={}, state="passed", asset=other, checks=[])
    chosen = account("reviewer").generations.choose(str(run.pk), 1)
    assert chosen.asset == str(other.pk)
    assert [each.state for each in chosen.candidates] == ["passed", "chosen"]


def test_collections_are_kept(library, stocked):
    ids = [str(asset.pk) for asset in stocked.values()]
    made = library.collections.create("Fruit", description="to eat")
    inner = library.collections.create("Apples", parent=made.id)
    assert (made.count, made.may_edit, made.smart, inner.parent) == (0, True, False, made.id)
    assert library.collections.add(made.id, ids) == len(ids)
    assert library.collections.add(made.id, ids[:1]) == 0
    assert [asset.id for asset in library.collections.items(made.id)] == ids
    assert titles(library.search("apple", collection=made.id).hits)
    assert library.collections.remove(made.id, ids[:1]) == 1
    assert library.collections.get(made.id).count == len(ids) - 1
    assert library.collections.rename(made.id, "Food").description == "to eat"
    assert library.collections.rename(made.id, "Food", description="").description == ""
    assert [one.name for one in library.collections.list()] == ["Apples", "Food"]
    assert [one.name for one in library.collections.list(parent=made.id, may_edit=True)] == ["Apples"]
    assert list(library.collections.list(may_edit=False)) == []
    library.collections.delete(inner.id)
    assert [one.name for one in library.collections.list()] == ["Food"]


def test_webhooks_are_kept_and_their_secret_is_shown_once(account):
    hooks = account("admin").webhooks
    made = hooks.create("https://93.184.216.34/hook", ["assets.added"])
    assert made.secret.startswith("whsec_")
    assert made.secret not in repr(made)
    assert hooks.get(made.id).secret == ""
    assert [hook.id for hook in hooks.list()] == [made.id]
    assert hooks.switch(made.id, on=False).active is False
    assert hooks.switch(made.id, on=True).active is True
    assert hooks.change(made.id, events=["run.published"]).events == ("run.published",)
    assert hooks.rotate(made.id).secret != made.secret
    ping = hooks.ping(made.id)
    assert [each.id for each in hooks.deliveries(made.id)] == [ping.id]
    hooks.delete(made.id)
    assert list(hooks.list()) == []


def test_what_goes_on_is_told(library, people, stocked):
    ImportRun.objects.create(owner=people["editor"], source="folder", state="running", total=3, done=1)
    jobs = library.jobs.get()
    assert {work.name: work.waiting for work in jobs.work}["make"] == 0
    assert jobs.workers.quick is False
    assert [(batch.source, batch.total, batch.done) for batch in library.jobs.imports(state="running")] == [
        ("folder", 3, 1)
    ]
    assert list(library.jobs.imports(state="done")) == []


def test_who_is_not_let_in_is_told(live_server, account):
    assert account("viewer").account().role == "viewer"
    with pytest.raises(LacunaError) as refused:
        next(account().assets.list())
    assert (refused.value.code, refused.value.status) == ("not_signed_in", 401)
    with pytest.raises(LacunaError) as refused:
        Lacuna(live_server.url, "lac_wrong").search("cat")
    assert refused.value.code == "bad_token"
    assert "lac_wrong" not in repr(refused.value)


def test_the_environment_says_where_and_who(live_server, people, stocked, monkeypatch):
    from webapp.api import tokens

    monkeypatch.setenv("LACUNA_URL", live_server.url + "/")
    monkeypatch.setenv("LACUNA_TOKEN", tokens.create(people["viewer"]))
    with Lacuna() as library:
        assert library.url == live_server.url
        assert library.search("red apple").verdict == "hit"
        assert "lac_" not in repr(library)
