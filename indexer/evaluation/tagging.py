"""How well suggested tags fit: Unicode's own subgroups of emoji as tags, on Noto's drawings of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.evaluation import noto
from indexer.models import EmbeddingSpace
from indexer.replica import Moments
from indexer.spaces import encoder_of
from indexer.tagging import reading
from indexer.tagging.suggest import MOST, THRESHOLD

GROUPS = Path(__file__).with_name("unicode_groups.tsv")
FEWEST = 5
"""A subgroup with fewer pictures than this is not looked for: its average precision would be luck."""

Scores = NDArray[np.float64]
"""Shape (labels, pictures)."""
Flags = NDArray[np.bool_]
"""Shape (labels, pictures)."""


@dataclass(frozen=True)
class Label:
    """A subgroup: the group it is in, its emoji, and the texts it is looked for by."""

    group: str
    name: str
    emoji: frozenset[str]
    prompts: tuple[str, ...]


def labels() -> list[Label]:
    """Return Unicode's subgroups that there is a text for."""
    rows = [line.split("\t") for line in GROUPS.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    return [Label(group, name, frozenset(emoji), tuple(said.split("|"))) for group, name, emoji, said in rows if said]


def evaluate(reference: str = "builtin") -> dict[str, Any]:
    """Return mean average precision over the subgroups, for our suggestions and two plain ways.

    All three have the same pictures, the same prompts in the same templates and the same encoder,
    and each ranks every picture for every label:

    - ``ours`` by the probability that suggestions are made from;
    - ``fixed_cutoff`` by the cosine to the label's best prompt. Where the cut-off lies moves no
      picture in that ranking, so that this stands for any fixed cut-off;
    - ``top5`` likewise, but with the pictures that have the label among their five best before all
      others.

    ``suggestions`` has precision, recall and F1 of what each would really suggest: ours from
    probability .5, at most ten a picture; the fixed cut-off where its F1 on these very pictures is
    best, a choice no library could make; the five best labels of each picture. ``groups`` is the
    mean average precision by Unicode group.

    Raises:
        DamError: ``no_font``.
    """
    glyphs = noto.glyphs()
    characters = [character.replace("\ufe0f", "") for character in glyphs]
    sought = [label for label in labels() if sum(character in label.emoji for character in characters) >= FEWEST]
    truth = np.array([[character in label.emoji for character in characters] for label in sought])
    encoder = encoder_of(EmbeddingSpace(encoder=reference))
    space = EmbeddingSpace(encoder=reference, fingerprint=encoder.spec.fingerprint, dim=encoder.spec.dim)
    pictures = encoder.encode_images(list(glyphs.values()))
    moments = Moments(encoder.spec.dim)
    moments.add(pictures, sign=1)
    prompts = [label.prompts for label in sought]
    ours = reading.probabilities(space, prompts, pictures, moments=moments).T
    cosine = _cosines(space, prompts, pictures)
    precise = {way: _precisions(scores, truth) for way, scores in _rankings(ours, cosine).items()}
    return {
        "encoder": encoder.spec.name,
        "pictures": len(characters),
        "labels": len(sought),
        "map": {way: round(float(values.mean()), 4) for way, values in precise.items()},
        "suggestions": {way: _quality(given, truth) for way, given in _given(ours, cosine, truth).items()},
        "groups": _by_group(sought, precise),
    }


def _cosines(space: EmbeddingSpace, prompts: list[tuple[str, ...]], pictures: Vectors) -> Scores:
    """Return the cosine of each picture to the best prompt of each label."""
    vectors = [reading.prompt_vectors(space, said) for said in prompts]
    units = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in vectors]
    return np.stack([(rows @ pictures.T).max(axis=0) for rows in units]).astype(np.float64)


def _rankings(ours: Scores, cosine: Scores) -> dict[str, Scores]:
    return {"ours": ours, "fixed_cutoff": cosine, "top5": cosine + 2.0 * _best(cosine, 5)}


def _given(ours: Scores, cosine: Scores, truth: Flags) -> dict[str, Flags]:
    return {
        "ours": (ours >= THRESHOLD) & _best(ours, MOST),
        "fixed_cutoff": cosine >= _best_cutoff(cosine, truth),
        "top5": _best(cosine, 5),
    }


def _best(scores: Scores, count: int) -> Flags:
    """Return which labels are among the ``count`` best of each picture."""
    chosen = np.zeros(scores.shape, dtype=np.bool_)
    np.put_along_axis(chosen, np.argsort(-scores, axis=0, kind="stable")[:count], values=True, axis=0)
    return chosen


def _best_cutoff(scores: Scores, truth: Flags) -> float:
    """Return the one cut-off with the best F1 over all labels and pictures."""
    order = np.argsort(-scores, axis=None, kind="stable")
    right = np.cumsum(truth.ravel()[order])
    f1 = 2 * right / (np.arange(1, truth.size + 1) + truth.sum())
    return float(scores.ravel()[order[f1.argmax()]])


def _precisions(scores: Scores, truth: Flags) -> NDArray[np.float64]:
    """Return each label's average precision, shape (labels,)."""
    ranked = np.take_along_axis(truth, np.argsort(-scores, axis=1, kind="stable"), axis=1)
    precision = np.cumsum(ranked, axis=1) / np.arange(1, truth.shape[1] + 1)
    return (precision * ranked).sum(axis=1) / truth.sum(axis=1)


def _quality(given: Flags, truth: Flags) -> dict[str, float]:
    right = int((given & truth).sum())
    return {
        "precision": round(right / max(int(given.sum()), 1), 4),
        "recall": round(right / int(truth.sum()), 4),
        "f1": round(2 * right / int(given.sum() + truth.sum()), 4),
        "a_picture": round(float(given.sum()) / truth.shape[1], 2),
    }


def _by_group(sought: list[Label], precise: dict[str, NDArray[np.float64]]) -> dict[str, dict[str, float]]:
    places: dict[str, list[int]] = defaultdict(list)
    for n, label in enumerate(sought):
        places[label.group].append(n)
    return {
        group: {way: round(float(values[inside].mean()), 4) for way, values in precise.items()}
        for group, inside in places.items()
    }
