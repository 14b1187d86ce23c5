"""The library's index: sealed segments, and a flat one for what came since."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.indexes.base import Allowed, Hits, Ids, Owners, VectorIndex
from indexer.indexes.flat import FlatIndex, best
from indexer.indexes.segment import Segment


class SegmentedIndex(VectorIndex):
    """A small library is flat and exact. A large one has segments; what replaces a row of theirs buries it there."""

    def __init__(self, dim: int, segments: Sequence[Segment] = ()) -> None:
        super().__init__(dim)
        self.segments = tuple(segments)
        self.recent = FlatIndex(dim)

    def put(self, ids: Ids, owners: Owners, vectors: Vectors) -> None:
        # New first: a search meanwhile finds a row twice rather than not at all.
        self.recent.put(ids, owners, vectors)
        self._bury(ids)

    def drop(self, ids: Ids) -> None:
        self.recent.drop(ids)
        self._bury(ids)

    def _bury(self, ids: Ids) -> None:
        for segment in self.segments:
            segment.bury(ids)

    def search(self, queries: Vectors, k: int, *, within: Allowed | None = None) -> Hits:
        if not self.segments:
            return self.recent.search(queries, k, within=within)
        answers = [self._one(query[None], k, within) for query in queries]
        return Hits(np.concatenate([hits.ids for hits in answers]), np.concatenate([hits.scores for hits in answers]))

    def _one(self, query: Vectors, k: int, within: Allowed | None) -> Hits:
        # A row that moves meanwhile is recent before it is buried: asked in this order, it is found at least once.
        sealed = [segment.search(query, k, within=within) for segment in self.segments]
        parts = [self.recent.search(query, k, within=within), *sealed]
        ids = np.concatenate([part.ids[0] for part in parts])
        scores = np.concatenate([part.scores[0] for part in parts])
        # A row that was replaced during the search counts once, as it is now.
        _, first = np.unique(ids, return_index=True)
        first = first[ids[first] >= 0]
        return best(scores[None, first], ids[first], k)

    def vectors(self, ids: Ids) -> Vectors:
        found = np.zeros((len(ids), self.dim), dtype=np.float32)
        for where, places, part in self._spread(ids):
            if isinstance(part, Segment):
                found[where] = part.stored[places].astype(np.float32)
            else:
                found[where] = part.vectors(ids[where])
        return found

    def owners(self, ids: Ids) -> Owners:
        found = np.zeros((len(ids), 3), dtype=np.uint64)
        for where, places, part in self._spread(ids):
            found[where] = part.owners[places] if isinstance(part, Segment) else part.owners(ids[where])
        return found

    def _spread(self, ids: Ids) -> list[tuple[NDArray[np.int64], NDArray[np.int64], Segment | FlatIndex]]:
        """Return which of ``ids`` stand where; every one of them does.

        Raises:
            KeyError: one does not.
        """
        recent = self.recent.holds(ids)
        here = np.flatnonzero(recent)
        spread: list[tuple[NDArray[np.int64], NDArray[np.int64], Segment | FlatIndex]] = [(here, here, self.recent)]
        left = ~recent
        for segment in self.segments:
            places = segment.places_of(ids)
            where = np.flatnonzero((places >= 0) & left)
            left[where] = False
            spread.append((where, places[where], segment))
        if left.any():
            raise KeyError(ids[left][:5].tolist())
        return [one for one in spread if len(one[0])]

    def rows_of(self, owners: Owners) -> tuple[Ids, NDArray[np.int64]]:
        found = [self.recent.rows_of(owners), *(segment.rows_of(owners) for segment in self.segments)]
        return np.concatenate([ids for ids, _ in found]), np.concatenate([which for _, which in found])

    def holds(self, ids: Ids) -> NDArray[np.bool_]:
        held = self.recent.holds(ids)
        for segment in self.segments:
            held |= segment.places_of(ids) >= 0
        return held

    def count(self, within: Allowed | None) -> int:
        return self.recent.count(within) + sum(segment.wholes(within) for segment in self.segments)

    def ids(self) -> Ids:
        return np.concatenate([self.recent.ids(), *(segment.ids[~segment.dead] for segment in self.segments)])

    def __len__(self) -> int:
        return len(self.recent) + sum(len(segment) for segment in self.segments)
