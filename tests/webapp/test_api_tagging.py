"""Suggestions over the API: listed by tag and by asset, decided many at once, taken back."""

import pytest
from django.core.cache import cache

from assetdb.models import AssetTag, Tag, Visibility
from tests.webapp.callers import caller, failure

pytestmark = pytest.mark.django_db
URL = "/api/v1/tagging/"


@pytest.fixture
def waiting(people, make_asset):
    """Two pictures everybody sees and a private one, each with a red suggestion; one is round too."""
    cache.clear()
    tags = [
        Tag.objects.create(slug=slug, group=group, name=slug) for slug, group in (("red", "colour"), ("round", "shape"))
    ]
    assets = [make_asset(title) for title in ("Apple", "Cherry")]
    assets.append(make_asset("Hidden", visibility=Visibility.PRIVATE))
    for n, asset in enumerate(assets):
        AssetTag.objects.create(asset=asset, tag=tags[0], source="zero_shot", score=0.9 - n / 10)
    AssetTag.objects.create(asset=assets[0], tag=tags[1], source="zero_shot", score=0.6)
    yield assets
    cache.clear()


def listed(user, **filters):
    rows = caller(user).get(f"{URL}suggestions/", filters).json()["results"]
    return [(row["title"], row["tag"]) for row in rows]


def decide(user, decision, *pairs):
    sent = {"decision": decision, "pairs": [{"asset": str(asset.pk), "tag": tag} for asset, tag in pairs]}
    return caller(user).post(f"{URL}decide/", sent, format="json")


def test_suggestions_are_listed_the_likeliest_first_and_narrowed(people, waiting):
    reviewer = people["reviewer"]
    assert listed(reviewer) == [("Apple", "red"), ("Cherry", "red"), ("Apple", "round")]
    assert listed(reviewer, tag="red", least="0.85") == [("Apple", "red")]
    assert listed(reviewer, asset=str(waiting[0].pk)) == [("Apple", "red"), ("Apple", "round")]
    assert listed(reviewer, group="shape") == [("Apple", "round")]
    assert listed(people["admin"], tag="red")[-1] == ("Hidden", "red")
    failure(caller(people["editor"]).get(f"{URL}suggestions/"), 403, "forbidden")


def test_many_are_decided_at_once_and_taken_back(people, waiting):
    reviewer, pairs = people["reviewer"], [(asset, "red") for asset in waiting]
    assert decide(reviewer, "accept", *pairs).json() == {"count": 2}
    assert set(AssetTag.objects.filter(state="accepted").values_list("asset__title", flat=True)) == {"Apple", "Cherry"}
    assert decide(reviewer, "reject", *pairs).json() == {"count": 2}
    assert decide(reviewer, "reopen", *pairs).json() == {"count": 2}
    assert AssetTag.objects.filter(state="suggested").count() == 4
    failure(decide(reviewer, "maybe", *pairs), 400, "invalid")
    failure(decide(reviewer, "accept"), 400, "invalid")
    failure(decide(reviewer, "accept", *[(waiting[0], "red")] * 401), 400, "invalid")
    failure(decide(people["editor"], "accept", *pairs), 403, "forbidden")


def test_all_that_are_likely_enough_are_accepted(people, waiting):
    client, sent = caller(people["reviewer"]), {"tag": "red", "least": 0.85}
    body = client.post(f"{URL}accept-above/", sent, format="json").json()
    assert body == {"assets": [str(waiting[0].pk)], "more": False}
    failure(client.post(f"{URL}accept-above/", sent | {"least": 2}, format="json"), 400, "invalid")
    failure(client.post(f"{URL}accept-above/", sent | {"tag": "no"}, format="json"), 404, "not_found")
    failure(caller(people["viewer"]).post(f"{URL}accept-above/", sent, format="json"), 403, "forbidden")


def test_words_come_with_how_they_were_decided_at_once_after_a_decision(people, waiting):
    def counted():
        rows = caller(people["reviewer"]).get(f"{URL}words/").json()["results"]
        return {row["slug"]: (row["suggested"], row["accepted"], row["rejected"]) for row in rows}

    assert counted() == {"red": (2, 0, 0), "round": (1, 0, 0)}
    decide(people["reviewer"], "accept", (waiting[0], "red"))
    decide(people["reviewer"], "reject", (waiting[1], "red"))
    assert counted() == {"red": (0, 1, 1), "round": (1, 0, 0)}
