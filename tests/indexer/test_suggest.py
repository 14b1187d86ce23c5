"""Suggestions are few, above their threshold, and never overrule a person."""

import pytest

from assetdb import tagging
from assetdb.models import AssetTag, Tag
from indexer import embed
from indexer.tagging import suggest, vocabulary
from tests.indexer.conftest import drawing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture(autouse=True)
def calibrated(encoder, tmp_path):
    """The fake space has three dimensions that matter, so its z-scores are small."""
    encoder.figures = tmp_path / "calibration.json"
    encoder.figures.write_text('{"picture": [-4.0, 8.0]}')


@pytest.fixture
def tags(db):
    names = ["red", "green", "blue", "yellow", "zebra", "violin"]
    return [Tag.objects.create(slug=name, group="colour", name=name) for name in names]


@pytest.fixture
def discs(make_asset, tags):
    colours = ["#ff0000", "#00ff00", "#0000ff", "#ffff00", "#ff2020", "#20ff20", "#2020ff", "#f0f020"] * 8
    assets = [make_asset("", data=drawing(c, radius=15 + n / 8)) for n, c in enumerate(colours)]
    catch_up()
    return assets


def catch_up():
    while embed.catch_up():
        pass
    while suggest.catch_up(limit=7):
        pass


def names(asset, state=AssetTag.State.SUGGESTED):
    return set(asset.asset_tags.filter(state=state).values_list("tag__name", flat=True))


def test_fitting_tags_are_suggested_with_score_and_model(discs):
    red = discs[0]
    assert "red" in names(red)
    assert not names(red) & {"blue", "zebra", "violin"}
    row = AssetTag.objects.get(asset=red, tag__name="red")
    assert row.source == AssetTag.Source.ZERO_SHOT
    assert 0.5 <= row.score <= 1
    assert row.model.startswith("fake")
    assert suggest.pending() == 0


def test_at_most_ten_an_asset(discs):
    for n in range(30):
        Tag.objects.create(slug=f"red{n}", group="colour", name=f"red{n}", prompts=["red"])
    catch_up()
    assert len(names(discs[0])) == suggest.MOST == 10


def test_a_threshold_of_its_own_silences_a_tag(discs):
    Tag.objects.filter(name="red").update(threshold=1.0)
    catch_up()
    assert "red" not in names(discs[0])


@pytest.mark.parametrize("accept", [True, False])
def test_a_persons_decision_is_never_overwritten(discs, people, accept):
    red, state = discs[0], AssetTag.State.ACCEPTED if accept else AssetTag.State.REJECTED
    tagging.decide(people["editor"], red.pk, "red", accept=accept)
    tagging.add_tag(people["editor"], red.pk, "zebra")
    Tag.objects.filter(name="green").update(prompts=["grass"])
    catch_up()
    row = AssetTag.objects.get(asset=red, tag__name="red")
    assert (row.state, row.decided_by) == (state, people["editor"])
    assert "zebra" in names(red, AssetTag.State.ACCEPTED)


def test_a_tag_removed_from_suggesting_disappears_from_the_undecided(discs):
    assert "red" in names(discs[0])
    Tag.objects.filter(name="red").update(suggest=False)
    catch_up()
    assert "red" not in names(discs[0])


def test_pictures_the_space_does_not_know_get_none(make_asset, tags, discs, encoder, monkeypatch):
    monkeypatch.setattr(encoder, "knows", lambda images: [False] * len(images))
    stranger = make_asset("a red disc", data=drawing("#ff0001"))
    catch_up()
    assert names(stranger) == set()


def test_the_starter_vocabulary_is_planted_once(db):
    planted = vocabulary.plant()
    assert planted >= 60
    assert Tag.objects.values("group").distinct().count() >= 8
    assert not Tag.objects.filter(name_zh="").exists()
    Tag.objects.first().delete()
    assert vocabulary.plant() == 0
    assert Tag.objects.count() == planted - 1
