"""The tagging walls: who comes in, what is shown, and what a decision does."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse

from assetdb.models import AssetTag, Tag, Visibility
from tests.webapp.readers import text
from webapp.dashboards import by_tag, decisions, figures

pytestmark = pytest.mark.django_db
SCRIPT = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


@pytest.fixture
def tags() -> dict[str, Tag]:
    groups = {"cat": "animals", "dog": "animals", "red": "colour"}
    return {slug: Tag.objects.create(slug=slug, group=group, name=slug) for slug, group in groups.items()}


@pytest.fixture
def suggest(make_asset, tags):
    def make(slug: str, *scores: float, **fields) -> list[AssetTag]:
        return [
            AssetTag.objects.create(
                asset=make_asset(f"{slug} {score}", **fields), tag=tags[slug], source="zero_shot", score=score
            )
            for score in scores
        ]

    return make


def wall(slug: str) -> str:
    return reverse("tagging_tag", args=[slug])


def shown(page) -> list:
    return [row.asset_id for row in page.context["rows"]]


def test_reviewers_come_in_and_their_sidebar_leads_nowhere_they_may_not_go(clients, suggest):
    suggest("cat", 0.9)
    for name in ("viewer", "editor"):
        assert clients[name].get(wall("cat")).status_code == 403
    page = clients["reviewer"].get(wall("cat"))
    assert page.status_code == 200
    assert '"/admin/' not in page.content.decode()
    assert reverse("admin:index") in clients["admin"].get(wall("cat")).content.decode()


def test_one_begins_with_the_tag_that_waits_most(clients, suggest):
    suggest("cat", 0.9)
    suggest("red", 0.9, 0.8)
    assert clients["reviewer"].get("/tagging/")["Location"] == wall("red")
    assert clients["reviewer"].get("/tagging/?group=animals")["Location"] == wall("cat") + "?group=animals"


def test_a_library_without_words_says_so(clients):
    assert "There are no tags" in text(clients["reviewer"].get("/tagging/"))


def test_the_likeliest_come_first_and_the_rest_when_asked_for(clients, suggest, monkeypatch):
    monkeypatch.setattr(by_tag, "AT_ONCE", 2)
    low, high, middle = suggest("cat", 0.5, 0.9, 0.7)
    first = clients["reviewer"].get(wall("cat"))
    assert shown(first) == [high.asset_id, middle.asset_id]
    assert first.context["total"] == 3
    rest = clients["reviewer"].get(wall("cat") + "?offset=2")
    assert shown(rest) == [low.asset_id]
    assert b"<html" not in rest.content


def test_what_one_may_not_change_is_neither_shown_nor_counted(clients, people, suggest):
    suggest("cat", 0.9, owner=people["editor"], visibility=Visibility.PRIVATE)
    page = clients["reviewer"].get(wall("cat"))
    assert shown(page) == []
    assert "Nothing waits for this tag" in text(page)
    assert [(row.tag.slug, row.suggested) for row in page.context["listed"]] == [("cat", 0), ("dog", 0), ("red", 0)]


def test_the_list_of_tags_narrows_by_words_and_group(clients, suggest):
    suggest("cat", 0.9)
    page = clients["reviewer"].get(wall("cat") + "?group=animals&q=DO")
    assert [row.tag.slug for row in page.context["listed"]] == ["dog"]


def test_decisions_are_taken_and_taken_back_in_batches(clients, people, suggest):
    rows = suggest("cat", 0.9, 0.8, 0.7)
    pairs = [f"{row.asset_id}:cat" for row in rows[:2]]
    client = clients["reviewer"]
    client.get(wall("cat"))
    assert client.post("/tagging/decide/", {"do": "reject", "pair": pairs}, headers=SCRIPT).json() == {"count": 2}
    assert [row.state for row in AssetTag.objects.order_by("-score")] == ["rejected", "rejected", "suggested"]
    assert AssetTag.objects.filter(decided_by=people["reviewer"]).count() == 2
    counted = client.get(wall("cat")).context["own"]
    assert (counted.suggested, counted.rejected) == (1, 2)
    assert client.post("/tagging/decide/", {"do": "reopen", "pair": pairs}, headers=SCRIPT).json() == {"count": 2}
    assert AssetTag.objects.filter(state="suggested", decided_by=None).count() == 3


def test_without_a_script_the_form_decides_and_comes_back(clients, suggest):
    (row,) = suggest("cat", 0.9)
    sent = clients["reviewer"].post("/tagging/decide/", {"do": "accept", "pair": f"{row.asset_id}:cat"}, follow=True)
    assert sent.redirect_chain[-1][0] == wall("cat")
    assert "Decided: 1." in text(sent)
    row.refresh_from_db()
    assert row.state == "accepted"


@pytest.mark.parametrize("form", [{}, {"do": "eat"}, {"do": "accept", "pair": "no-id:cat"}])
def test_a_decision_that_makes_no_sense_is_refused_in_words(clients, form):
    answer = clients["reviewer"].post("/tagging/decide/", form, headers=SCRIPT)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_all_that_are_likely_enough_are_accepted_a_batch_at_a_time(clients, suggest, monkeypatch):
    monkeypatch.setattr(decisions, "MOST", 2)
    rows = suggest("cat", 0.9, 0.8, 0.7, 0.3)
    form = {"tag": "cat", "least": "0.7"}
    first = clients["reviewer"].post("/tagging/above/", form).json()
    assert first == {"assets": [str(row.asset_id) for row in rows[:2]], "more": True}
    assert clients["reviewer"].post("/tagging/above/", form).json()["more"] is False
    assert [row.state for row in AssetTag.objects.order_by("-score")] == ["accepted"] * 3 + ["suggested"]
    assert clients["reviewer"].post("/tagging/above/", form | {"least": "2"}).status_code == 400
    assert clients["reviewer"].post("/tagging/above/", form | {"tag": "yak"}, headers=SCRIPT).status_code == 404


def test_one_asset_after_the_other(clients, suggest, tags):
    rows = sorted(suggest("cat", 0.9, 0.8), key=lambda row: row.asset_id)
    other = AssetTag.objects.create(asset=rows[0].asset, tag=tags["red"], source="zero_shot", score=0.4)
    client = clients["reviewer"]
    page = client.get("/tagging/assets/")
    assert page.context["asset"] == rows[0].asset
    assert [row.tag.slug for row in page.context["suggested"]] == ["cat", "red"]
    assert page.content.decode().count(" checked") == 1
    form = {"asset": rows[0].asset_id, "offered": ["cat", "red"], "accept": ["cat"]}
    after = client.post("/tagging/assets/", form, follow=True)
    assert after.context["asset"] == rows[1].asset
    assert [row.state for row in rows[0].asset.asset_tags.order_by("-score")] == ["accepted", "rejected"]
    other.refresh_from_db()
    assert other.decided_by is not None


def test_a_tag_that_was_not_on_the_page_is_not_decided(clients, suggest, tags):
    (row,) = suggest("cat", 0.9)
    AssetTag.objects.create(asset=row.asset, tag=tags["dog"], source="zero_shot", score=0.6)
    form = {"asset": row.asset_id, "offered": ["cat"], "accept": ["cat", "dog"]}
    clients["reviewer"].post("/tagging/assets/", form)
    assert AssetTag.objects.get(tag=tags["dog"]).state == "suggested"


def test_the_end_offers_what_was_skipped(clients, suggest):
    rows = sorted(suggest("cat", 0.9, 0.8), key=lambda row: row.asset_id)
    end = clients["reviewer"].get(f"/tagging/assets/?after={rows[1].asset_id}")
    assert "Start again" in text(end)
    AssetTag.objects.update(state="accepted")
    assert "Start again" not in text(clients["reviewer"].get("/tagging/assets/"))


def test_a_large_library_counts_its_tags_without_asking_of_each_asset(people, suggest, monkeypatch):
    suggest("cat", 0.9, owner=people["editor"], visibility=Visibility.PRIVATE)
    assert figures.tags(people["reviewer"]) == {}
    cache.clear()
    monkeypatch.setattr(figures, "SAMPLE", 0)
    assert [row["suggested"] for row in figures.tags(people["reviewer"]).values()] == [1]
