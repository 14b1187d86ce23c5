"""This process's copy of a space: its vectors in an index, read on from the log at each search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from indexer import log
from indexer.encoders.base import Vectors
from indexer.indexes.base import Ids, VectorIndex
from indexer.indexes.faiss import FaissIndex
from indexer.models import Embedding, EmbeddingSpace

PICTURE, TEXT = "image", "text"


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


class Field:
    """The rows of one kind of segment: pictures or texts."""

    def __init__(self, dim: int) -> None:
        self.index: VectorIndex = FaissIndex(dim)
        self.moments = Moments(dim)
        self.asset_of: dict[int, UUID] = {}
        self.rows_of: dict[UUID, set[int]] = defaultdict(set)
        self.whole: dict[UUID, int] = {}

    def put(self, rows: list[Embedding], vectors: Vectors) -> None:
        self.drop([row.pk for row in rows])
        self.index.put(np.array([row.pk for row in rows], dtype=np.int64), vectors)
        self.moments.add(vectors, sign=1)
        for row in rows:
            self.asset_of[row.pk] = row.asset_id
            self.rows_of[row.asset_id].add(row.pk)
            if row.segment in (PICTURE, TEXT):
                self.whole[row.asset_id] = row.pk

    def drop(self, ids: Iterable[int]) -> None:
        held = np.array([row_id for row_id in ids if row_id in self.asset_of], dtype=np.int64)
        if not len(held):
            return
        self.moments.add(self.index.vectors(held), sign=-1)
        self.index.drop(held)
        for row_id in held.tolist():
            asset_id = self.asset_of.pop(row_id)
            self.rows_of[asset_id].discard(row_id)
            if not self.rows_of[asset_id]:
                del self.rows_of[asset_id]
            if self.whole.get(asset_id) == row_id:
                del self.whole[asset_id]

    def moments_of(self, assets: Set[UUID]) -> Moments:
        """Return mean and covariance over the rows of ``assets`` alone, such as those one may see."""
        hidden = self.rows_of.keys() - assets
        if not hidden:
            return self.moments
        moments = Moments(self.moments.dim)
        if len(hidden) * 2 > len(self.rows_of):
            moments.add(self.index.vectors(self.rows_within(self.rows_of.keys() & assets)), sign=1)
            return moments
        moments.count, moments.total, moments.outer = self.moments.count, +self.moments.total, +self.moments.outer
        moments.add(self.index.vectors(self.rows_within(hidden)), sign=-1)
        return moments

    def vectors_of(self, assets: Iterable[UUID]) -> dict[UUID, Vectors]:
        """Return the vector of the whole picture or text of each asset that has one, shape (dim,)."""
        held = {asset: self.whole[asset] for asset in assets if asset in self.whole}
        rows = self.index.vectors(np.array(list(held.values()), dtype=np.int64))
        return dict(zip(held, rows, strict=True))

    def rows_within(self, assets: Iterable[UUID]) -> Ids:
        """Return the ids of every row of ``assets``."""
        rows = self.rows_of
        return np.fromiter((row for asset in assets for row in rows.get(asset, ())), dtype=np.int64)

    def best_assets(self, query: Vectors, k: int, *, within: Ids) -> dict[UUID, float]:
        """Return up to ``k`` distinct assets with the highest score of any of their rows.

        Widens until ``k`` assets are found or every permitted row has been seen.
        """
        best: dict[UUID, float] = {}
        wanted = k
        while True:
            wanted = min(wanted, len(within))
            if wanted == 0:
                return best
            hits = self.index.search(query.reshape(1, -1), wanted, within=within)
            best = {}
            for row_id, score in zip(hits.ids[0].tolist(), hits.scores[0].tolist(), strict=True):
                if row_id >= 0 and (asset := self.asset_of.get(row_id)) is not None:
                    best.setdefault(asset, score)
            if len(best) >= k or wanted == len(within):
                return dict(list(best.items())[:k])
            wanted *= 4

    def scores(self, queries: Vectors, assets: list[UUID]) -> NDArray[np.float32]:
        """Return the best cosine of each asset to each query, shape (len(queries), len(assets)).

        An asset without a row here gets -inf.
        """
        found = np.full((len(queries), len(assets)), -np.inf, dtype=np.float32)
        owners = [n for n, asset in enumerate(assets) for _ in self.rows_of.get(asset, ())]
        ids = self.rows_within(assets)
        if len(ids):
            products = queries @ self.index.vectors(ids).T
            for column, owner in enumerate(owners):
                np.maximum(found[:, owner], products[:, column], out=found[:, owner])
        return found


class Replica:
    """A whole space in memory. ``catch_up()`` reads what the log has gained since."""

    def __init__(self, space: EmbeddingSpace) -> None:
        self.space = space
        self.position = 0
        self.pictures = Field(space.dim)
        self.texts = Field(space.dim)
        self.unknown: set[UUID] = set()
        self._lock = Lock()

    def catch_up(self) -> None:
        """Apply every row of the log beyond ``position``."""
        head = EmbeddingSpace.objects.values_list("head", flat=True).get(pk=self.space.pk)
        if head == self.position:
            return
        with self._lock:
            for rows in log.read(self.space, after=self.position):
                self._apply(rows)
                self.position = rows[-1].seq

    def _apply(self, rows: list[Embedding]) -> None:
        for is_text, target in ((False, self.pictures), (True, self.texts)):
            here = [row for row in rows if (row.segment == TEXT) == is_text]
            target.drop([row.pk for row in here])
            live = [(row, vector) for row in here if row.known and (vector := log.vector_of(row)) is not None]
            if live:
                target.put([row for row, _ in live], np.stack([vector for _, vector in live]))
        for row in rows:
            if row.segment == PICTURE:
                (self.unknown.discard if row.known else self.unknown.add)(row.asset_id)


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
