"""The verdict's prior: what scores mean in the built-in space, measured on pictures and words.

A channel's logistic curve tells pairs that fit (a name and its picture, the same thing in two
styles) from pairs that share no word. The curves of a search are fitted on whole searches: each
query is asked twice, of a library that holds its answers and of one they were taken out of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from indexer.curves import rising, search_curve
from indexer.encoders.base import Encoder, Vectors
from indexer.evidence import Ground, Standing, crowding, stand
from indexer.replica import Moments
from indexer.training.fetch import Concept

Scores = NDArray[np.float64]
ALIKE = 6
"""So many nearest of an answer, by picture and by title, pass for answers too."""


@dataclass(frozen=True)
class Asked:
    """A query and the numbers of the concepts that answer it."""

    text: str
    answers: tuple[int, ...]


def fit(
    every: list[Concept],
    galleries: Sequence[dict[int, Image.Image]],
    encoder: Encoder,
    *,
    asked: Sequence[Asked],
    language: Vectors | None,
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the calibration to ship with ``encoder``, and how its vectors lie.

    Args:
        every: all concepts.
        galleries: for each style, a picture by concept number; the first is the one the means
            are taken from and searches are made in, and the others are looked for in it.
        encoder: the trained encoder.
        asked: searches whose answers are in the first gallery.
        language: vectors of common words, unit rows.
    """
    related = _related(every)
    hits: dict[str, list[Scores]] = {"picture": [], "alike": []}
    misses: dict[str, list[Scores]] = {"picture": [], "alike": []}
    vectors = [encoder.encode_images(list(gallery.values())) for gallery in galleries]
    for gallery, rows in zip(galleries, vectors, strict=True):
        numbers = list(gallery)
        names = encoder.encode_texts([every[n].names[0] for n in numbers])
        _collect("picture", names, numbers, rows, numbers, related, hits, misses)
    numbers = list(galleries[0])
    for gallery, rows in zip(galleries[1:], vectors[1:], strict=True):
        both = [n for n in gallery if n in galleries[0]]
        place = {n: k for k, n in enumerate(gallery)}
        _collect("alike", rows[[place[n] for n in both]], both, vectors[0], numbers, related, hits, misses)
    fitted: dict[str, Any] = {
        name: [round(float(v), 4) for v in _logistic(np.concatenate(hits[name]), np.concatenate(misses[name]))]
        for name in hits
        if hits[name]
    }
    titles = encoder.encode_texts([every[n].names[0] for n in numbers])
    kept = _kept(asked, numbers, every, related, vectors[0], titles)
    queries = encoder.encode_texts([query.text for query in asked])
    crowd = crowding(queries, language)
    for name, rows in (("by_picture", vectors[0]), ("by_text", titles)):
        fitted[name] = [round(v, 4) for v in search_curve(_standing(queries, rows), crowd, kept)]
    grounds: dict[str, NDArray[Any]] = {}
    if language is not None:
        grounds["language"] = language.astype(np.float16)
    for name, rows in (("pictures", vectors[0]), ("texts", titles)):
        grounds[f"{name}_mean"] = rows.mean(axis=0)
        grounds[f"{name}_covariance"] = np.cov(rows.T).astype(np.float16)
    return fitted | {"hit": 0.5, "weak": 0.2}, grounds


def _kept(
    asked: Sequence[Asked],
    numbers: list[int],
    every: list[Concept],
    related: NDArray[np.bool_],
    pictures: Vectors,
    titles: Vectors,
) -> NDArray[np.bool_]:
    """Return which of ``numbers`` each query is asked of, with its answers and without, shape (2, n, m).

    Other things called by a word of the query are in neither library, so that words decide nothing;
    without the answers, what shares a word with them or lies nearest is away too.
    """
    place = {n: k for k, n in enumerate(numbers)}
    names = [{word for name in every[n].names for word in name.split()} for n in numbers]
    kept = np.ones((2, len(asked), len(numbers)), dtype=np.bool_)
    for row, query in enumerate(asked):
        words = set(query.text.split())
        answers = [place[n] for n in query.answers]
        kept[:, row, [k for k, own in enumerate(names) if own & words]] = False
        kept[0, row, answers] = True
        kept[1, row, answers] = False
        for n, own in zip(query.answers, answers, strict=True):
            kept[1, row] &= ~related[n, numbers]
            for rows in (pictures, titles):
                kept[1, row, np.argsort(-(rows @ rows[own]))[: ALIKE + 1]] = False
    return kept


def _standing(queries: Vectors, rows: Vectors) -> Standing:
    moments = Moments(rows.shape[1])
    moments.add(rows, sign=1)
    ground = Ground(rows.mean(axis=0).astype(np.float64), np.cov(rows.T))
    return stand(queries, queries @ rows.T, moments, ground)


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
    z = _standing(queries, rows).z
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


def _logistic(hits: Scores, misses: Scores) -> Scores:
    """Return offset and slope of the curve that best tells ``hits`` from ``misses``, both counting alike."""
    x = np.concatenate([hits, misses])[:, None]
    truth = np.concatenate([np.ones(len(hits)), np.zeros(len(misses))])
    return rising(x, truth, up=1)
