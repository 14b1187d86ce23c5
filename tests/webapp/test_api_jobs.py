"""Work under way over the API: imports, what could not be read, what could not be indexed."""

import pytest
from django.core.cache import cache

from assetdb.models import Asset, ImportRun, State, Visibility
from indexer.models import Failure
from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.callers import caller, failure
from webapp import duties

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
JOBS = "/api/v1/jobs/"


@pytest.fixture(autouse=True)
def unsampled():
    cache.clear()


@pytest.fixture
def broken(make_asset):
    return make_asset("broken", data=b"\x89PNG\r\n\x1a\n", file_name="broken.png")


@pytest.fixture
def brought(people):
    return ImportRun.objects.create(source="openmoji", owner=people["editor"], state="running", total=9, done=4)


def again(user, what, **said):
    return caller(user).post(f"{JOBS}{what}/again/", said, format="json")


def test_the_work_is_told_in_figures(people, make_asset):
    make_asset("Cat")
    duties.beat(duties.QUICK)
    body = caller(people["viewer"]).get(JOBS).json()
    waiting = {one["name"]: one["waiting"] for one in body["work"]}
    assert waiting == {"read": 0, "embed": 1, "words": 1, "suggest": 0, "make": 0}
    assert body["workers"] == {"quick": True, "slow": False}
    assert body["work"][0]["device"] == "sandbox"


def test_an_import_is_stopped_and_resumed(people, brought):
    client, url = caller(people["editor"]), f"{JOBS}imports/{brought.pk}/"
    assert client.get(url).json()["done"] == 4
    assert client.post(f"{url}cancel/").json()["state"] == "cancelled"
    failure(client.post(f"{url}cancel/"), 409, "not_running")
    assert client.post(f"{url}resume/").json()["state"] == "queued"
    failure(client.post(f"{url}resume/"), 409, "still_open")


def test_imports_are_ones_own_and_reviewers_see_all(people, brought):
    for name, sees in {"editor": True, "reviewer": True, "admin": True, "viewer": False, "other": False}.items():
        rows = caller(people[name]).get(f"{JOBS}imports/").json()["results"]
        assert [row["id"] for row in rows] == [str(brought.pk)] * sees, name
    failure(caller(people["other"]).post(f"{JOBS}imports/{brought.pk}/cancel/"), 404, "not_found")
    rows = caller(people["admin"]).get(f"{JOBS}imports/", {"state": "done"}).json()["results"]
    assert rows == []


def test_unreadable_files_are_listed_and_read_again(people, broken):
    rows = caller(people["editor"]).get(f"{JOBS}unreadable/").json()["results"]
    assert [(row["title"], row["state"]) for row in rows] == [("broken", "unreadable")] and rows[0]["error"]
    assert caller(people["viewer"]).get(f"{JOBS}unreadable/").json()["results"] == []
    assert again(people["editor"], "unreadable", assets=[str(broken.pk)]).json() == {"count": 1}
    assert Asset.objects.get(pk=broken.pk).state == State.RECEIVED
    failure(again(people["editor"], "unreadable", assets=[str(broken.pk)]), 404, "not_found")
    assert again(people["editor"], "unreadable", all=True).json() == {"count": 0}
    for said in ({}, {"all": False}, {"all": True, "assets": [str(broken.pk)]}):
        failure(again(people["editor"], "unreadable", **said), 400, "nothing_chosen")


def test_what_could_not_be_indexed_is_listed_and_tried_again(people, make_asset):
    cat, hidden = make_asset("Cat"), make_asset("Hidden", owner=people["other"], visibility=Visibility.PRIVATE)
    for asset in (cat, hidden):
        Failure.objects.create(view="embed:x", asset_id=asset.pk, code="odd", message="It is odd.")
    rows = caller(people["editor"]).get(f"{JOBS}unindexed/").json()["results"]
    assert [(row["asset"], row["code"], row["message"]) for row in rows] == [(str(cat.pk), "odd", "It is odd.")]
    assert caller(people["viewer"]).get(f"{JOBS}unindexed/").json()["results"] == []
    assert len(caller(people["admin"]).get(f"{JOBS}unindexed/").json()["results"]) == 2
    failure(again(people["editor"], "unindexed", assets=[str(hidden.pk)]), 404, "not_found")
    assert again(people["editor"], "unindexed", all=True).json() == {"count": 1}
    assert list(Failure.objects.values_list("asset_id", flat=True)) == [hidden.pk]
