"""Collections over the API: made, filled, ordered, nested, opened to others."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.test import TestCase

from assetdb import collections
from assetdb.models import Collection, Grant, Visibility
from tests.webapp.callers import caller, failure

pytestmark = pytest.mark.django_db
URL = "/api/v1/collections/"


def make(user, name="Cats", **more):
    response = caller(user).post(URL, {"name": name} | more, format="json")
    assert response.status_code == 201, response.content
    return response.json()


def listed(user, **filters):
    return [one["name"] for one in caller(user).get(URL, filters).json()["results"]]


def holds(user, collection):
    return [one["title"] for one in caller(user).get(f"{URL}{collection}/items/").json()["results"]]


@pytest.fixture
def cats(people, make_asset):
    """A collection of the editor's with two cats."""
    found = collections.create(people["editor"], "Cats")
    collections.add(people["editor"], found.pk, [make_asset("Black cat").pk, make_asset("White cat").pk])
    return found


def test_it_is_made_listed_changed_and_deleted(people):
    made = make(people["viewer"], description="small ones")
    assert (made["name"], made["description"], made["owner"]) == ("Cats", "small ones", "viewer")
    assert (made["count"], made["smart"], made["may_edit"], made["above"]) == (0, False, True, [])
    client = caller(people["viewer"])
    assert client.get(made["url"]).json() == made
    assert client.patch(made["url"], {"name": "Big cats"}, format="json").json()["description"] == "small ones"
    assert listed(people["viewer"]) == ["Big cats"] and listed(people["admin"]) == []
    failure(client.patch(made["url"], {"owner": "me"}, format="json"), 400, "unknown_field")
    failure(client.post(URL, {"name": " "}, format="json"), 400, "invalid")
    assert client.delete(made["url"]).status_code == 204
    failure(client.get(made["url"]), 404, "not_found")


def test_a_list_costs_the_same_whatever_its_length(people, make_asset):
    client = caller(people["editor"])
    client.get(URL)
    for n in range(3):
        found = collections.create(people["editor"], f"C{n}")
        collections.add(people["editor"], found.pk, [make_asset(f"A{n}").pk])
        with TestCase().assertNumQueries(2):  # the token, the collections
            assert [one["count"] for one in client.get(URL).json()["results"]] == [1] * (n + 1)


def test_counts_and_covers_leave_out_what_the_caller_may_not_see(people, cats, make_asset):
    hidden = make_asset("Hidden cat", visibility=Visibility.PRIVATE)
    admin = people["admin"]
    theirs = collections.create(people["other"], "Theirs")
    theirs.items.create(asset=hidden)
    Collection.objects.filter(pk=theirs.pk).update(cover=hidden)
    told = caller(people["other"]).get(f"{URL}{theirs.pk}/").json()
    assert (told["count"], told["cover"]) == (0, None)
    assert holds(people["other"], theirs.pk) == []
    collections.grant(people["other"], theirs.pk, "admin", "view")
    assert caller(admin).get(f"{URL}{theirs.pk}/").json()["cover"] == str(hidden.pk)


def test_items_are_added_ordered_and_removed(people, cats, make_asset):
    client, url = caller(people["editor"]), f"{URL}{cats.pk}/items/"
    third = make_asset("Grey cat")
    sent = {"assets": [str(third.pk), str(uuid.uuid4())]}
    assert client.post(url, sent, format="json").json() == {"count": 1}
    assert client.post(url, sent, format="json").json() == {"count": 0}
    assert holds(people["editor"], cats.pk) == ["Black cat", "White cat", "Grey cat"]
    assert client.post(f"{url}order/", {"assets": [str(third.pk)]}, format="json").status_code == 204
    assert holds(people["editor"], cats.pk) == ["Grey cat", "Black cat", "White cat"]
    assert client.post(f"{url}remove/", {"assets": [str(third.pk)]}, format="json").json() == {"count": 1}
    assert holds(people["editor"], cats.pk) == ["Black cat", "White cat"]
    failure(client.post(url, {"assets": []}, format="json"), 400, "invalid")


def test_pages_of_items_are_whole_and_in_order(people, cats, make_asset):
    more = [make_asset(f"Cat {n}") for n in range(5)]
    collections.add(people["editor"], cats.pk, [asset.pk for asset in more])
    client, url, seen = caller(people["editor"]), f"{URL}{cats.pk}/items/?limit=2", []
    while url:
        page = client.get(url).json()
        seen += [asset["title"] for asset in page["results"]]
        url = page["next"]
    assert seen == ["Black cat", "White cat", *(asset.title for asset in more)]


def test_a_cover_is_one_of_its_assets(people, cats, make_asset):
    client, url = caller(people["editor"]), f"{URL}{cats.pk}/cover/"
    inside = cats.items.first().asset_id
    assert client.put(url, {"asset": str(inside)}, format="json").json()["cover"] == str(inside)
    failure(client.put(url, {"asset": str(make_asset("Dog").pk)}, format="json"), 404, "not_found")


def test_they_stand_in_each_other(people):
    outer = make(people["editor"], "Animals")
    inner = make(people["editor"], "Cats", parent=outer["id"])
    assert inner["parent"] == outer["id"] and inner["above"] == [{"id": outer["id"], "name": "Animals"}]
    assert listed(people["editor"], parent=outer["id"]) == ["Cats"]
    client = caller(people["editor"])
    failure(client.patch(outer["url"], {"parent": inner["id"]}, format="json"), 400, "inside_itself")
    assert client.patch(inner["url"], {"parent": None}, format="json").json()["parent"] is None
    failure(client.post(URL, {"name": "x", "parent": str(uuid.uuid4())}, format="json"), 404, "not_found")


def test_who_sees_the_inner_one_alone_is_not_told_of_the_outer(people):
    outer = make(people["editor"], "Animals")
    inner = make(people["editor"], "Cats", parent=outer["id"])
    collections.grant(people["editor"], inner["id"], "viewer", "edit")
    told = caller(people["viewer"]).get(inner["url"]).json()
    assert (told["parent"], told["above"]) == (None, [])
    changed = caller(people["viewer"]).patch(inner["url"], {"name": "Lions"}, format="json").json()
    assert changed["name"] == "Lions"
    assert str(Collection.objects.get(pk=inner["id"]).parent_id) == outer["id"]


def test_people_and_groups_are_let_in_and_out(people, cats):
    client, url = caller(people["editor"]), f"{URL}{cats.pk}/grants/"
    group = Group.objects.create(name="designers")
    group.user_set.add(people["other"])
    given = client.post(url, {"who": "viewer"}, format="json")
    assert given.status_code == 201 and given.json()["level"] == "view"
    client.post(url, {"who": "designers", "level": "edit"}, format="json")
    rows = client.get(url).json()["results"]
    assert [(row["who"], row["group"], row["level"]) for row in rows] == [
        ("viewer", False, "view"),
        ("designers", True, "edit"),
    ]
    assert holds(people["viewer"], cats.pk) == ["Black cat", "White cat"]
    failure(caller(people["viewer"]).get(url), 403, "forbidden")
    failure(caller(people["viewer"]).patch(f"{URL}{cats.pk}/", {"name": "x"}, format="json"), 403, "forbidden")
    assert caller(people["other"]).patch(f"{URL}{cats.pk}/", {"name": "x"}, format="json").status_code == 200
    failure(client.post(url, {"who": "nobody"}, format="json"), 400, "nobody_called_so")
    assert client.delete(f"{url}{given.json()['id']}/").status_code == 204
    failure(caller(people["viewer"]).get(f"{URL}{cats.pk}/"), 404, "not_found")
    assert Grant.objects.count() == 1


def test_lists_are_narrowed(people, cats):
    collections.create(people["editor"], "Dogs", search="q=dog")
    inside = str(cats.items.first().asset_id)
    assert listed(people["editor"]) == ["Cats", "Dogs"]
    assert listed(people["editor"], smart="true") == ["Dogs"]
    assert listed(people["editor"], holding=inside) == ["Cats"]
    collections.grant(people["editor"], cats.pk, "other", "view")
    assert listed(people["other"], may_edit="true") == [] and listed(people["other"], may_edit="false") == ["Cats"]


def test_a_saved_search_holds_nothing_of_its_own(people, make_asset):
    saved = collections.create(people["editor"], "Dogs", search="q=dog")
    client = caller(people["editor"])
    failure(client.get(f"{URL}{saved.pk}/items/"), 400, "smart_collection")
    sent = {"assets": [str(make_asset("Dog").pk)]}
    failure(client.post(f"{URL}{saved.pk}/items/", sent, format="json"), 400, "smart_collection")
