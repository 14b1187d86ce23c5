"""The oracle: plain arithmetic over every vector, for tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.indexes.base import Allowed, Hits, Ids, Owners, VectorIndex


class ExactIndex(VectorIndex):
    """Scores every row with one matrix product."""

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self._rows: dict[int, tuple[tuple[int, ...], np.ndarray]] = {}

    def put(self, ids: Ids, owners: Owners, vectors: Vectors) -> None:
        for row_id, owner, vector in zip(ids.tolist(), owners.tolist(), vectors, strict=True):
            self._rows[row_id] = (tuple(owner), np.array(vector, dtype=np.float32))

    def drop(self, ids: Ids) -> None:
        for row_id in ids.tolist():
            self._rows.pop(row_id, None)

    def search(self, queries: Vectors, k: int, *, within: Allowed | None = None) -> Hits:
        ids = np.sort(self.ids())
        if within is not None:
            ids = ids[within.admits(ids)]
        found = np.full((len(queries), k), -1, dtype=np.int64)
        scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        if len(ids):
            products = queries @ self.vectors(ids).T
            order = np.argsort(-products, axis=1, kind="stable")[:, :k]
            found[:, : order.shape[1]] = ids[order]
            scores[:, : order.shape[1]] = np.take_along_axis(products, order, axis=1)
        return Hits(found, scores)

    def vectors(self, ids: Ids) -> Vectors:
        if not len(ids):
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.stack([self._rows[row_id][1] for row_id in ids.tolist()])

    def owners(self, ids: Ids) -> Owners:
        return np.array([self._rows[row_id][0] for row_id in ids.tolist()], dtype=np.uint64).reshape(-1, 3)

    def rows_of(self, owners: Owners) -> tuple[Ids, NDArray[np.int64]]:
        pairs = [
            (row_id, n)
            for n, (high, low, _part) in enumerate(owners.tolist())
            for row_id, (owner, _vector) in self._rows.items()
            if owner[:2] == (high, low)
        ]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def holds(self, ids: Ids) -> NDArray[np.bool_]:
        return np.array([row_id in self._rows for row_id in ids.tolist()], dtype=bool)

    def count(self, within: Allowed | None) -> int:
        ids = self.ids()
        kept = ids if within is None else ids[within.admits(ids)]
        return sum(self._rows[row_id][0][2] == 0 for row_id in kept.tolist())

    def ids(self) -> Ids:
        return np.array(list(self._rows), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._rows)
