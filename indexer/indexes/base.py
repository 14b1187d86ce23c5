"""What every vector index promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Hits:
    """The nearest rows of each query, best first: ``ids`` and ``scores`` of shape (n, k).

    A score is a cosine. Where fewer than k rows exist, the id is -1 and the score -inf.
    """

    ids: Ids
    scores: NDArray[np.float32]


class VectorIndex(ABC):
    """Holds unit vectors under ids and finds those with the highest cosine to a query."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    @abstractmethod
    def put(self, ids: Ids, vectors: Vectors) -> None:
        """Store ``vectors`` (n, dim) under ``ids`` (n,), replacing what stood there."""

    @abstractmethod
    def drop(self, ids: Ids) -> None:
        """Remove ``ids``; unknown ones are passed over."""

    @abstractmethod
    def search(self, queries: Vectors, k: int, *, within: Ids | None = None) -> Hits:
        """Return the ``k`` best rows for each of ``queries`` (n, dim), only from ``within`` if given."""

    @abstractmethod
    def vectors(self, ids: Ids) -> Vectors:
        """Return the stored vectors of ``ids``, shape (len(ids), dim).

        Raises:
            KeyError: an id is not stored.
        """

    @abstractmethod
    def __len__(self) -> int: ...
