"""Letting one silhouette rest on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generators.composition.figure import Box, Measured

_LEVEL = 0.09
"""By what share of its height a top may rise or fall and still be level."""


def settle(upper: Box, above: Measured, onto: Sequence[tuple[Box, Measured]], *, sink: float = 10.0) -> Box:
    """Return ``upper`` lowered until its silhouette rests on those under it, at most by 45 % of its height.

    It sinks in by ``sink``, for its line to meet theirs. Where they share no column, as over a gap,
    it stays where the layout put it.
    """
    most = 0.45 * upper.height
    clear = np.inf
    for box, below in onto:
        left, right = max(upper.x, box.x), min(upper.x + upper.width, box.x + box.width)
        if right <= left:
            continue
        xs = np.linspace(left, right, 96)
        feet, heads = _edge(upper, above.bottoms, xs), _edge(box, below.tops, xs)
        met = (_edge(upper, above.tops, xs) < feet) & (heads < _edge(box, below.bottoms, xs))
        clear = min(clear, float(np.min((heads - feet)[met], initial=np.inf)))
    down = min(clear + sink, most) if np.isfinite(clear) else 0.0
    return replace(upper, y=upper.y + max(down, 0.0))


def _edge(box: Box, shares: NDArray[np.float64], xs: NDArray[np.float64]) -> NDArray[np.float64]:
    columns = ((xs - box.x) / box.width * len(shares)).astype(int).clip(0, len(shares) - 1)
    return np.asarray(box.y + box.height * shares[columns])


def plateau(measured: Measured) -> tuple[float, float, float]:
    """Return where the widest level part of a silhouette's top begins, ends, and how far down it is, as shares."""
    tops = measured.tops
    best = (0, 0)
    start = 0
    for end in range(1, len(tops) + 1):
        while np.ptp(tops[start:end]) > _LEVEL:
            start += 1
        if end - start > best[1] - best[0]:
            best = (start, end)
    return best[0] / len(tops), best[1] / len(tops), float(tops[best[0] : best[1]].min())
