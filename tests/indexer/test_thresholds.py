"""What a threshold would do is what it does once it is set."""

from __future__ import annotations

import pytest

from assetdb.models import AssetTag, Tag
from indexer import embed
from indexer.tagging import suggest, thresholds
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]

COLOURS = ("#ff0000", "#e00000", "#00ff00", "#0000ff", "#ffff00", "#ff8800")


@pytest.fixture
def pictures(make_asset) -> list:
    made = [make_asset(colour, data=drawing(colour)) for colour in COLOURS]
    for name in ("red", "green", "blue"):
        Tag.objects.create(slug=name, group="shade", name=name)
    while embed.catch_up():
        pass
    return made


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.5, 0.9])
def test_the_count_is_what_will_be_suggested(people, pictures, threshold) -> None:
    tag = Tag.objects.get(slug="red")
    told = thresholds.outlook(people["admin"], tag, threshold=threshold)
    Tag.objects.filter(pk=tag.pk).update(threshold=threshold)
    while suggest.catch_up():
        pass
    assert told.count == AssetTag.objects.filter(tag=tag).count()
    assert (told.total, told.estimated) == (len(COLOURS), False)


def test_the_pictures_nearest_to_it_come_first_on_both_sides(people, pictures) -> None:
    tag = Tag.objects.get(slug="red")
    every = thresholds.outlook(people["admin"], tag, threshold=0.0)
    odds = sorted(score for _, score in every.above)
    edge = (odds[2] + odds[3]) / 2
    told = thresholds.outlook(people["admin"], tag, threshold=edge)
    assert [score for _, score in told.above] == odds[3:]
    assert [score for _, score in told.below] == odds[:3][::-1]
    assert every.below == []


def test_only_what_one_may_see_is_counted(people, pictures) -> None:
    assert thresholds.outlook(people["viewer"], Tag.objects.get(slug="red"), threshold=0).total == len(COLOURS)
    type(pictures[0]).objects.filter(pk=pictures[0].pk).update(visibility="private")
    told = thresholds.outlook(people["viewer"], Tag.objects.get(slug="red"), threshold=0)
    assert told.total == len(COLOURS) - 1
    assert pictures[0].pk not in dict(told.above)


def test_a_large_library_is_estimated_from_a_sample(people, pictures, monkeypatch) -> None:
    monkeypatch.setattr(thresholds, "SAMPLE", 3)
    told = thresholds.outlook(people["admin"], Tag.objects.get(slug="red"), threshold=0)
    assert (told.count, told.total, told.estimated) == (6, 6, True)


def test_an_empty_library_has_nothing_to_count(people) -> None:
    told = thresholds.outlook(people["admin"], Tag.objects.create(slug="x", group="y", name="x"), threshold=0.5)
    assert (told.count, told.total, told.above, told.below) == (0, 0, [], [])
