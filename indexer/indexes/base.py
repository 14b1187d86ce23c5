"""What every vector index promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors

Ids = NDArray[np.int64]
Owners = NDArray[np.uint64]
"""Whose row each is, shape (n, 3): an asset's UUID as two words, and which part of it, 0 for the whole."""


def owners_of(assets: Sequence[UUID], *, parts: Sequence[int] = ()) -> Owners:
    """Return assets, and which part of each is meant, as an array."""
    owners = np.zeros((len(assets), 3), dtype=np.uint64)
    owners[:, :2] = np.frombuffer(b"".join(asset.bytes for asset in assets), ">u8").reshape(-1, 2)
    if len(parts):
        owners[:, 2] = parts
    return owners


def asset_ids(owners: Owners) -> list[UUID]:
    """Return the UUIDs of the assets that ``owners`` are."""
    return [UUID(int=(high << 64) | low) for high, low, _ in owners.tolist()]


class Line:
    """What an ``Allowed`` and those that follow it have in common."""


@dataclass(frozen=True, eq=False)
class Allowed:
    """Which rows a search may find: some ids, or whatever a predicate admits.

    An index asks ``admits`` for the rows it holds, once for each ``Allowed``, and keeps the answer while
    the ``Allowed`` lives: whoever makes one for the same caller and filters should hand out the same one.
    ``line`` stays the same object while one ``Allowed`` follows another for the same caller and filters.
    """

    admits: Callable[[Ids], NDArray[np.bool_]]
    ids: Ids | None = None
    line: Line = field(default_factory=Line)

    @classmethod
    def only(cls, ids: Iterable[int] | Ids) -> Allowed:
        """Return an ``Allowed`` of these ids."""
        chosen = np.unique(np.asarray(ids if isinstance(ids, np.ndarray) else list(ids), dtype=np.int64))

        def admits(asked: Ids) -> NDArray[np.bool_]:
            if not len(chosen):
                return np.zeros(len(asked), dtype=bool)
            places = np.minimum(np.searchsorted(chosen, asked), len(chosen) - 1)
            return chosen[places] == asked

        return cls(admits, chosen)

    @classmethod
    def where(cls, table: NDArray[np.bool_], *, after: Allowed | None = None) -> Allowed:
        """Return an ``Allowed`` of the ids at which ``table`` is true; beyond its end nothing is."""

        def admits(asked: Ids) -> NDArray[np.bool_]:
            inside = asked < len(table)
            return table[np.where(inside, asked, 0)] & inside if len(table) else inside

        return cls(admits, line=after.line if after else Line())


@dataclass(frozen=True)
class Hits:
    """The nearest rows of each query, best first: ``ids`` and ``scores`` of shape (n, k).

    A score is a cosine. Where fewer than k rows exist, the id is -1 and the score -inf.
    """

    ids: Ids
    scores: NDArray[np.float32]


class VectorIndex(ABC):
    """Holds unit vectors under ids, each owned by an asset, and finds those with the highest cosine to a query."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    @abstractmethod
    def put(self, ids: Ids, owners: Owners, vectors: Vectors) -> None:
        """Store ``vectors`` (n, dim) under ``ids`` (n,), replacing what stood there."""

    @abstractmethod
    def drop(self, ids: Ids) -> None:
        """Remove ``ids``; unknown ones are passed over."""

    @abstractmethod
    def search(self, queries: Vectors, k: int, *, within: Allowed | None = None) -> Hits:
        """Return the ``k`` best rows for each of ``queries`` (n, dim), only from ``within`` if given.

        No place is empty while ``k`` rows are allowed, and nothing else is ever returned.
        """

    @abstractmethod
    def vectors(self, ids: Ids) -> Vectors:
        """Return the stored vectors of ``ids``, shape (len(ids), dim).

        Raises:
            KeyError: an id is not stored.
        """

    @abstractmethod
    def owners(self, ids: Ids) -> Owners:
        """Return whose rows ``ids`` are, shape (len(ids), 3).

        Raises:
            KeyError: an id is not stored.
        """

    @abstractmethod
    def rows_of(self, owners: Owners) -> tuple[Ids, NDArray[np.int64]]:
        """Return every row of the assets that ``owners`` name, and for each row which of the owners it belongs to."""

    @abstractmethod
    def holds(self, ids: Ids) -> NDArray[np.bool_]:
        """Return which of ``ids`` are stored."""

    @abstractmethod
    def count(self, within: Allowed | None) -> int:
        """Return how many assets have their whole among the rows that ``within`` admits."""

    @abstractmethod
    def ids(self) -> Ids:
        """Return every id that is stored, in no order."""

    @abstractmethod
    def __len__(self) -> int: ...
