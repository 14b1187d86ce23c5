"""The verdict's evaluation: its cases are fair, its figures right, and the product's own code gives the probability."""

from itertools import islice

import numpy as np
import pytest

from assetdb import openmoji
from indexer.evaluation import verdict, verdict_baselines, verdict_cases, verdict_scenes
from indexer.evaluation.asking import Asking
from indexer.evaluation.verdict_cases import Library, Query, apart, content, queries, shares
from indexer.evidence import Calibration
from tests.fakes import ColourEncoder


@pytest.fixture(scope="module")
def library():
    return Library(ColourEncoder(), list(islice(openmoji.items(), 350, 1250, 6)))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("bee", "honeybee", True),
        ("fuelpump", "fuel pump", True),
        ("two cats", "a cat", True),
        ("bike", "bicycle", False),
        ("house of the king", "the top of an egg", False),
        ("大象", "elephant", False),
    ],
)
def test_texts_share_a_word_whatever_its_ending_or_spaces(one, other, same):
    assert shares(one, other) is shares(other, one) is same


def test_no_query_shares_a_word_with_an_answer(library):
    asked = queries(library)
    assert {query.source for query in asked} == {"alias", "word", "chinese"}
    assert not [query for query in asked for n in query.answers if content(query.text) & content(library.titles[n])]


def test_a_miss_is_asked_without_the_answer_and_its_equivalents(library):
    asked = queries(library)
    kept = verdict._kept(library, asked)
    assert not (kept[1] & ~kept[0]).any()
    for n, query in enumerate(asked):
        answers = list(query.answers)
        assert kept[0, n, answers].all() and not kept[1, n, answers].any()
        assert not any(kept[0, n, k] for k in library.worded(query.text) - set(answers))
        told = set().union(*(content(library.titles[k]) for k in answers)) - library._generic
        assert not any(content(library.titles[k]) & told for k in np.flatnonzero(kept[1, n]))


def test_what_looks_the_same_is_equivalent(library):
    answer = 10
    centred = library.wholes - library.wholes.mean(axis=0)
    nearest = int(np.argsort(-(centred @ centred[answer]) / np.linalg.norm(centred, axis=1))[1])
    assert {answer, nearest} <= library.equivalents(Query("alias", "zzz", (answer,)))


def test_queries_with_a_common_answer_are_never_on_both_sides():
    asked = [Query("word", text, answers) for text, answers in (("a", (1,)), ("b", (2,)), ("c", (1, 2)), ("d", (3,)))]
    number = apart(asked).tolist()
    assert number[0] == number[1] == number[2] != number[3]
    for test in verdict._halves(np.array(number)):
        assert test[0] == test[1] == test[2]


def test_area_under_the_curve():
    assert verdict_baselines.auroc(np.array([3.0, 4.0]), np.array([1.0, 2.0])) == 1.0
    assert verdict_baselines.auroc(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == 0.5
    assert verdict_baselines.auroc(np.array([0.0]), np.array([1.0])) == 0.0


def test_calibration_error_is_the_gap_between_said_and_seen():
    assert verdict.calibration_error(np.array([1.0]), np.array([0.0])) == pytest.approx(0.0)
    assert verdict.calibration_error(np.array([0.9, 0.9]), np.array([0.9, 0.9])) == pytest.approx(0.4)
    assert verdict.calibration_error(np.array([]), np.array([0.75])) == pytest.approx(0.75)


def test_every_baseline_tells_a_near_answer_from_none():
    dice = np.random.default_rng(0)
    texts = dice.uniform(0, 0.3, size=(40, 90))
    texts[np.arange(40), np.arange(40)] = 0.9
    kept = np.ones((2, 40, 90), dtype=bool)
    kept[1, np.arange(40), np.arange(40)] = False
    fit = np.arange(20)
    scores = verdict_baselines.score(np.zeros((40, 90)), texts, kept, fit=fit)
    assert set(scores) == set(verdict_baselines.NAMES)
    for name, found in scores.items():
        assert verdict_baselines.auroc(found[0, 20:], found[1, 20:]) > 0.95, name
    assert set(np.unique(scores["cutoff"])) == {0.0, 1.0}


def test_ours_is_the_products_probability(library):
    red = next(n for n, title in enumerate(library.titles) if len(library.facts[library.assets[n]].picture.colours) > 1)
    asking = Asking(library, library.titles[red], library.assets)
    assert asking.best(Calibration()) >= 0.8 > asking.best(Calibration(), alone=True)
    assert asking.first(1, Calibration()) == [library.assets[red]]


@pytest.mark.parametrize("titled", [True, False])
def test_composed_scenes_come_with_one_caption_that_fits_and_one_that_does_not(library, monkeypatch, titled):
    monkeypatch.setattr(verdict_scenes, "SCENES", 12)
    cases = verdict_scenes.compose(library, titled=titled)
    assert len(cases) == 24
    for right, wrong in zip(cases[::2], cases[1::2], strict=True):
        assert right.scene == wrong.scene and right.text != wrong.text
        assert not right.lacks and wrong.lacks in ("colour", "count", "key", "other", "relation")
        assert right.scene not in right.instead
        assert bool(library.facts[right.scene].text) is titled


def test_the_whole_evaluation_runs_on_a_small_library(library, monkeypatch):
    monkeypatch.setattr(verdict, "build", lambda encoder: library)
    monkeypatch.setattr(verdict, "encoder_for", lambda reference: library.encoder)
    monkeypatch.setattr(verdict_scenes, "SCENES", 9)
    monkeypatch.setattr(verdict_cases, "A_SOURCE", 12)
    figures = verdict.evaluate()
    assert list(figures["auroc"]) == ["ours", "top1", "margin", "qbnorm", "dis", "cutoff"]
    shares_of = [*figures["auroc"].values(), figures["compositional"]["auroc"], figures["vectors_only"]["auroc"]]
    assert all(0 <= value <= 1 for value in [*shares_of, figures["ece"], figures["false_miss"], figures["false_hit"]])
    assert figures["seeds"] == 5 and all(figures["queries"].values())
