"""One suite over every vector index, with plain arithmetic as the judge."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.indexes import segment
from indexer.indexes.base import Allowed, VectorIndex
from indexer.indexes.exact import ExactIndex
from indexer.indexes.flat import FlatIndex
from indexer.indexes.segment import Segment
from indexer.indexes.segmented import SegmentedIndex

DIM = 8
CLOSE = 2e-3
"""What half precision may move a score by."""


class SealingIndex(SegmentedIndex):
    """A segmented index that seals what it holds whenever it holds a few rows, as the worker does in the background."""

    LISTS = 0
    FEW = 5

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.home = tempfile.TemporaryDirectory()

    def put(self, ids, owners, vectors) -> None:
        super().put(ids, owners, vectors)
        if len(self.recent) < self.FEW:
            return
        rows = self.recent.ids()
        folder = Path(self.home.name) / uuid.uuid4().hex
        kept = [self.recent.vectors(rows).astype(np.float16)]
        owned = self.recent.owners(rows)
        segment.write(folder, ids=rows, owners=owned, vectors=lambda: iter(kept), dim=self.dim, lists=self.LISTS)
        self.segments = (*self.segments, Segment(folder))
        self.recent.drop(rows)


class PartitionedIndex(SealingIndex):
    LISTS = 2
    FEW = 12


EVERY = pytest.mark.parametrize("kind", [ExactIndex, FlatIndex, SealingIndex, PartitionedIndex])
Kind = Callable[[int], VectorIndex]


@pytest.fixture(autouse=True)
def graphs_from_the_first_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have codes asked where so few rows would be scored exactly."""
    monkeypatch.setattr(segment, "NANOSECONDS_VISIT", 1.0)
    monkeypatch.setattr(segment, "EXACT_UNDER_FILTER", 0)


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def owned(ids: np.ndarray) -> np.ndarray:
    """Three rows an asset: the whole and two parts of it."""
    return np.stack([ids // 3 + 1, ids // 3 + 7, ids % 3], axis=1).astype(np.uint64)


def put(index: VectorIndex, ids, vectors: np.ndarray) -> None:
    index.put(np.asarray(ids, dtype=np.int64), owned(np.asarray(ids, dtype=np.int64)), vectors)


@EVERY
def test_an_empty_index_answers_with_empty_places(kind: Kind) -> None:
    index = kind(DIM)
    hits = index.search(unit(0, 2), 3)
    assert hits.ids.tolist() == [[-1] * 3] * 2
    assert np.isneginf(hits.scores).all()
    assert len(index) == 0
    assert index.vectors(np.zeros(0, dtype=np.int64)).shape == (0, DIM)


@EVERY
def test_putting_an_id_again_replaces_it(kind: Kind) -> None:
    index = kind(DIM)
    put(index, range(30), unit(1, 30))
    new = unit(2, 1)
    put(index, [7], new)
    assert len(index) == 30
    assert index.search(new, 1).ids.tolist() == [[7]]
    assert sorted(index.ids().tolist()) == list(range(30))
    np.testing.assert_allclose(index.vectors(np.array([7])), new, atol=CLOSE)


@EVERY
def test_an_id_twice_in_one_put_stands_once_with_the_last_vector(kind: Kind) -> None:
    index = kind(DIM)
    rows = unit(3, 2)
    put(index, [5, 5], rows)
    assert len(index) == 1
    np.testing.assert_allclose(index.vectors(np.array([5])), rows[1:], atol=CLOSE)


@EVERY
def test_dropping_forgets_and_unknown_ids_are_passed_over(kind: Kind) -> None:
    index = kind(DIM)
    put(index, range(20), unit(4, 20))
    index.drop(np.array([1, 99]))
    assert len(index) == 19
    assert 1 not in index.search(unit(4, 1), 20).ids
    assert index.holds(np.array([0, 1, 99])).tolist() == [True, False, False]
    with pytest.raises(KeyError):
        index.vectors(np.array([1]))


@EVERY
def test_rows_are_found_by_their_owner_and_wholes_are_counted(kind: Kind) -> None:
    index = kind(DIM)
    put(index, range(20), unit(5, 20))
    index.drop(np.array([3]))
    ids, which = index.rows_of(owned(np.array([3, 900, 6])))
    assert sorted(zip(which.tolist(), ids.tolist(), strict=True)) == [(0, 4), (0, 5), (2, 6), (2, 7), (2, 8)]
    assert index.owners(np.array([8])).tolist() == owned(np.array([8])).tolist()
    assert index.count(None) == 6
    assert index.count(Allowed.only([0, 1, 3, 6])) == 2


@EVERY
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_history_agrees_with_plain_arithmetic(kind: Kind, data: st.DataObject) -> None:
    index, truth = kind(DIM), {}
    for step in range(data.draw(st.integers(1, 8))):
        ids = np.array(data.draw(st.lists(st.integers(0, 60), max_size=20)), dtype=np.int64)
        if data.draw(st.integers(0, 2)):
            rows = unit(step * 100 + len(ids), len(ids))
            put(index, ids, rows)
            truth.update(zip(ids.tolist(), rows, strict=True))
        else:
            index.drop(ids)
            for row_id in ids.tolist():
                truth.pop(row_id, None)
    within = data.draw(st.none() | st.sets(st.integers(0, 65)))
    by_table = data.draw(st.booleans())
    k = data.draw(st.integers(1, 25))
    query = unit(999, 1)
    hits = index.search(query, k, within=None if within is None else allowed(within, by_table=by_table))
    permitted = {n: v for n, v in truth.items() if within is None or n in within}
    expected = sorted((float(v @ query[0]) for v in permitted.values()), reverse=True)[:k]
    found = [n for n in hits.ids[0].tolist() if n >= 0]
    assert len(found) == len(set(found)) == min(k, len(permitted))
    assert set(found) <= permitted.keys()
    np.testing.assert_allclose(hits.scores[0][: len(found)], expected, atol=CLOSE)
    assert len(index) == len(truth)


def allowed(ids: set[int], *, by_table: bool) -> Allowed:
    if not by_table:
        return Allowed.only(ids)
    table = np.zeros(max(ids, default=-1) + 1, dtype=bool)
    table[list(ids)] = True
    return Allowed.where(table)


@pytest.mark.parametrize("rows", [7, 100])
def test_a_filter_over_alike_rows_is_answered_exactly_a_part_at_a_time(
    monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(segment, "EXACT_UNDER_FILTER", 200_000)
    monkeypatch.setattr(segment, "SCORED_AT_ONCE", rows)
    index, oracle = SealingIndex(DIM), ExactIndex(DIM)
    vectors = unit(8, 90)
    for held in (index, oracle):
        put(held, range(90), vectors)
    alike = Allowed.only(np.argsort(-(vectors @ vectors[0]))[:60].tolist())
    for query in unit(9, 5):
        mine, theirs = (held.search(query[None], 12, within=alike) for held in (index, oracle))
        np.testing.assert_allclose(mine.scores, theirs.scores, atol=CLOSE)
        assert mine.ids.tolist() == theirs.ids.tolist()
