"""FAISS, the library's index: exact inner products over a flat array with ids."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np

from indexer.encoders.base import Vectors
from indexer.indexes.base import Hits, Ids, VectorIndex


class FaissIndex(VectorIndex):
    """``IDMap2,Flat`` with inner product. One lock keeps searching and changing apart."""

    def __init__(self, dim: int) -> None:
        import faiss  # type: ignore[import-untyped,unused-ignore]

        super().__init__(dim)
        self._faiss: Any = faiss
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
        self._ids: set[int] = set()
        self._lock = Lock()

    def put(self, ids: Ids, vectors: Vectors) -> None:
        latest = {row_id: n for n, row_id in enumerate(ids.tolist())}
        if not latest:
            return
        with self._lock:
            self._remove(latest.keys() & self._ids)
            rows = np.ascontiguousarray(vectors[list(latest.values())], dtype=np.float32)
            self._index.add_with_ids(rows, np.array(list(latest), dtype=np.int64))
            self._ids |= latest.keys()

    def drop(self, ids: Ids) -> None:
        with self._lock:
            self._remove(self._ids & set(ids.tolist()))

    def _remove(self, stored: set[int]) -> None:
        if stored:
            self._index.remove_ids(np.array(sorted(stored), dtype=np.int64))
            self._ids -= stored

    def search(self, queries: Vectors, k: int, *, within: Ids | None = None) -> Hits:
        parameters = None
        if within is not None:
            chosen = np.ascontiguousarray(within, dtype=np.int64)
            selector = self._faiss.IDSelectorBatch(chosen)
            parameters = self._faiss.SearchParameters(sel=selector)
        with self._lock:
            scores, ids = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), k, params=parameters)
        scores[ids < 0] = -np.inf
        return Hits(ids, scores)

    def vectors(self, ids: Ids) -> Vectors:
        with self._lock:
            missing = set(ids.tolist()) - self._ids
            if missing:
                raise KeyError(sorted(missing)[:5])
            if not len(ids):
                return np.zeros((0, self.dim), dtype=np.float32)
            return self._index.reconstruct_batch(np.ascontiguousarray(ids, dtype=np.int64))

    def __len__(self) -> int:
        return len(self._ids)
