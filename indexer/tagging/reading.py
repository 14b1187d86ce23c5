"""How labels are read off pictures' vectors: templates, the labels nothing is tagged with, and the odds.

Pure functions of a space and its calibration; which tags there are and what becomes of the
probabilities is for ``suggest``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.calibration import calibration_of
from indexer.encoders.base import Vectors
from indexer.evidence import Channel, standardise
from indexer.models import EmbeddingSpace
from indexer.replica import Moments
from indexer.spaces import text_vectors

TEMPLATES = ("{}", "a picture of {}")
"""What each prompt is put into; its vector is the mean. Of eight sets the best on Noto's and OpenMoji's subgroups."""
SHARPNESS = 2.0
"""How far the best of a label's prompts decides: towards 0 their mean, towards infinity the best alone."""
SETBACK = 0.3
"""How much of the z-score that a negative label is ahead of a label is taken off the label."""
FITTING = 1 / 40
"""Which share of the labels is expected to fit a picture: what made the odds right on Noto's subgroups."""
NEGATIVES = Path(__file__).with_name("negatives.txt")


@lru_cache(maxsize=1)
def negatives() -> tuple[str, ...]:
    """Return the texts that compete with every label and are never suggested themselves."""
    return tuple(NEGATIVES.read_text(encoding="utf-8").split("\n")[:-1])


@lru_cache(maxsize=1)
def digest() -> str:
    """Return what names this way of reading: it changes when any probability could."""
    state = json.dumps([TEMPLATES, SHARPNESS, SETBACK, FITTING, negatives()])
    return hashlib.sha256(state.encode()).hexdigest()[:8]


def prompt_vectors(space: EmbeddingSpace, prompts: Sequence[str]) -> Vectors:
    """Return the mean vector of each prompt's templates, shape (len(prompts), dim), of length 1 or less."""
    texts = [template.format(prompt) for template in TEMPLATES for prompt in prompts]
    return text_vectors(space, texts).reshape(len(TEMPLATES), len(prompts), -1).mean(axis=0)


def probabilities(
    space: EmbeddingSpace, labels: Sequence[Sequence[str]], pictures: Vectors, *, moments: Moments
) -> NDArray[np.float64]:
    """Return how likely each label fits each picture, shape (len(pictures), len(labels)).

    A label is one or more prompts. Its scores are read against the pictures ``moments`` tell of.
    """
    bank = negatives()
    prompts = [prompt for label in labels for prompt in label]
    vectors = prompt_vectors(space, [*prompts, *bank])
    calibration = calibration_of(space)
    z = standardise(vectors, vectors @ pictures.T, moments, calibration.pictures)
    edges = np.cumsum([len(label) for label in labels])
    own = np.stack([_soft_best(part) for part in np.split(z[: edges[-1]], edges[:-1])])
    return competing(own, z[edges[-1] :], calibration.picture).T


def competing(own: NDArray[np.float64], other: NDArray[np.float64], channel: Channel) -> NDArray[np.float64]:
    """Return the probability of each label, shape of ``own``, where labels explain a picture in competition.

    A label that one of ``other`` is ahead of is set back. Then its log odds are the mean of two
    estimates: by its own evidence, as if every label were as likely at first; and by its share of
    what all labels explain, so that one that is merely good where much else is good loses. The
    second finds more of what fits, the first knows pictures that nothing fits.

    Args:
        own: z-scores of the labels, (n labels, m pictures).
        other: z-scores of the texts nothing is tagged with, (k texts, m pictures).
        channel: the calibrated log odds of a z-score.
    """
    z = own - SETBACK * np.maximum(other.max(axis=0, initial=-np.inf) - own, 0.0)
    evidence = channel.slope * z
    top = evidence.max(axis=0)
    share = evidence - top - np.log(np.exp(evidence - top).sum(axis=0))
    odds = np.log(FITTING) + (channel.offset + evidence + share + np.log(len(own))) / 2
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -50, 50)))


def _soft_best(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the soft maximum over a label's prompts, (prompts, pictures) to (pictures,)."""
    top = z.max(axis=0)
    return top + np.log(np.exp(SHARPNESS * (z - top)).mean(axis=0)) / SHARPNESS
