"""Searches that are kept, and those made of late."""

import uuid

import pytest

from assetdb import collections
from assetdb.models import Collection, Visibility
from indexer.models import SearchEvent
from tests.indexer.conftest import drawing, encoder  # noqa: F401
from tests.webapp.callers import caller, failure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]
URL = "/api/v1/searches/"


def keep(user, **said):
    response = caller(user).post(URL, {"name": "Apples"} | said, format="json")
    assert response.status_code == 201, response.content
    return response.json()


def found(user, saved, **more):
    answer = caller(user).get(saved["answer"], more).json()
    return {hit["title"] for hit in answer["hits"][: answer["total"]]}


def test_a_search_is_kept_and_always_answers_with_what_it_finds_now(people, indexed):
    indexed("Red apple", data=drawing("#ea5a47"))
    saved = keep(people["viewer"], q="apple")
    assert (saved["name"], saved["search"], saved["owner"]) == ("Apples", "q=apple", "viewer")
    assert found(people["viewer"], saved) == {"Red apple"}
    indexed("Green apple", data=drawing("#5c9e31"))
    assert found(people["viewer"], saved) == {"Red apple", "Green apple"}
    assert len(caller(people["viewer"]).get(saved["answer"], {"limit": 1}).json()["hits"]) == 1
    failure(caller(people["viewer"]).get(saved["answer"], {"q": "x"}), 400, "unknown_filter")


def test_it_is_answered_for_the_eyes_of_who_asks(people, indexed):
    indexed("Red apple", data=drawing("#ea5a47"), owner=people["other"], visibility=Visibility.PRIVATE)
    saved = keep(people["other"], q="apple")
    collections.grant(people["other"], saved["id"], "viewer", "view")
    assert found(people["other"], saved) == {"Red apple"}
    assert found(people["viewer"], saved) == set()


def test_it_keeps_what_narrows_it_and_reads_like_the_page(people, client):
    saved = keep(people["editor"], q="", tag=["a", "b"], licence="MIT", mine=True, ai="hide")
    assert saved["search"] == "licence=MIT&ai=hide&mine=1&tag=a&tag=b"
    client.force_login(people["editor"])
    assert client.get(f"/collections/{saved['id']}/").status_code == 200
    assert caller(people["editor"]).get(saved["answer"]).json()["ai"] == "hide"
    both = {"name": "x", "q": "cat", "like": str(uuid.uuid4())}
    failure(caller(people["editor"]).post(URL, both, format="json"), 400, "two_questions")
    failure(caller(people["editor"]).post(URL, {"name": "x", "owner": "y"}, format="json"), 400, "unknown_field")


def test_only_saved_searches_are_listed_and_only_their_owner_deletes_them(people):
    saved, plain = keep(people["viewer"], q="apple"), collections.create(people["viewer"], "Cats")
    client = caller(people["viewer"])
    assert [row["id"] for row in client.get(URL).json()["results"]] == [saved["id"]]
    failure(client.get(f"{URL}{plain.pk}/"), 404, "not_found")
    failure(client.delete(f"{URL}{plain.pk}/"), 404, "not_found")
    collections.grant(people["viewer"], saved["id"], "other", "edit")
    failure(caller(people["other"]).delete(f"{URL}{saved['id']}/"), 403, "forbidden")
    failure(caller(people["admin"]).delete(f"{URL}{saved['id']}/"), 404, "not_found")
    assert client.delete(f"{URL}{saved['id']}/").status_code == 204
    assert list(Collection.objects.values_list("name", flat=True)) == ["Cats"]


def test_recent_searches_are_ones_own_each_once_and_forgotten(people, indexed):
    indexed("Red apple", data=drawing("#ea5a47"))
    client = caller(people["viewer"])
    for words in ("apple", "cat", "Apple"):
        client.get("/api/v1/search/", {"q": words})
    assert [row["query"] for row in client.get(f"{URL}recent/").json()] == ["Apple", "cat"]
    assert caller(people["other"]).get(f"{URL}recent/").json() == []
    assert client.delete(f"{URL}recent/").json() == {"count": 3}
    assert client.get(f"{URL}recent/").json() == [] and SearchEvent.objects.count() == 3
