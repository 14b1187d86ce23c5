"""One suite over every vector index, with plain arithmetic as the judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.indexes.base import VectorIndex
from indexer.indexes.exact import ExactIndex
from indexer.indexes.faiss import FaissIndex

DIM = 8
EVERY = pytest.mark.parametrize("kind", [ExactIndex, FaissIndex])


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@EVERY
def test_an_empty_index_answers_with_empty_places(kind: type[VectorIndex]) -> None:
    index = kind(DIM)
    hits = index.search(unit(0, 2), 3)
    assert hits.ids.tolist() == [[-1] * 3] * 2
    assert np.isneginf(hits.scores).all()
    assert len(index) == 0


@EVERY
def test_putting_an_id_again_replaces_it(kind: type[VectorIndex]) -> None:
    index = kind(DIM)
    old, new = unit(1, 1), unit(2, 1)
    index.put(np.array([7]), old)
    index.put(np.array([7]), new)
    assert len(index) == 1
    assert index.search(new, 2).ids.tolist() == [[7, -1]]
    np.testing.assert_allclose(index.vectors(np.array([7])), new, atol=1e-6)


@EVERY
def test_an_id_twice_in_one_put_stands_once_with_the_last_vector(kind: type[VectorIndex]) -> None:
    index = kind(DIM)
    rows = unit(3, 2)
    index.put(np.array([5, 5]), rows)
    assert len(index) == 1
    np.testing.assert_allclose(index.vectors(np.array([5])), rows[1:], atol=1e-6)


@EVERY
def test_dropping_forgets_and_unknown_ids_are_passed_over(kind: type[VectorIndex]) -> None:
    index = kind(DIM)
    index.put(np.arange(4), unit(4, 4))
    index.drop(np.array([1, 99]))
    assert len(index) == 3
    assert 1 not in index.search(unit(4, 1), 4).ids
    with pytest.raises(KeyError):
        index.vectors(np.array([1]))


@EVERY
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_history_agrees_with_plain_arithmetic(kind: type[VectorIndex], data: st.DataObject) -> None:
    index, truth = kind(DIM), {}
    for step in range(data.draw(st.integers(1, 6))):
        ids = np.array(data.draw(st.lists(st.integers(0, 30), max_size=8)), dtype=np.int64)
        if data.draw(st.booleans()):
            rows = unit(step * 100 + len(ids), len(ids))
            index.put(ids, rows)
            truth.update(zip(ids.tolist(), rows, strict=True))
        else:
            index.drop(ids)
            for row_id in ids.tolist():
                truth.pop(row_id, None)
    within = data.draw(st.none() | st.sets(st.integers(0, 35)))
    k = data.draw(st.integers(1, 12))
    query = unit(999, 1)
    chosen = None if within is None else np.array(sorted(within), dtype=np.int64)
    hits = index.search(query, k, within=chosen)
    permitted = {n: v for n, v in truth.items() if within is None or n in within}
    expected = sorted((float(v @ query[0]) for v in permitted.values()), reverse=True)[:k]
    found = [n for n in hits.ids[0].tolist() if n >= 0]
    assert len(found) == len(set(found)) == min(k, len(permitted))
    assert set(found) <= permitted.keys()
    np.testing.assert_allclose(hits.scores[0][: len(found)], expected, atol=1e-5)
    assert len(index) == len(truth)
