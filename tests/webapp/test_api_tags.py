"""The vocabulary over the API."""

import pytest
from django.test import TestCase

from assetdb import tagging
from assetdb.models import Asset, AssetTag, Tag, Visibility
from indexer import words
from tests.indexer.conftest import drawing, encoder  # noqa: F401
from tests.webapp.callers import caller, failure

pytestmark = pytest.mark.django_db

TAGS = "/api/v1/tags/"


@pytest.fixture
def vocabulary(db):
    names = [("red", "colour"), ("round", "shape"), ("blue", "colour")]
    return {name: Tag.objects.create(slug=name, group=group, name=name) for name, group in names}


def counts(client):
    return {tag["slug"]: tag["count"] for tag in client.get(TAGS).json()["results"]}


def test_the_vocabulary_is_listed_by_group_with_what_it_is_worth(people, vocabulary, make_asset):
    cat, dog = make_asset("Cat"), make_asset("Dog", owner=people["other"], visibility=Visibility.PRIVATE)
    for asset in (cat, dog):
        tagging.add_tag(people["admin"], asset.pk, "red")
    AssetTag.objects.create(asset=cat, tag=vocabulary["blue"], source="zero_shot", score=0.9)
    assert counts(caller(people["viewer"])) == {"red": 1, "blue": 0, "round": 0}
    assert list(counts(caller(people["viewer"]))) == ["blue", "red", "round"]
    assert counts(caller(people["other"]))["red"] == 2
    tagging.decide(people["editor"], cat.pk, "red", accept=False)
    assert counts(caller(people["viewer"]))["red"] == 0


def test_it_costs_the_same_whatever_its_size(people, vocabulary):
    client = caller(people["viewer"])
    client.get(TAGS)
    for n in range(5):
        with TestCase().assertNumQueries(2):  # the token, the words with their counts
            assert len(client.get(TAGS).json()["results"]) == 3 + n
        Tag.objects.create(slug=f"new-{n}", group="g", name=f"new {n}")


def test_it_is_narrowed_and_ordered(people, vocabulary):
    client = caller(people["viewer"])
    assert [t["slug"] for t in client.get(TAGS, {"group": "colour", "ordering": "-slug"}).json()["results"]] == [
        "red",
        "blue",
    ]
    assert client.get(f"{TAGS}red/").json()["group"] == "colour"


def test_only_admins_change_it(people, vocabulary):
    new = {"slug": "green", "group": "colour", "name": "green"}
    for name in ("viewer", "editor", "reviewer"):
        client = caller(people[name])
        failure(client.post(TAGS, new, format="json"), 403, "forbidden")
        failure(client.patch(f"{TAGS}red/", {"name": "x"}, format="json"), 403, "forbidden")
        failure(client.delete(f"{TAGS}red/"), 403, "forbidden")
    assert set(Tag.objects.values_list("name", flat=True)) == {"red", "round", "blue"}


def test_an_admin_adds_changes_and_drops_words(people, vocabulary):
    client = caller(people["admin"])
    new = {
        "slug": "green",
        "group": "colour",
        "name": "green",
        "name_zh": "绿",
        "prompts": ["a green thing"],
        "threshold": 0.7,
    }
    response = client.post(TAGS, new, format="json")
    assert response.status_code == 201
    assert response.json() == new | {"suggest": True, "count": 0}
    failure(client.post(TAGS, new, format="json"), 400, "invalid")
    failure(client.post(TAGS, new | {"slug": "x", "threshold": 2}, format="json"), 400, "invalid")
    failure(client.post(TAGS, new | {"slug": "x", "prompts": [{}]}, format="json"), 400, "invalid")
    failure(client.post(TAGS, new | {"slug": "x", "count": 9}, format="json"), 400, "unknown_field")
    changed = client.patch(f"{TAGS}green/", {"suggest": False, "threshold": None}, format="json").json()
    assert changed == new | {"suggest": False, "threshold": None, "count": 0}
    assert client.delete(f"{TAGS}green/").status_code == 204
    failure(client.get(f"{TAGS}green/"), 404, "not_found")


@pytest.mark.parametrize("drop", [False, True])
def test_assets_that_carry_a_changed_word_are_read_again(people, vocabulary, make_asset, drop):
    cat = make_asset("Cat")
    tagging.add_tag(people["admin"], cat.pk, "red")
    words.catch_up()
    assert words.match(["red"])
    client = caller(people["admin"])
    if drop:
        client.delete(f"{TAGS}red/")
    else:
        client.patch(f"{TAGS}red/", {"name": "crimson"}, format="json")
    words.catch_up()
    assert not words.match(["red"])
    assert bool(words.match(["crimson"])) is not drop
    assert Asset.objects.get().changed > cat.changed


@pytest.mark.usefixtures("encoder")
def test_an_admin_sees_what_a_threshold_would_do(people, indexed):
    Tag.objects.create(slug="red", group="colour", name="red")
    indexed("Apple", data=drawing("#ea5a47"))
    url = f"{TAGS}red/outlook/"
    body = caller(people["admin"]).get(url, {"threshold": 0}).json()
    assert (body["threshold"], body["count"], body["total"], body["estimated"]) == (0, 1, 1, False)
    assert caller(people["admin"]).get(url).json()["threshold"] == 0.5
    failure(caller(people["admin"]).get(url, {"threshold": 2}), 400, "invalid")
    failure(caller(people["reviewer"]).get(url), 403, "forbidden")
