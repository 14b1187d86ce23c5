"""Queries are read in English and Chinese."""

import pytest

from indexer.search.query import Concept, parse, singular


@pytest.mark.parametrize(
    ("text", "concepts", "relation"),
    [
        ("purple elephant", [("elephant", "purple", None)], None),
        ("a birthday cake", [("birthday cake", None, None)], None),
        ("three purple elephants", [("elephant", "purple", 3)], None),
        ("a pair of shoes", [("shoe", None, 2)], None),
        ("cat on a box", [("cat", None, None), ("box", None, None)], "on"),
        ("a cat riding a bicycle", [("cat", None, None), ("bicycle", None, None)], "on"),
        ("two red cats beside a house", [("cat", "red", 2), ("house", None, None)], "beside"),
        ("a moon over a house", [("moon", None, None), ("house", None, None)], "above"),
        ("dog behind the tree", [("dog", None, None), ("tree", None, None)], "behind"),
        ("orange", [("orange", None, None)], None),
        ("orange cat", [("cat", "orange", None)], None),
        ("紫色的大象", [("大象", "purple", None)], None),
        ("两只红色的鸟在树上", [("鸟", "red", 2), ("树", None, None)], "on"),
        ("黑猫", [("猫", "black", None)], None),
        ("猫和狗", [("猫", None, None), ("狗", None, None)], "beside"),
        ("", [], None),
        ("the of a", [], None),
    ],
)
def test_concepts_colours_counts_and_relations(text, concepts, relation):
    parsed = parse(text)
    assert parsed.concepts == tuple(Concept(*concept) for concept in concepts)
    assert parsed.relation == relation


@pytest.mark.parametrize(("text", "language"), [("cat", "en"), ("猫", "zh"), ("черный кот", "other"), ("42", "en")])
def test_the_language_is_told(text, language):
    assert parse(text).language == language


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("mice", "mouse"),
        ("cherries", "cherry"),
        ("boxes", "box"),
        ("glasses", "glasses"),
        ("bus", "bus"),
        ("cats", "cat"),
    ],
)
def test_plurals(plural, one):
    assert singular(plural) == one
