"""The figures of the admin's first page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assetdb import lifecycle, tagging
from assetdb.models import Asset, AssetTag, Review, Tag
from generators.models import Run
from indexer.models import EmbeddingSpace, SearchEvent
from tests.webapp.readers import text
from webapp.dashboards import charts, figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh")]


def search(query: str, verdict: str, *, days: int = 0) -> None:
    event = SearchEvent.objects.create(query=query, verdict=verdict, hits=0)
    SearchEvent.objects.filter(pk=event.pk).update(created=timezone.now() - timedelta(days=days))


def test_an_empty_library_says_what_to_do_next(desk):
    page = desk.get(reverse("admin:index"))
    assert "The library is empty" in text(page)
    assert reverse("upload") in page.content.decode()


def test_coverage_counts_assets_not_tags(desk, people, make_asset):
    first, second = make_asset("one"), make_asset("two")
    for slug, group in (("red", "colour"), ("blue", "colour"), ("cat", "animals"), ("sad", "mood")):
        Tag.objects.create(slug=slug, group=group, name=slug)
    for asset, slug in ((first, "red"), (first, "blue"), (first, "cat"), (second, "red")):
        tagging.add_tag(people["admin"], asset.pk, slug)
    tagging.remove_tag(people["admin"], second.pk, "red")
    AssetTag.objects.create(asset=second, tag=Tag.objects.get(slug="sad"), source="zero_shot")
    told = figures.coverage()
    assert dict(told["groups"]) == {"colour": 0.5, "animals": 0.5, "mood": 0.0}
    assert told["untagged"] == 0.5
    gone = make_asset("three")
    lifecycle.trash(people["admin"], [gone.pk])
    assert figures.coverage() == told


def test_the_coverage_of_a_large_library_is_estimated(people, make_asset, monkeypatch):
    Tag.objects.create(slug="red", group="colour", name="red")
    for n in range(6):
        tagging.add_tag(people["admin"], make_asset(str(n)).pk, "red")
    monkeypatch.setattr(figures, "SAMPLE", 3)
    told = figures.coverage()
    assert told["estimated"]
    assert dict(told["groups"]) == {"colour": 1.0}


def test_growth_ends_with_what_is_there(people, make_asset):
    old, rejected = make_asset("old"), make_asset("rejected")
    Asset.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=10))
    Asset.objects.filter(pk=rejected.pk).update(review=Review.REJECTED)
    make_asset("new")
    assert figures.growth() == [0] * 19 + [1] * 10 + [2]


def test_searches_are_counted_by_day_and_by_how_they_ended(desk, make_asset):
    make_asset("cat")
    for query, verdict, days in (("cat", "hit", 0), ("a Yak", "miss", 2), ("a yak", "miss", 1), ("old", "miss", 40)):
        search(query, verdict, days=days)
    search("", "hit")
    page = desk.get(reverse("admin:index"))
    assert page.context["searches"]["totals"] == {"hit": 2, "weak": 0, "miss": 2}
    assert [(row["asked"], row["count"], row["href"]) for row in page.context["missed"]] == [("a yak", 2, "/?q=a+yak")]
    assert "50 %" in [figure["value"] for figure in page.context["figures"]]


def test_what_waits_for_review_is_shown_with_its_picture(desk, people, make_asset):
    made = make_asset("yak", review=Review.PENDING)
    run = Run.objects.create(
        query="a yak", meaning="yak", generator="c", asker=people["editor"], state="review", asset=made
    )
    page = desk.get(reverse("admin:index")).content.decode()
    assert reverse("asset_thumb", args=[made.pk]) in page
    assert reverse("run", args=[run.pk]) in page


def test_the_page_costs_the_same_whatever_it_shows(desk, people, make_asset):
    EmbeddingSpace.objects.create(name="s", encoder="builtin", fingerprint="f", dim=8, active=True)
    costs = []
    for n in range(3):
        make_asset(str(n))
        Tag.objects.create(slug=f"t{n}", group=f"g{n}", name=f"t{n}")
        Run.objects.create(query=str(n), meaning=str(n), generator="c", asker=people["editor"])
        search(str(n), "miss")
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("admin:index"))
        costs.append(len(queries))
    assert costs[1] == costs[2]
    with CaptureQueriesContext(connection) as queries:
        desk.get(reverse("admin:index"))
    assert len(queries) < costs[2] / 2


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (3, 4), (5, 8), (13, 20), (40, 40), (41, 80), (1885, 2000)])
def test_axes_end_at_round_numbers_that_quarter(highest, top):
    assert charts.ceiling(highest) == top


def test_columns_stack_up_to_their_sum_and_stay_in_the_plot():
    blocks = charts.stacks([[("hit", 5), ("weak", 0), ("miss", 3)]], ["today"], top=10)
    assert [(block.kind, block.y, block.height) for block in blocks] == [("hit", 50, 50), ("miss", 20, 30)]
