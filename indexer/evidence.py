"""How strongly the library's assets answer to one concept: by words, by picture, by text vector.

A cosine means something else for every query, so it is never compared with a fixed number. It is
read against the whole corpus instead: z = (s - q·μ) / √(qᵀΣq), from the mean and covariance of
the stored vectors, less √(2 ln n), what the best of n unrelated vectors would reach by chance.
One threshold on that figure then serves every query and every size of library.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.replica import Moments

PRIOR_WEIGHT = 50
"""How many vectors of the library weigh as much as the prior covariance."""


@dataclass(frozen=True)
class Channel:
    """A logistic curve from corrected z-scores to the probability of a fitting asset."""

    offset: float
    slope: float

    def probability(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities of corrected z-scores; -inf gives 0."""
        with np.errstate(over="ignore"):
            return 1.0 / (1.0 + np.exp(-np.clip(self.offset + self.slope * z, -50, 50)))


@dataclass(frozen=True)
class Calibration:
    """What turns the scores of one space into probabilities.

    ``source`` is ``prior`` for the figures an encoder comes with, ``library`` once they were
    fitted to the library's own assets.
    """

    picture: Channel = Channel(-0.5, 1.6)
    text: Channel = Channel(-1.0, 1.6)
    alike: Channel = Channel(-2.0, 1.0)
    hit: float = 0.5
    weak: float = 0.2
    source: Literal["prior", "library"] = "prior"
    mean: tuple[float, ...] = field(default=(), repr=False)
    spread: float = 0.01

    @classmethod
    def from_json(cls, data: dict[str, Any] | None, *, source: Literal["prior", "library"]) -> Calibration:
        """Return the calibration stored as ``data``; missing parts keep their defaults."""
        data = data or {}
        known = {name: Channel(*data[name]) for name in ("picture", "text", "alike") if name in data}
        plain = {name: float(data[name]) for name in ("hit", "weak", "spread") if name in data}
        return cls(**known, **plain, mean=tuple(data.get("mean", ())), source=source)


def standardise(
    queries: Vectors, scores: NDArray[np.float32], moments: Moments, calibration: Calibration, *, among: int
) -> NDArray[np.float64]:
    """Return corrected z-scores of ``scores`` (n queries, m assets), same shape.

    ``among`` is how many vectors the best was picked from. Until the library holds enough
    vectors, mean and covariance lean on the calibration's prior.
    """
    weight = moments.count / (moments.count + PRIOR_WEIGHT)
    prior_mean = np.zeros(moments.dim) if not calibration.mean else np.array(calibration.mean)
    mean = prior_mean
    covariance = np.eye(moments.dim) * calibration.spread
    if moments.count > 1:
        own = moments.total / moments.count
        centred = moments.outer / moments.count - np.outer(own, own)
        mean = weight * own + (1 - weight) * prior_mean
        covariance = weight * centred + (1 - weight) * covariance
    rows = queries.astype(np.float64)
    expected = rows @ mean
    variance = np.einsum("nd,de,ne->n", rows, covariance, rows)
    deviation = np.sqrt(np.maximum(variance, 1e-9))
    chance = math.sqrt(2 * math.log(max(among, 2)))
    return (scores - expected[:, None]) / deviation[:, None] - chance


def either(*probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability that at least one of several independent signs is right."""
    miss = np.ones_like(probabilities[0])
    for probability in probabilities:
        miss = miss * (1.0 - probability)
    return 1.0 - miss
