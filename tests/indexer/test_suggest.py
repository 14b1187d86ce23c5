"""Suggestions are few, above their threshold, and never overrule a person."""

import csv

import numpy as np
import pytest
from django.utils.text import slugify

from assetdb import tagging
from assetdb.models import AssetTag, Tag
from indexer import embed
from indexer.colours import COLOURS
from indexer.evidence import Channel
from indexer.models import PictureFacts
from indexer.tagging import measured, reading, suggest, vocabulary
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
    return [Tag.objects.create(slug=name, group="paint", name=name) for name in names]


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
        Tag.objects.create(slug=f"red{n}", group="paint", name=f"red{n}", prompts=["red"])
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


def test_a_colour_is_measured_whatever_the_vectors_say(make_asset, encoder, db):
    encoder.figures.write_text('{"picture": [-50.0, 0.0]}')
    for slug in ("red", "blue", "warm-colours"):
        Tag.objects.create(slug=slug, group="colour", name=slug)
    Tag.objects.create(slug="green", group="food", name="green")
    red, green = make_asset("", data=drawing("#dd2211")), make_asset("", data=drawing("#22dd11"))
    catch_up()
    assert names(red) == {"red", "warm-colours"}
    assert names(green) == set(), "a tag of another group that is called like a colour is no colour"


def test_every_rule_belongs_to_a_tag_of_the_starter_vocabulary(db):
    vocabulary.plant()
    assert {(tag.group, tag.slug) for tag in Tag.objects.all() if measured.rule_of(tag)} == set(measured.RULES)


@pytest.mark.parametrize(
    ("slug", "colours", "fits"),
    [
        ("line-drawing", {"black": 0.2, "white": 0.8}, True),
        ("line-drawing", {"black": 1.0}, False),
        ("red", {"red": 0.4, "black": 0.6}, True),
        ("red", {"red": 0.1, "black": 0.9}, False),
        ("multicoloured", {"red": 0.2, "blue": 0.2, "green": 0.2, "yellow": 0.2}, True),
        ("multicoloured", {"red": 0.5, "blue": 0.5}, False),
        ("black-and-white", {"black": 0.5, "white": 0.5}, True),
        ("black-and-white", {"black": 0.5, "red": 0.5}, False),
        ("black-and-white", {}, False),
        ("cool-colours", {"blue": 0.5, "green": 0.4, "black": 0.1}, True),
        ("warm-colours", {"blue": 0.5, "red": 0.4, "black": 0.1}, False),
    ],
)
def test_colours_by_their_share(slug, colours, fits):
    likely = next(rule for (_, name), rule in measured.RULES.items() if name == slug)(
        PictureFacts(colours=colours, figures=1)
    )
    assert (likely >= suggest.THRESHOLD) == fits
    assert 0 <= likely <= 1


def test_a_changed_way_of_reading_reads_every_picture_again(discs, monkeypatch):
    assert suggest.pending() == 0
    monkeypatch.setattr(measured, "VERSION", measured.VERSION + 1)
    assert suggest.pending() > 0


class TestCompetition:
    channel = Channel(-4.0, 3.0)

    def odds(self, own, other=()):
        likely = reading.competing(
            np.array(own, dtype=float)[:, None], np.array(other, dtype=float).reshape(-1, 1), self.channel
        )
        return likely[:, 0].tolist()

    def test_a_better_label_takes_from_the_others(self):
        alone, beaten = self.odds([2.0, 0.0])[0], self.odds([2.0, 3.0])[0]
        assert beaten < alone / 2

    def test_so_does_a_text_that_nothing_is_tagged_with(self):
        plain = self.odds([2.0, 0.0])[0]
        assert self.odds([2.0, 0.0], [3.0])[0] < 0.8 * plain
        assert self.odds([2.0, 0.0], [1.0])[0] >= plain, "one that explains it worse takes nothing"

    def test_a_label_as_good_as_the_best_is_not_pushed_out(self):
        first, second, _ = self.odds([3.0, 2.9, 0.0])
        assert second > 0.8 * first

    def test_extreme_scores_stay_probabilities(self):
        assert all(0 <= likely <= 1 for likely in self.odds([1e6, -1e6, 0.0], [1e6]))


def test_the_bank_of_negative_labels_names_no_tag(db):
    vocabulary.plant()
    bank = reading.negatives()
    assert 60 <= len(bank) == len(set(bank))
    prompts = {prompt for tag in Tag.objects.all() for prompt in [tag.name, *tag.prompts]}
    assert not prompts & set(bank)


def test_the_starter_vocabulary_is_planted_once(db):
    planted = vocabulary.plant()
    assert planted >= 300
    Tag.objects.first().delete()
    assert vocabulary.plant() == 0
    assert Tag.objects.count() == planted - 1


def test_the_starter_vocabulary_is_well_formed(db):
    with vocabulary.STARTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 300
    assert len({row["group"] for row in rows}) >= 15
    assert {row["name"] for row in rows if row["group"] == "colour"} >= set(COLOURS)
    for part in ("name", "name_zh"):
        assert len({row[part] for row in rows}) == len(rows), f"two tags have the same {part}"
    assert len({slugify(row["name"]) for row in rows}) == len(rows)
    for row in rows:
        assert any("\u4e00" <= character <= "\u9fff" for character in row["name_zh"]), row
        prompts = row["prompts"].split("|")
        assert 2 <= len(prompts) == len(set(prompts)) <= 5, row
        assert all(prompt and prompt == prompt.strip() for prompt in prompts), row
        assert not row["threshold"] or 0 < float(row["threshold"]) <= 1, row
    assert vocabulary.plant() == len(rows)
    assert all(tag.full_clean(validate_unique=False) is None for tag in Tag.objects.all())
