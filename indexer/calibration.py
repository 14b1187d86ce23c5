"""The calibration that belongs to a space: its encoder's prior until the library fits a better one."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from indexer.encoders.base import Encoder
from indexer.evidence import Calibration, Curve, Ground
from indexer.models import EmbeddingSpace
from indexer.spaces import encoder_of


def calibration_of(space: EmbeddingSpace) -> Calibration:
    """Return what turns the scores of ``space`` into probabilities."""
    prior = prior_of(encoder_of(space))
    if space.calibration:
        return replace(prior, by_picture=Curve(*space.calibration["by_picture"]), source="library")
    return prior


def prior_of(encoder: Encoder) -> Calibration:
    """Return what an encoder comes with."""
    return _prior(encoder.calibration)


@lru_cache(maxsize=8)
def _prior(path: Path | None) -> Calibration:
    if path is None or not path.exists():
        return Calibration.from_json(None, source="prior")
    stored, grounds, language = path.with_name("ground.npz"), {}, None
    if stored.exists():
        with np.load(stored) as table:
            for name in ("pictures", "texts"):
                mean, covariance = table[f"{name}_mean"], table[f"{name}_covariance"]
                grounds[name] = Ground(mean.astype(np.float64), covariance.astype(np.float64))
            language = table["language"].astype(np.float32)
    return Calibration.from_json(json.loads(path.read_text()), source="prior", grounds=grounds, language=language)
