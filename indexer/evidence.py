"""How strongly a score speaks for an asset: cosines become probabilities.

A cosine means something else for every query, so it is never compared with a fixed number. It is
read against the whole corpus instead: z = (s - q·μ) / √(qᵀΣq), from the mean and covariance of
the stored vectors. A ``Channel`` turns the z of one given pair into odds. A ``Curve`` says how
likely the best of a whole library answers: the best of n unrelated scores grows with n, about as
√(2 ln n), so scores are shifted by that, and one threshold serves every size of library; and
a query whose language is crowded, with many words close by, must be met more closely than others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
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
        return likely(self.offset + self.slope * z + start)


FITTED_FOR = 2000
"""How many assets the curves are fitted for."""
FEWEST = 50
"""A smaller library is taken for one of this size: its few vectors say little of what is usual."""
BESIDE_WORDS = -2.0
"""Log odds that a fitting picture loses when the asset has words and they do not fit."""
NEAR, FAR, SAME = 3, 30, 0.985
"""Of the words of the language nearest to a query, how many are near and how many far; and which is itself."""


@dataclass(frozen=True)
class Curve:
    """Log odds that an asset answers, from its cosine and z in one field and the query's near and far words."""

    offset: float
    cosine: float
    z: float
    near: float = 0.0
    far: float = 0.0

    def log_odds(self, standing: Standing, crowd: NDArray[np.float64], *, among: int) -> NDArray[np.float64]:
        """Return log odds, shape (n queries, m assets), of assets picked ``among`` so many; -inf stays."""
        cosines = np.where(np.isfinite(standing.cosines), standing.cosines, 0.0)
        z = np.where(np.isfinite(standing.z), standing.z, 0.0)
        shifted = Standing(cosines, z, standing.deviations).as_fitted(among)
        around = crowd @ np.array([self.near, self.far])
        odds = self.offset + self.cosine * shifted.cosines + self.z * shifted.z + around[:, None]
        return np.where(np.isfinite(standing.cosines), odds, -np.inf)


def expected_best(count: int) -> float:
    """Return the z that the best of ``count`` unrelated scores is expected at (Blom 1958)."""
    return NormalDist().inv_cdf((count - 0.375) / (count + 0.25)) if count else 0.0


@dataclass(frozen=True, eq=False)
class Standing:
    """Cosines and z-scores of m assets to n queries, both (n, m); what one z is worth in cosine, (n,)."""

    cosines: NDArray[np.float64]
    z: NDArray[np.float64]
    deviations: NDArray[np.float64]

    def as_fitted(self, among: int) -> Standing:
        """Return how the best of ``among`` assets would stand as the best of so many as curves are fitted for."""
        shift = expected_best(FITTED_FOR) - expected_best(max(among, FEWEST))
        return Standing(self.cosines + self.deviations[:, None] * shift, self.z + shift, self.deviations)


def crowding(queries: Vectors, language: Vectors | None) -> NDArray[np.float64]:
    """Return how close the nearest words of the language are to each query, shape (n, 2): near and far ones."""
    if language is None:
        return np.zeros((len(queries), 2))
    cosines = queries @ language.T
    ordered = -np.sort(-np.where(cosines > SAME, -1.0, cosines), axis=1)
    return np.stack([ordered[:, :count].mean(axis=1) for count in (NEAR, FAR)], axis=1).astype(np.float64)


def fused(picture: NDArray[np.float64] | None, text: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return probabilities from the log odds of both fields; -inf where an asset has no picture or no words."""
    if picture is None or text is None:
        odds = picture if text is None else text
    else:
        odds = np.where(np.isfinite(text), np.logaddexp(text, picture + BESIDE_WORDS), picture)
    if odds is None:
        raise ValueError("there are no odds to fuse")
    return likely(odds)


def likely(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities that log odds are."""
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -50, 50)))


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
    alike: Channel = Channel(-6.0, 2.0)
    by_picture: Curve = Curve(-10.0, 0.0, 2.1)
    by_text: Curve = Curve(-10.0, 0.0, 2.1)
    hit: float = 0.5
    weak: float = 0.2
    source: Literal["prior", "library"] = "prior"
    pictures: Ground | None = None
    texts: Ground | None = None
    language: Vectors | None = None

    @classmethod
    def from_json(
        cls,
        data: dict[str, Any] | None,
        *,
        source: Literal["prior", "library"],
        grounds: dict[str, Ground] | None = None,
        language: Vectors | None = None,
    ) -> Calibration:
        """Return the calibration stored as ``data``; missing parts keep their defaults."""
        data, grounds = data or {}, grounds or {}
        plain = cls()
        return cls(
            picture=Channel(*data["picture"]) if "picture" in data else plain.picture,
            alike=Channel(*data["alike"]) if "alike" in data else plain.alike,
            by_picture=Curve(*data["by_picture"]) if "by_picture" in data else plain.by_picture,
            by_text=Curve(*data["by_text"]) if "by_text" in data else plain.by_text,
            hit=float(data.get("hit", plain.hit)),
            weak=float(data.get("weak", plain.weak)),
            pictures=grounds.get("pictures"),
            texts=grounds.get("texts"),
            language=language,
            source=source,
        )


FITTING = 1.0
"""How many assets of a library are expected to answer a query that has answers."""


def standardise(
    queries: Vectors, scores: NDArray[np.float32], moments: Moments, ground: Ground | None
) -> NDArray[np.float64]:
    """Return z-scores of ``scores`` (n queries, m assets), same shape."""
    return stand(queries, scores, moments, ground).z


def stand(queries: Vectors, scores: NDArray[np.float32], moments: Moments, ground: Ground | None) -> Standing:
    """Return how ``scores`` (n queries, m assets) stand against the corpus.

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
    return Standing(scores.astype(np.float64), (scores - expected[:, None]) / deviation[:, None], deviation)


def either(*probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability that at least one of several independent signs is right."""
    miss = np.ones_like(probabilities[0])
    for probability in probabilities:
        miss = miss * (1.0 - probability)
    return 1.0 - miss
