"""The rows of the grid and what a hover shows: one stretch at a time, of what the caller may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetdb.models import AssetTag, Origin, Review, Tag, Visibility
from indexer import embed, words
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture
def stocked(client, people, make_asset):
    client.force_login(people["viewer"])
    made = [make_asset(f"lamp {n}", data=drawing("red", radius=n + 10)) for n in range(5)]
    while embed.catch_up() or words.catch_up():
        pass
    return made


def test_a_stretch_is_what_the_page_would_show(client, stocked):
    answer = client.get("/grid/?offset=1&limit=3&order=oldest").json()
    assert answer["total"] == 5
    assert [row["title"] for row in answer["rows"]] == ["lamp 1", "lamp 2", "lamp 3"]
    first = answer["rows"][0]
    assert first["thumb"].endswith(f"{stocked[1].pk}/thumb") and "at=1" in first["url"]
    assert (first["width"], first["height"], first["marks"]) == (72, 72, [])


def test_a_search_narrows_it_and_others_secrets_are_not_in_it(client, people, stocked, make_asset):
    make_asset("lamp of others", owner=people["other"], visibility=Visibility.PRIVATE)
    made = make_asset("made", origin=Origin.GENERATED, owner=people["viewer"], review=Review.PENDING)
    titles = {row["title"]: row["marks"] for row in client.get("/grid/").json()["rows"]}
    assert "lamp of others" not in titles
    assert titles[made.title] == ["review", "generated"]
    found = client.get("/grid/?q=lamp+3").json()["rows"]
    assert found[0]["title"] == "lamp 3"


def test_the_months_count_what_is_shown(client, stocked):
    (month,) = client.get("/grid/months/").json()["months"]
    assert month == {"month": f"{stocked[0].created:%Y-%m}", "count": 5}
    assert client.get("/grid/months/?licence=MIT").json()["months"] == []


def test_a_stretch_takes_few_queries_however_long_it_is(client, stocked):
    counts = []
    for limit in (1, 5):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/grid/?limit={limit}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_hover_shows_tags_and_neighbours(client, stocked):
    tag = Tag.objects.create(slug="light", name="light", group="mood")
    AssetTag.objects.create(asset=stocked[0], tag=tag, state="accepted", source="person")
    part = client.get(f"/assets/{stocked[0].pk}/peek/").content.decode()
    assert "lamp 0" in part and "light" in part
    assert part.count("/thumb") == 4
