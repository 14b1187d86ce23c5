"""Rows in memory, searched exactly: a whole small library, or what a large one has gained since its last segment."""

from __future__ import annotations

from threading import Lock

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.indexes.base import Allowed, Hits, Ids, Owners, VectorIndex

LEAST = 1024
"""Rows that are made room for at once; the room doubles when it is full."""


class FlatIndex(VectorIndex):
    """Vectors in one growing array. Searches take no lock: rows are appended, and what they replace is marked dead."""

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self._lock = Lock()
        self._clear(LEAST)

    def _clear(self, room: int) -> None:
        self._vectors = np.zeros((room, self.dim), dtype=np.float32)
        self._ids = np.full(room, -1, dtype=np.int64)
        self._owners = np.zeros((room, 3), dtype=np.uint64)
        self._live = np.zeros(room, dtype=bool)
        self._end = 0
        self._places: dict[int, int] = {}
        self._owned: dict[tuple[int, int], set[int]] = {}

    def put(self, ids: Ids, owners: Owners, vectors: Vectors) -> None:
        latest = {row_id: n for n, row_id in enumerate(ids.tolist())}
        if not latest:
            return
        chosen = np.array(list(latest.values()), dtype=np.int64)
        with self._lock:
            self._remove(latest)
            self._make_room(len(chosen))
            start, end = self._end, self._end + len(chosen)
            self._vectors[start:end] = vectors[chosen]
            self._ids[start:end] = ids[chosen]
            self._owners[start:end] = owners[chosen]
            self._live[start:end] = True
            for place, row_id, (high, low, _part) in zip(
                range(start, end), latest, owners[chosen].tolist(), strict=True
            ):
                self._places[row_id] = place
                self._owned.setdefault((high, low), set()).add(row_id)
            self._end = end

    def drop(self, ids: Ids) -> None:
        with self._lock:
            self._remove(ids.tolist())

    def _remove(self, ids: list[int] | dict[int, int]) -> None:
        for row_id in ids:
            place = self._places.pop(row_id, None)
            if place is None:
                continue
            self._live[place] = False
            high, low, _part = self._owners[place].tolist()
            rows = self._owned[high, low]
            rows.discard(row_id)
            if not rows:
                del self._owned[high, low]

    def _make_room(self, more: int) -> None:
        """Have space for ``more`` rows. Dead ones go when arrays are made anew; a running search keeps its own."""
        if self._end + more <= len(self._ids):
            return
        kept = np.flatnonzero(self._live[: self._end])
        ids, owners, vectors = self._ids[kept], self._owners[kept], self._vectors[kept]
        room = LEAST
        while room < 2 * (len(kept) + more):
            room *= 2
        owned = self._owned
        self._clear(room)
        end = len(kept)
        self._ids[:end], self._owners[:end], self._vectors[:end], self._live[:end] = ids, owners, vectors, True
        self._places = {row_id: place for place, row_id in enumerate(ids.tolist())}
        self._owned, self._end = owned, end

    def search(self, queries: Vectors, k: int, *, within: Allowed | None = None) -> Hits:
        with self._lock:
            end, ids, live, vectors = self._end, self._ids, self._live, self._vectors
            places = None
            if within is not None and within.ids is not None and len(within.ids) < end:
                known = [self._places[row_id] for row_id in within.ids.tolist() if row_id in self._places]
                places = np.array(known, dtype=np.int64)
        if places is None:
            keep = live[:end] if within is None else live[:end] & within.admits(ids[:end])
            if not keep.all():
                places = np.flatnonzero(keep)
        if places is None:
            return best(queries @ vectors[:end].T, ids[:end], k)
        if len(places) * 2 < end:
            return best(queries @ vectors[places].T, ids[places], k)
        products = queries @ vectors[:end].T
        return best(products[:, places], ids[places], k)

    def vectors(self, ids: Ids) -> Vectors:
        with self._lock:
            return self._vectors[self._at(ids)]

    def owners(self, ids: Ids) -> Owners:
        with self._lock:
            return self._owners[self._at(ids)]

    def _at(self, ids: Ids) -> NDArray[np.int64]:
        return np.array([self._places[row_id] for row_id in ids.tolist()], dtype=np.int64)

    def rows_of(self, owners: Owners) -> tuple[Ids, NDArray[np.int64]]:
        with self._lock:
            pairs = [
                (row_id, n)
                for n, (high, low, _part) in enumerate(owners.tolist())
                for row_id in self._owned.get((high, low), ())
            ]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def holds(self, ids: Ids) -> NDArray[np.bool_]:
        with self._lock:
            return np.array([row_id in self._places for row_id in ids.tolist()], dtype=bool)

    def count(self, within: Allowed | None) -> int:
        with self._lock:
            end, ids, live, owners = self._end, self._ids, self._live, self._owners
        kept = live[:end] & (owners[:end, 2] == 0)
        return int((kept if within is None else kept & within.admits(ids[:end])).sum())

    def ids(self) -> Ids:
        with self._lock:
            return np.array(list(self._places), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._places)


def best(products: NDArray[np.float32], ids: Ids, k: int) -> Hits:
    """Return the ``k`` highest of ``products`` (n queries, m rows) with the ids of their columns, padded."""
    found = np.full((len(products), k), -1, dtype=np.int64)
    scores = np.full((len(products), k), -np.inf, dtype=np.float32)
    count = min(k, products.shape[1])
    if count:
        chosen = np.argpartition(-products, count - 1, axis=1)[:, :count] if count < products.shape[1] else None
        near = products if chosen is None else np.take_along_axis(products, chosen, axis=1)
        order = np.argsort(-near, axis=1, kind="stable")
        columns = order if chosen is None else np.take_along_axis(chosen, order, axis=1)
        found[:, :count] = ids[columns]
        scores[:, :count] = np.take_along_axis(products, columns, axis=1)
    return Hits(found, scores)
