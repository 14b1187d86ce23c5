"""Trash and shelf: several at once, each within what one may do, and what the pages say when empty."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from assetdb.models import Asset, Origin, Review
from generators.models import Candidate, Run
from tests.webapp.readers import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture
def thrown(people, make_asset):
    def make(*titles: str, owner: str = "editor", **fields) -> list[Asset]:
        made = [make_asset(title, owner=people[owner], **fields) for title in titles]
        Asset.objects.filter(pk__in=[asset.pk for asset in made]).update(trashed=timezone.now())
        return made

    return make


def trashed() -> set[str]:
    return set(Asset.objects.filter(trashed__isnull=False).values_list("title", flat=True))


def test_several_are_restored_at_once(clients, thrown):
    lamp, chair, _ = thrown("lamp", "chair", "house")
    said = clients["editor"].post("/trash/restore/", {"asset": [lamp.pk, chair.pk]}, follow=True)
    assert "2 assets restored." in text(said) and trashed() == {"house"}


def test_several_are_deleted_for_good_by_their_owner_only(clients, thrown):
    mine = thrown("lamp", "chair")
    theirs = thrown("their lamp", owner="other")
    ids = [asset.pk for asset in mine]
    assert clients["editor"].post("/trash/purge/", {"asset": [*ids, theirs[0].pk]}).status_code == 403
    assert Asset.objects.count() == 3, "nothing went"
    clients["editor"].post("/trash/purge/", {"asset": ids})
    assert trashed() == {"their lamp"}


def test_the_private_trash_of_others_is_not_there(clients, thrown):
    (secret,) = thrown("secret", owner="other", visibility="private")
    assert str(secret.pk) not in clients["editor"].get("/trash/").content.decode()
    for path in ("/trash/restore/", "/trash/purge/"):
        assert clients["editor"].post(path, {"asset": secret.pk}).status_code == 404
        assert clients["editor"].post(path, {"asset": uuid.uuid4()}).status_code == 404
        assert clients["editor"].post(path, {"asset": "nonsense"}).status_code == 404
    assert trashed() == {"secret"}


def test_choosing_nothing_says_what_to_do(clients, thrown):
    thrown("lamp")
    for path in ("/trash/restore/", "/trash/purge/", "/shelf/clear/"):
        refused = clients["editor"].post(path)
        assert refused.status_code == 400 and "Choose at least one picture first" in text(refused)


def test_emptying_says_how_many_and_leaves_what_is_not_ones_own(clients, thrown):
    thrown("lamp", "chair", owner="admin")
    thrown("their lamp", owner="other")
    page = text(clients["admin"].get("/trash/"))
    assert "the 2 pictures that are yours" in page and "3 pictures wait here" in page
    clients["admin"].post("/trash/empty/")
    assert trashed() == {"their lamp"}


def test_rejects_are_put_into_the_trash_together(clients, people, make_asset):
    made = [
        make_asset(f"blue cat {n}", owner=people["editor"], origin=Origin.GENERATED, review=Review.REJECTED)
        for n in range(3)
    ]
    run = Run.objects.create(
        query="blue cat", meaning="m", generator="composer", asker=people["editor"], reason="No tail"
    )
    Candidate.objects.create(run=run, number=0, recipe={}, asset=made[0], state="chosen")
    page = text(clients["editor"].get("/shelf/"))
    assert "No tail" in page and "blue cat 2" in page
    clients["editor"].post("/shelf/clear/", {"asset": [made[0].pk, made[1].pk]})
    assert trashed() == {"blue cat 0", "blue cat 1"}
    assert "blue cat 0" not in text(clients["editor"].get("/shelf/"))
    seen_by_reviewer = clients["reviewer"].get("/shelf/").content.decode()
    assert "blue cat 2" in seen_by_reviewer and 'name="asset"' not in seen_by_reviewer, "a look, not a hand"


def test_empty_pages_say_what_will_be_there(clients):
    assert "The trash is empty" in text(clients["viewer"].get("/trash/"))
    assert "Nothing on the shelf" in text(clients["viewer"].get("/shelf/"))
