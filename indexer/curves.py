"""Fitting curves of evidence: logistic regressions on searches whose answers are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.evidence import Standing

Scores = NDArray[np.float64]
ROUNDS = 3
"""How often the best candidate is chosen anew by the curve found so far."""


def search_curve(standing: Standing, crowd: Scores, kept: NDArray[np.bool_]) -> list[float]:
    """Return the parameters of the ``Curve`` that best tells searches with an answer from those without.

    Args:
        standing: of m assets to n queries.
        crowd: how crowded the language is around each query, shape (n, 2).
        kept: which assets are in the library, shape (2, n, m): first with the answers, then without.
    """
    shifted = standing.as_fitted(kept.shape[2])
    cosines, z = shifted.cosines, shifted.z
    truth = np.repeat([1.0, 0.0], len(crowd))
    odds, curve = z, np.zeros(5)
    for _ in range(ROUNDS):
        rows = []
        for inside in kept:
            best = np.where(inside, odds, -np.inf).argmax(axis=1)[:, None]
            chosen = (np.take_along_axis(table, best, axis=1) for table in (cosines, z))
            rows.append(np.concatenate([*chosen, crowd], axis=1))
        curve = rising(np.concatenate(rows), truth, up=2)
        odds = curve[1] * cosines + curve[2] * z
    return [float(v) for v in curve]


def rising(x: Scores, truth: Scores, *, up: int) -> Scores:
    """Return offset and slopes of a logistic regression on ``x`` (n, k), both classes counting alike.

    The first ``up`` slopes are not negative.
    """
    from scipy.optimize import minimize

    middle, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    scaled = (x - middle) / spread
    weight = np.where(truth == 1, 0.5 / truth.sum(), 0.5 / (1 - truth).sum())

    def loss(curve: Scores) -> tuple[float, Scores]:
        z = curve[0] + scaled @ curve[1:]
        pull = weight * (1 / (1 + np.exp(-np.clip(z, -50, 50))) - truth)
        value = (weight * np.logaddexp(0, np.where(truth == 1, -z, z))).sum() + 1e-3 * (curve[1:] ** 2).sum()
        return float(value), np.concatenate([[pull.sum()], scaled.T @ pull + 2e-3 * curve[1:]])

    bounds = [(None, None), *([(0, None)] * up), *([(None, None)] * (x.shape[1] - up))]
    found = minimize(loss, np.zeros(1 + x.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x
    slopes = found[1:] / spread
    return np.concatenate([[found[0] - slopes @ middle], slopes])
