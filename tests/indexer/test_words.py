"""The text index: words of titles and tags, Chinese included, on SQLite and PostgreSQL alike."""

import pytest
from django.db import transaction

from assetdb import changes, tagging
from assetdb.models import Asset, Tag
from indexer import words

pytestmark = pytest.mark.django_db


def catch_up():
    while words.catch_up(limit=3):
        pass


@pytest.fixture
def cat(make_asset):
    asset = make_asset("Black cat", title_zh="黑猫", description="asleep on a windowsill")
    make_asset("Dog face", title_zh="狗脸")
    catch_up()
    return asset


@pytest.mark.parametrize("word", ["cat", "CAT", "cats", "black cat", "猫", "黑猫", "windowsill"])
def test_a_word_finds_its_asset(cat, word):
    assert list(words.match([word])) == [cat.pk]


@pytest.mark.parametrize("word", ["white cat", "猫黑", "ca", "", "!!!", '"', 'a" OR "b', "title:dog NEAR"])
def test_other_words_and_operators_find_nothing(cat, word):
    assert words.match([word]) == {}


def test_every_or_any(cat):
    assert list(words.match(["black", "windowsill"])) == [cat.pk]
    assert words.match(["black", "dog"]) == {}
    assert len(words.match(["black", "dog"], every=False)) == 2


def test_a_title_counts_for_more_than_a_description(cat, make_asset):
    mention = make_asset("Windowsill")
    catch_up()
    ranks = words.match(["windowsill"])
    assert list(ranks) == [mention.pk, cat.pk]
    assert ranks[mention.pk] > ranks[cat.pk] > 0


def test_accepted_tags_are_words_and_rejected_ones_are_not(cat, people):
    Tag.objects.create(slug="night", group="time", name="night", name_zh="夜晚")
    tagging.add_tag(people["editor"], cat.pk, "night")
    catch_up()
    assert list(words.match(["夜晚"])) == list(words.match(["night"])) == [cat.pk]
    tagging.decide(people["editor"], cat.pk, "night", accept=False)
    catch_up()
    assert words.match(["night"]) == {}


def test_a_changed_title_is_read_again_and_a_purged_asset_forgotten(cat):
    with transaction.atomic():
        Asset.objects.filter(pk=cat.pk).update(title="Panther", title_zh="")
        changes.touch([cat.pk])
    assert words.pending() > 0
    catch_up()
    assert words.match(["cat"]) == {}
    assert list(words.match(["panther"])) == [cat.pk]
    assert words.pending() == 0
