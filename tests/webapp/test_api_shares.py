"""Share links over the API: made, listed, ended."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from assetdb import collections
from assetdb.models import Share
from tests.webapp.callers import caller, failure

pytestmark = pytest.mark.django_db
URL = "/api/v1/shares/"


@pytest.fixture
def cats(people, make_asset):
    found = collections.create(people["editor"], "Cats")
    collections.add(people["editor"], found.pk, [make_asset("Cat").pk])
    return found


def make(user, collection, **more):
    response = caller(user).post(URL, {"collection": str(collection.pk)} | more, format="json")
    assert response.status_code == 201, response.content
    return response.json()


def test_a_link_opens_the_collection_until_it_is_ended(people, cats):
    made = make(people["editor"], cats, label="for Ann")
    assert (made["label"], made["maker"], made["protected"], made["ai"]) == ("for Ann", "editor", False, "show")
    assert made["url"].startswith("http://testserver/s/")
    assert Client().get(made["url"]).status_code == 200
    ended = caller(people["editor"]).delete(f"{URL}{made['id']}/")
    assert ended.status_code == 200 and ended.json()["revoked"]
    assert Client().get(made["url"]).status_code == 410


def test_a_password_is_asked_for_and_never_told(people, cats):
    made = make(people["editor"], cats, password="a secret of ours")
    assert made["protected"]
    assert Client().get(made["url"]).status_code == 403
    stored = Share.objects.get().password
    for answer in (caller(people["editor"]).get(URL), caller(people["editor"]).get(f"{URL}{made['id']}/")):
        assert stored not in answer.content.decode() and "a secret" not in answer.content.decode()


def test_what_a_link_may_be(people, cats):
    client, own = caller(people["editor"]), {"collection": str(cats.pk)}
    past = (timezone.now() - timedelta(days=1)).isoformat()
    failure(client.post(URL, own | {"expires": past}, format="json"), 400, "already_over")
    failure(client.post(URL, own | {"ai": "maybe"}, format="json"), 400, "invalid")
    failure(client.post(URL, own | {"maker": "me"}, format="json"), 400, "unknown_field")


def test_links_are_seen_by_the_owner_of_the_collection_alone(people, cats):
    made = make(people["editor"], cats)
    collections.grant(people["editor"], cats.pk, "viewer", "view")
    collections.grant(people["editor"], cats.pk, "other", "edit")
    for name, sees in {"editor": True, "other": False, "viewer": False, "admin": False, "reviewer": False}.items():
        client = caller(people[name])
        assert bool(client.get(URL).json()["results"]) == sees, name
        assert client.get(f"{URL}{made['id']}/").status_code == (200 if sees else 404), name
    failure(caller(people["viewer"]).delete(f"{URL}{made['id']}/"), 403, "forbidden")
    failure(caller(people["admin"]).delete(f"{URL}{made['id']}/"), 404, "not_found")
    sent = {"collection": str(cats.pk)}
    failure(caller(people["viewer"]).post(URL, sent, format="json"), 403, "forbidden")
    failure(caller(people["admin"]).post(URL, sent, format="json"), 404, "not_found")


def test_the_list_is_narrowed(people, cats):
    other = collections.create(people["editor"], "Dogs")
    one, two = make(people["editor"], cats), make(people["editor"], other)
    client = caller(people["editor"])
    client.delete(f"{URL}{one['id']}/")
    for query, wanted in {
        "": [two, one],
        f"?collection={cats.pk}": [one],
        "?revoked=true": [one],
        "?revoked=false": [two],
    }.items():
        found = [row["id"] for row in client.get(URL + query).json()["results"]]
        assert found == [row["id"] for row in wanted], query
