"""The verdict's prior: what scores mean in the built-in space, measured on pictures and words.

For each channel a logistic curve tells pairs that fit (a name and its picture, an alias and its
title, the same thing in two styles) from pairs that share no word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from indexer.encoders.base import Encoder, Vectors
from indexer.evidence import standardise
from indexer.replica import Moments
from indexer.training.fetch import Concept

Scores = NDArray[np.float64]


def fit(
    every: list[Concept], galleries: Sequence[dict[int, Image.Image]], encoder: Encoder
) -> tuple[dict[str, Any], dict[str, Vectors]]:
    """Return the calibration to ship with ``encoder``, and how its vectors lie.

    Args:
        every: all concepts.
        galleries: for each style, a picture by concept number; the first is the one the means
            are taken from, and the others are looked for in it.
        encoder: the trained encoder.
    """
    related = _related(every)
    hits: dict[str, list[Scores]] = {"picture": [], "text": [], "alike": []}
    misses: dict[str, list[Scores]] = {"picture": [], "text": [], "alike": []}
    vectors = [encoder.encode_images(list(gallery.values())) for gallery in galleries]
    for gallery, rows in zip(galleries, vectors, strict=True):
        numbers = list(gallery)
        names = encoder.encode_texts([every[n].names[0] for n in numbers])
        _collect("picture", names, numbers, rows, numbers, related, hits, misses)
    numbers = list(galleries[0])
    titles = encoder.encode_texts([every[n].names[0] for n in numbers])
    asked = [n for n in numbers if len(every[n].names) > 1]
    aliases = encoder.encode_texts([every[n].names[-1] for n in asked])
    _collect("text", aliases, asked, titles, numbers, related, hits, misses)
    for gallery, rows in zip(galleries[1:], vectors[1:], strict=True):
        both = [n for n in gallery if n in galleries[0]]
        place = {n: k for k, n in enumerate(gallery)}
        _collect("alike", rows[[place[n] for n in both]], both, vectors[0], numbers, related, hits, misses)
    fitted: dict[str, Any] = {
        name: [round(float(v), 4) for v in _logistic(np.concatenate(hits[name]), np.concatenate(misses[name]))]
        for name in hits
        if hits[name]
    }
    grounds = {}
    for name, rows in (("pictures", vectors[0]), ("texts", titles)):
        grounds[f"{name}_mean"] = rows.mean(axis=0)
        grounds[f"{name}_covariance"] = np.cov(rows.T).astype(np.float16)
    return fitted | {"hit": 0.5, "weak": 0.2}, grounds


def _collect(
    channel: str,
    queries: Vectors,
    asked: list[int],
    rows: Vectors,
    numbers: list[int],
    related: NDArray[np.bool_],
    hits: dict[str, list[Scores]],
    misses: dict[str, list[Scores]],
) -> None:
    moments = Moments(rows.shape[1])
    moments.add(rows, sign=1)
    z = standardise(queries, queries @ rows.T, moments, None)
    place = {n: k for k, n in enumerate(numbers)}
    hits[channel].append(z[np.arange(len(asked)), [place[n] for n in asked]])
    misses[channel].append(z[~related[np.ix_(asked, numbers)]][::17])


def _related(every: list[Concept]) -> NDArray[np.bool_]:
    """Return which concepts share a word of a name or a keyword, shape (n, n)."""
    words = sorted({word for concept in every for word in _words(concept)})
    index = {word: n for n, word in enumerate(words)}
    table = np.zeros((len(every), len(words)), dtype=np.float32)
    for n, concept in enumerate(every):
        table[n, [index[word] for word in _words(concept)]] = 1
    return (table @ table.T) > 0


def _words(concept: Concept) -> set[str]:
    plain = {word for name in concept.names for word in name.split() if len(word) > 2}
    return plain | {concept.code} | set(concept.keywords)


def _logistic(hits: Scores, misses: Scores) -> tuple[float, float]:
    """Return offset and slope of the curve that best tells ``hits`` from ``misses``."""
    from scipy.optimize import minimize

    x = np.concatenate([hits, misses])
    y = np.concatenate([np.ones(len(hits)), np.zeros(len(misses))])
    weight = np.where(y == 1, 0.5 / len(hits), 0.5 / len(misses))

    def loss(curve: Scores) -> float:
        z = curve[0] + curve[1] * x
        return float((weight * np.logaddexp(0, np.where(y == 1, -z, z))).sum() + 1e-4 * curve[1] ** 2)

    offset, slope = minimize(loss, np.array([0.0, 1.0])).x
    return float(offset), float(slope)
