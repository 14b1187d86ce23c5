"""How strongly a score speaks for an asset: cosines become probabilities.

A cosine means something else for every query, so it is never compared with a fixed number. It is
read against the whole corpus instead: z = (s - q·μ) / √(qᵀΣq), from the mean and covariance of
the stored vectors. A logistic curve turns z into the odds that a picture shows what was asked for
rather than something else, and how many assets the picture was picked from sets the odds one
starts with. One threshold then serves every query and every size of library.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.replica import Moments

PRIOR_WEIGHT = 300
"""How many vectors of the library weigh as much as the prior covariance."""


@dataclass(frozen=True)
class Channel:
    """Log odds ``offset + slope * z`` of a fitting pair against an unrelated one, at even odds."""

    offset: float
    slope: float

    def probability(self, z: NDArray[np.float64], *, fitting: float, among: int) -> NDArray[np.float64]:
        """Return how likely each of z fits when ``fitting`` of ``among`` do; -inf gives 0."""
        start = min(math.log(fitting / max(among, 1)), 0.0)
        with np.errstate(over="ignore"):
            return 1.0 / (1.0 + np.exp(-np.clip(self.offset + self.slope * z + start, -50, 50)))


@dataclass(frozen=True, eq=False)
class Ground:
    """How the vectors of one field lie before the library has shown: mean (dim,), covariance (dim, dim)."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


def _unknown(dim: int) -> Ground:
    return Ground(np.zeros(dim), np.eye(dim) * 0.01)


@dataclass(frozen=True)
class Calibration:
    """What turns the scores of one space into probabilities.

    ``source`` is ``prior`` for the figures an encoder comes with, ``library`` once they were
    fitted to the library's own assets.
    """

    picture: Channel = Channel(-6.0, 3.0)
    text: Channel = Channel(-6.0, 2.0)
    alike: Channel = Channel(-6.0, 2.0)
    hit: float = 0.5
    weak: float = 0.2
    source: Literal["prior", "library"] = "prior"
    pictures: Ground | None = None
    texts: Ground | None = None

    @classmethod
    def from_json(
        cls,
        data: dict[str, Any] | None,
        *,
        source: Literal["prior", "library"],
        grounds: dict[str, Ground] | None = None,
    ) -> Calibration:
        """Return the calibration stored as ``data``; missing parts keep their defaults."""
        data, grounds = data or {}, grounds or {}
        plain = cls()
        return cls(
            picture=Channel(*data["picture"]) if "picture" in data else plain.picture,
            text=Channel(*data["text"]) if "text" in data else plain.text,
            alike=Channel(*data["alike"]) if "alike" in data else plain.alike,
            hit=float(data.get("hit", plain.hit)),
            weak=float(data.get("weak", plain.weak)),
            pictures=grounds.get("pictures"),
            texts=grounds.get("texts"),
            source=source,
        )


FITTING = 1.0
"""How many assets of a library are expected to answer a query that has answers."""


def standardise(
    queries: Vectors, scores: NDArray[np.float32], moments: Moments, ground: Ground | None
) -> NDArray[np.float64]:
    """Return z-scores of ``scores`` (n queries, m assets), same shape.

    Until the library holds enough vectors, mean and covariance lean on the encoder's ``ground``.
    """
    weight = moments.count / (moments.count + PRIOR_WEIGHT)
    ground = ground or _unknown(moments.dim)
    prior_mean = ground.mean
    mean = prior_mean
    covariance = ground.covariance
    if moments.count > 1:
        own = moments.total / moments.count
        centred = moments.outer / moments.count - np.outer(own, own)
        mean = weight * own + (1 - weight) * prior_mean
        covariance = weight * centred + (1 - weight) * covariance
    rows = queries.astype(np.float64)
    expected = rows @ mean
    variance = np.einsum("nd,de,ne->n", rows, covariance, rows)
    deviation = np.sqrt(np.maximum(variance, 1e-9))
    return (scores - expected[:, None]) / deviation[:, None]


def either(*probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability that at least one of several independent signs is right."""
    miss = np.ones_like(probabilities[0])
    for probability in probabilities:
        miss = miss * (1.0 - probability)
    return 1.0 - miss
