"""From cosines to probabilities: one threshold for every size of library, and what words beside a picture change."""

import numpy as np
import pytest

from indexer.curves import search_curve
from indexer.evidence import Curve, Ground, Standing, crowding, fused, likely, stand
from indexer.replica import Moments


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_best_of_unrelated_assets_says_the_same_whatever_the_size_of_the_library():
    dice = np.random.default_rng(1)
    queries = unit(dice.normal(size=(80, 32))).astype(np.float32)
    rows = unit(dice.normal(size=(20_000, 32))).astype(np.float32)
    curve = Curve(-8.0, 4.0, 2.0)
    said = []
    for count in (200, 2_000, 20_000):
        moments = Moments(32)
        moments.add(rows[:count], sign=1)
        standing = stand(queries, queries @ rows[:count].T, moments, Ground(np.zeros(32), np.eye(32) / 32))
        said.append(float(curve.log_odds(standing, np.zeros((80, 2)), among=count).max(axis=1).mean()))
    assert max(said) - min(said) < 0.7, said


def test_an_asset_that_is_not_in_a_field_stays_out_of_it():
    standing = Standing(np.array([[0.5, -np.inf]]), np.array([[4.0, -np.inf]]), np.array([0.1]))
    odds = Curve(0.0, 0.0, 1.0).log_odds(standing, np.zeros((1, 2)), among=10)
    assert np.isfinite(odds[0, 0]) and odds[0, 1] == -np.inf


def test_words_that_do_not_fit_speak_against_a_picture_and_words_that_do_suffice():
    picture, text = np.array([1.0, 1.0, -9.0]), np.array([-np.inf, -9.0, 1.0])
    untitled, named_otherwise, named = fused(picture, text)
    assert untitled == pytest.approx(likely(np.array(1.0))) and named == pytest.approx(untitled, abs=1e-3)
    assert named_otherwise < 0.3
    assert fused(None, text)[0] < 1e-9 and fused(picture, None)[1] == pytest.approx(untitled)


def test_a_query_is_crowded_by_the_words_beside_it_and_never_by_itself():
    language = unit(np.array([[1, 0], [1, 0.1], [0, 1]], dtype=np.float32))
    near, far = crowding(np.array([[1.0, 0.0]], dtype=np.float32), language)[0]
    assert near == far == pytest.approx((-1 - 1 + 0) / 3, abs=1e-3), (
        "what is as good as the query itself does not count"
    )
    assert not crowding(np.array([[1.0, 0.0]], dtype=np.float32), None).any()


def test_a_search_curve_tells_searches_with_an_answer_from_those_without():
    dice = np.random.default_rng(2)
    z = dice.normal(size=(300, 500))
    z[np.arange(300), np.arange(300)] += dice.uniform(3, 8, size=300)
    kept = np.ones((2, 300, 500), dtype=bool)
    kept[1, np.arange(300), np.arange(300)] = False
    standing = Standing(z * 0.1, z, np.full(300, 0.1))
    curve = Curve(*search_curve(standing, np.zeros((300, 2)), kept))
    said = likely(curve.log_odds(standing, np.zeros((300, 2)), among=500))
    hit, miss = (np.where(inside, said, 0).max(axis=1) for inside in kept)
    assert (hit > 0.5).mean() > 0.85 and (miss > 0.5).mean() < 0.15
