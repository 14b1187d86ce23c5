"""The pages of collections: making, filling, ordering, opening to others, and saved searches."""

import pytest

from assetdb import collections
from assetdb.models import Collection, Grant
from indexer import embed, words
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
JSON = {"accept": "application/json"}


@pytest.fixture
def editor(client, people):
    client.force_login(people["editor"])
    return people["editor"]


@pytest.fixture
def lamps(make_asset):
    made = [make_asset(title, data=drawing(shade)) for title, shade in (("a lamp", "#ea5a47"), ("a rug", "#1e50a0"))]
    while embed.catch_up() or words.catch_up():
        pass
    return made


def test_an_empty_wall_says_what_to_do(client, editor):
    page = client.get("/collections/").content.decode()
    assert "No collections yet" in page and 'action="/collections/new/"' in page


def test_a_collection_is_made_filled_and_shown(client, editor, lamps):
    there = client.post("/collections/new/", {"name": "Spring"})["Location"]
    shelf = Collection.objects.get()
    assert "Nothing is in it yet" in client.get(there).content.decode()
    answer = client.post("/collections/add/", {"collection": shelf.pk, "asset": [a.pk for a in lamps]}, headers=JSON)
    assert answer.json() == {
        "message": "2 pictures added to “Spring”.",
        "collection": {"id": str(shelf.pk), "name": "Spring", "url": there},
        "count": 2,
    }
    page = client.get(there).content.decode()
    assert page.index("a lamp") < page.index("a rug")
    client.post(f"{there}order/", {"asset": [lamps[1].pk]}, headers=JSON)
    page = client.get(there).content.decode()
    assert page.index("a rug") < page.index("a lamp")
    client.post(f"{there}cover/", {"asset": lamps[0].pk})
    wall = client.get("/collections/").content.decode()
    assert "2 pictures" in wall and str(lamps[0].pk) in wall and str(lamps[1].pk) not in wall
    client.post(f"{there}remove/", {"asset": lamps[0].pk})
    assert "a lamp" not in client.get(there).content.decode()


def test_a_program_is_told_in_json_why_not(client, people, editor, lamps):
    theirs = collections.create(people["other"], "Theirs")
    answer = client.post("/collections/add/", {"collection": theirs.pk, "asset": lamps[0].pk}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    answer = client.post("/collections/add/", {"name": " "}, headers={"accept": "application/json, */*;q=0.1"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_value")


def test_collecting_into_a_new_one(client, editor, lamps):
    client.post("/collections/add/", {"name": "New", "asset": [lamps[0].pk]})
    assert list(collections.items(editor, Collection.objects.get(name="New"))) == [lamps[0]]


def test_those_within_stand_in_their_parent_only(client, editor):
    outer = collections.create(editor, "Outer")
    collections.create(editor, "Inner", parent=outer.pk)
    card = '<span class="name">Inner</span>'
    wall = client.get("/collections/").content.decode()
    assert card not in wall and ">Inner</a>" in wall
    assert card in client.get(f"/collections/{outer.pk}/").content.decode()


def test_it_is_opened_to_people_by_name(client, people, editor):
    shelf = collections.create(editor, "Spring")
    client.post(f"/collections/{shelf.pk}/grants/", {"who": "viewer", "level": "edit"})
    grant = Grant.objects.get()
    assert (grant.user, grant.level) == (people["viewer"], "edit")
    page = client.get(f"/collections/{shelf.pk}/").content.decode()
    assert "What viewer may do" in page and '<option value="edit" selected>' in page
    refused = client.post(f"/collections/{shelf.pk}/grants/", {"who": "nobody", "level": "view"})
    assert "no person or group" in refused.content.decode()
    client.post(f"/collections/{shelf.pk}/grants/{grant.pk}/revoke/")
    assert not Grant.objects.exists()


def test_who_may_only_look_gets_no_tools(client, people, editor, lamps):
    shelf = collections.create(editor, "Spring")
    collections.add(editor, shelf.pk, [lamps[0].pk])
    collections.grant(editor, shelf.pk, "viewer", "view")
    client.force_login(people["viewer"])
    page = client.get(f"/collections/{shelf.pk}/").content.decode()
    assert "a lamp" in page and "Take out" not in page and "Share" not in page
    assert client.post(f"/collections/{shelf.pk}/remove/", {"asset": lamps[0].pk}).status_code == 403


def test_a_saved_search_shows_what_it_finds_now(client, editor, lamps, make_asset):
    client.post("/collections/save-search/", {"name": "Lamps", "search": "q=lamp&offset=48"})
    smart = Collection.objects.get()
    assert smart.search == "q=lamp"
    page = client.get(f"/collections/{smart.pk}/").content.decode()
    assert "a lamp" in page and "a rug" not in page and 'href="/?q=lamp"' in page
    make_asset("another lamp", data=drawing("#fcea2b"))
    while embed.catch_up() or words.catch_up():
        pass
    assert "another lamp" in client.get(f"/collections/{smart.pk}/").content.decode()


def test_a_cover_nobody_here_may_see_is_not_shown(client, people, editor, lamps):
    shelf = collections.create(editor, "Spring")
    collections.add(editor, shelf.pk, [lamps[0].pk])
    collections.set_cover(editor, shelf.pk, lamps[0].pk)
    collections.grant(editor, shelf.pk, "viewer", "view")
    lamps[0].visibility, lamps[0].owner = "private", people["other"]
    lamps[0].save()
    client.force_login(people["viewer"])
    assert str(lamps[0].pk) not in client.get("/collections/").content.decode()


def test_only_what_may_be_filled_is_offered(client, people, editor):
    collections.create(editor, "Mine")
    collections.create(editor, "Smart", search="q=x")
    theirs = collections.create(people["other"], "Theirs")
    collections.grant(people["other"], theirs.pk, "editor", "view")
    assert [one["name"] for one in client.get("/collections/mine.json").json()] == ["Mine"]
