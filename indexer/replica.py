"""This process's copy of a space: its vectors in an index, read on from the log at each search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from indexer import log, sealed
from indexer.encoders.base import Vectors
from indexer.indexes.base import Allowed, Ids, Line, asset_ids, owners_of
from indexer.indexes.segmented import SegmentedIndex
from indexer.models import Embedding, EmbeddingSpace

PICTURE, TEXT = "image", "text"
AT_ONCE = 50_000
"""Rows whose vectors are taken out of an index at once."""
SHIFTED = 0.01
"""Share of the rows that may change before the moments of a part of the library are counted anew."""


@dataclass
class Moments:
    """Running mean and covariance of the vectors of one field."""

    dim: int
    count: int = 0
    total: NDArray[np.float64] = field(init=False)
    outer: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.total = np.zeros(self.dim)
        self.outer = np.zeros((self.dim, self.dim))

    def add(self, vectors: Vectors, *, sign: int) -> None:
        """Count ``vectors`` (n, dim) in (``sign`` 1) or out (``sign`` -1)."""
        rows = vectors.astype(np.float64)
        self.count += sign * len(rows)
        self.total += sign * rows.sum(axis=0)
        self.outer += sign * rows.T @ rows

    def copy(self) -> Moments:
        """Return the same moments, to count on from."""
        same = Moments(self.dim, self.count)
        same.total, same.outer = self.total.copy(), self.outer.copy()
        return same


class Field:
    """The rows of one kind of segment: pictures, each whole and figure by figure, or texts."""

    def __init__(self, dim: int, *, opened: sealed.Opened | None = None) -> None:
        self.index = SegmentedIndex(dim, opened.segments if opened else ())
        self.moments = Moments(dim)
        if opened:
            self.moments.count, self.moments.total, self.moments.outer = opened.moments
        self._known: WeakKeyDictionary[Line, tuple[int, int, Moments]] = WeakKeyDictionary()
        self._changes = 0

    def put(self, rows: Sequence[Embedding], vectors: Vectors) -> None:
        """Take in ``vectors`` (n, dim) of rows of the log, in the place of what stood for them."""
        ids = np.array([row.pk for row in rows], dtype=np.int64)
        self._count_out(ids)
        parts = [_part(row.segment) for row in rows]
        self.index.put(ids, owners_of([row.asset_id for row in rows], parts=parts), vectors)
        self.moments.add(vectors, sign=1)
        self._changes += len(ids)

    def drop(self, ids: Iterable[int]) -> None:
        """Forget rows; unknown ones are passed over."""
        rows = np.fromiter(ids, dtype=np.int64)
        self._count_out(rows)
        self.index.drop(rows)

    def _count_out(self, ids: Ids) -> None:
        held = ids[self.index.holds(ids)]
        if len(held):
            self.moments.add(self.index.vectors(held), sign=-1)
            self._changes += len(held)

    def moments_of(self, visible: Allowed | None) -> Moments:
        """Return mean and covariance over the rows that are ``visible`` alone; None is all of them.

        They are counted anew once more than a hundredth of the rows have changed, or of those that are visible.
        """
        if visible is None:
            return self.moments
        count = self.count(visible)
        changes, counted, moments = self._known.get(visible.line, (-np.inf, 0, self.moments))
        if self._changes - changes > SHIFTED * len(self.index) or abs(count - counted) > SHIFTED * count:
            moments = self._counted(visible)
            self._known[visible.line] = (self._changes, count, moments)
        return moments

    def _counted(self, visible: Allowed) -> Moments:
        ids = self.index.ids()
        admitted = visible.admits(ids)
        hidden = ids[~admitted]
        if not len(hidden):
            return self.moments
        if len(hidden) * 2 > len(ids):
            moments, rows, sign = Moments(self.moments.dim), ids[admitted], 1
        else:
            moments, rows, sign = self.moments.copy(), hidden, -1
        for start in range(0, len(rows), AT_ONCE):
            moments.add(self.index.vectors(rows[start : start + AT_ONCE]), sign=sign)
        return moments

    def count(self, within: Allowed | None) -> int:
        """Return how many assets have a whole picture or text here that may be found."""
        return self.index.count(within)

    def vectors_of(self, assets: Sequence[UUID]) -> dict[UUID, Vectors]:
        """Return the vector of the whole picture or text of each asset that has one, shape (dim,)."""
        ids, which = self.index.rows_of(owners_of(assets))
        whole = self.index.owners(ids)[:, 2] == 0
        vectors = self.index.vectors(ids[whole])
        return {assets[n]: vector for n, vector in zip(which[whole].tolist(), vectors, strict=True)}

    def assets(self) -> list[UUID]:
        """Return the assets that have a vector of the whole, in the order of their ids."""
        owners = self.index.owners(self.index.ids())
        return sorted(asset_ids(owners[owners[:, 2] == 0]))

    def within(self, assets: Sequence[UUID]) -> Allowed:
        """Return the rows of ``assets`` as what a search may find."""
        return Allowed.only(self.index.rows_of(owners_of(assets))[0])

    def best_assets(
        self, query: Vectors, k: int, *, within: Allowed | None, without: Set[UUID] = frozenset()
    ) -> dict[UUID, float]:
        """Return up to ``k`` distinct assets with the highest score of any of their rows, best first.

        Widens until ``k`` assets are found or every permitted row has been seen. ``without`` names a few
        that do not count.
        """
        wanted = k + len(without)
        while True:
            wanted = min(wanted, len(self.index))
            if wanted == 0:
                return {}
            hits = self.index.search(query.reshape(1, -1), wanted, within=within)
            found = hits.ids[0] >= 0
            found[found] = self.index.holds(hits.ids[0][found])
            best: dict[UUID, float] = {}
            for asset, score in zip(
                asset_ids(self.index.owners(hits.ids[0][found])), hits.scores[0][found].tolist(), strict=True
            ):
                if asset not in without:
                    best.setdefault(asset, score)
            if len(best) >= k or wanted == len(self.index) or (hits.ids[0] < 0).any():
                return dict(list(best.items())[:k])
            wanted *= 4

    def scores(self, queries: Vectors, assets: Sequence[UUID]) -> NDArray[np.float32]:
        """Return the best cosine of each asset to each query, shape (len(queries), len(assets)).

        An asset without a row here gets -inf.
        """
        found = np.full((len(assets), len(queries)), -np.inf, dtype=np.float32)
        ids, which = self.index.rows_of(owners_of(assets))
        if len(ids):
            np.maximum.at(found, which, self.index.vectors(ids) @ queries.T)
        return found.T

    def __len__(self) -> int:
        return len(self.index)


def _part(segment: str) -> int:
    """Return which part of its asset a row is: 0 the whole, n + 1 its figure n."""
    return 0 if segment in (PICTURE, TEXT) else int(segment.rpartition(":")[2]) + 1


class Replica:
    """A whole space in memory, but for what is sealed on disk. ``catch_up()`` reads what the log has gained since."""

    def __init__(self, space: EmbeddingSpace) -> None:
        self.space = space
        self._lock = Lock()
        self._open()

    def _open(self) -> None:
        opened = sealed.opened(self.space)
        fields = opened.fields if opened else {}
        self.stamp = opened.stamp if opened else 0
        self.position = opened.position if opened else 0
        self.pictures = Field(self.space.dim, opened=fields.get(PICTURE))
        self.texts = Field(self.space.dim, opened=fields.get(TEXT))

    def catch_up(self, *, until: int | None = None) -> None:
        """Apply every row of the log beyond ``position``, or those up to ``until``; take up newly sealed segments."""
        head = EmbeddingSpace.objects.values_list("head", flat=True).get(pk=self.space.pk)
        stale = until is None and sealed.stamp(self.space) > self.stamp
        if head == self.position and not stale:
            return
        with self._lock:
            if stale:
                fresh = Replica(self.space)
                fresh._read(None)
                self.stamp, self.position = fresh.stamp, fresh.position
                self.pictures, self.texts = fresh.pictures, fresh.texts
            self._read(until)

    def _read(self, until: int | None) -> None:
        for rows in log.read(self.space, after=self.position, until=until):
            self._apply(rows)
            self.position = rows[-1].seq

    def _apply(self, rows: list[Embedding]) -> None:
        for is_text, target in ((False, self.pictures), (True, self.texts)):
            here = [row for row in rows if (row.segment == TEXT) == is_text]
            live = [(row, vector) for row in here if row.known and (vector := log.vector_of(row)) is not None]
            kept = {row.pk for row, _ in live}
            target.drop(row.pk for row in here if row.pk not in kept)
            if live:
                target.put([row for row, _ in live], np.stack([vector for _, vector in live]))


_replicas: dict[int, Replica] = {}
_registry = Lock()


def replica_of(space: EmbeddingSpace) -> Replica:
    """Return this process's replica of ``space``, caught up with the log."""
    with _registry:
        replica = _replicas.get(space.pk)
        if replica is None or replica.space.fingerprint != space.fingerprint:
            replica = _replicas[space.pk] = Replica(space)
    replica.catch_up()
    return replica


def forget_replicas() -> None:
    """Drop every replica of this process; the next search reads the log from the start."""
    with _registry:
        _replicas.clear()
