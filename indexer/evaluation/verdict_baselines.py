"""Plain ways to tell a hit from a miss, on the same cosines, each with the best channel and settings of the fit half.

QB-Norm and dynamic inverted softmax after Bogolin et al., arXiv 2112.12777.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Kept = NDArray[np.bool_]
"""Which assets are in the library, shape (2, queries, assets): first for a hit, then for a miss."""
NAMES = ("top1", "cutoff", "margin", "qbnorm", "dis")
SHARPNESS = 20.0
"""The paper's inverse temperature."""
RUNNERS_UP = (1, 9)


def auroc(hits: Numbers, misses: Numbers) -> float:
    """Return how often a hit scores above a miss, ties counted half."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([hits, misses]))[: len(hits)]
    return float((ranks.sum() - len(hits) * (len(hits) + 1) / 2) / (len(hits) * len(misses)))


def score(pictures: Numbers, texts: Numbers, kept: Kept, *, fit: Places) -> dict[str, Numbers]:
    """Return each baseline's scores, shape (2, queries), higher for a hit.

    ``pictures`` and ``texts`` (queries, assets) are cosines. Each baseline takes the channel, either
    of them or the greater, and the setting with the best AUROC on the queries ``fit``.
    """
    channels = (pictures, texts, np.maximum(pictures, texts))
    ways: dict[str, Callable[[Numbers], Iterator[Numbers]]] = {
        "top1": lambda table: iter([_best(table, kept)]),
        "margin": lambda table: _margins(table, kept),
        "qbnorm": lambda table: iter([_best(_normalised(table, fit)[0], kept)]),
        "dis": lambda table: iter([_dynamic(table, kept, fit)]),
    }
    found = {}
    for name, way in ways.items():
        tried = [scores for table in channels for scores in way(table)]
        found[name] = max(tried, key=lambda scores: auroc(scores[0, fit], scores[1, fit]))
    found["cutoff"] = (found["top1"] >= _cutoff(found["top1"][:, fit])).astype(np.float64)
    return found


def _best(table: Numbers, kept: Kept) -> Numbers:
    return np.stack([np.where(inside, table, -np.inf).max(axis=1) for inside in kept])


def _margins(table: Numbers, kept: Kept) -> Iterator[Numbers]:
    most = min(max(RUNNERS_UP) + 1, table.shape[1])
    first = [-np.sort(-np.where(inside, table, -1.0), axis=1)[:, :most] for inside in kept]
    for runners in RUNNERS_UP:
        yield np.stack([top[:, 0] - top[:, 1 : runners + 1].mean(axis=1) for top in first])


def _normalised(table: Numbers, fit: Places) -> tuple[Numbers, Numbers]:
    """Return log inverted softmax against the bank of fit queries, and each asset's normaliser, shape (assets,)."""
    from scipy.special import logsumexp

    crowded = logsumexp(SHARPNESS * table[fit], axis=0)
    return SHARPNESS * table - crowded, crowded


def _dynamic(table: Numbers, kept: Kept, fit: Places) -> Numbers:
    """Normalise only where the nearest asset is some bank query's nearest; others get the mean normaliser."""
    normalised, crowded = _normalised(table, fit)
    hubs = np.zeros(table.shape[1], dtype=np.bool_)
    hubs[table[fit].argmax(axis=1)] = True
    scores = []
    for inside in kept:
        held = np.where(inside, table, -np.inf)
        plain = SHARPNESS * held.max(axis=1) - crowded.mean()
        scores.append(np.where(hubs[held.argmax(axis=1)], np.where(inside, normalised, -np.inf).max(axis=1), plain))
    return np.stack(scores)


def _cutoff(scores: Numbers) -> float:
    """Return the cut-off that tells hits (first row) from misses best: most right answers among both."""
    tried = np.unique(scores)
    right = [(scores[0] >= value).mean() - (scores[1] >= value).mean() for value in tried]
    return float(tried[int(np.argmax(right))])
