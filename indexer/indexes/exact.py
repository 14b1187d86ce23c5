"""The oracle: plain arithmetic over every vector, for tests and for tiny libraries."""

from __future__ import annotations

import numpy as np

from indexer.encoders.base import Vectors
from indexer.indexes.base import Hits, Ids, VectorIndex


class ExactIndex(VectorIndex):
    """Scores every row with one matrix product."""

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self._rows: dict[int, np.ndarray] = {}

    def put(self, ids: Ids, vectors: Vectors) -> None:
        for row_id, vector in zip(ids.tolist(), vectors, strict=True):
            self._rows[row_id] = np.array(vector, dtype=np.float32)

    def drop(self, ids: Ids) -> None:
        for row_id in ids.tolist():
            self._rows.pop(row_id, None)

    def search(self, queries: Vectors, k: int, *, within: Ids | None = None) -> Hits:
        keep = self._rows.keys() if within is None else self._rows.keys() & set(within.tolist())
        ids = np.array(sorted(keep), dtype=np.int64)
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
        return np.stack([self._rows[row_id] for row_id in ids.tolist()])

    def __len__(self) -> int:
        return len(self._rows)
