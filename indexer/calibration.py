"""The calibration that belongs to a space: its encoder's prior until the library fits a better one."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from indexer.evidence import Calibration, Ground
from indexer.models import EmbeddingSpace
from indexer.spaces import encoder_of


def calibration_of(space: EmbeddingSpace) -> Calibration:
    """Return what turns the scores of ``space`` into probabilities."""
    if space.calibration:
        return Calibration.from_json(space.calibration, source="library")
    return _prior(encoder_of(space).calibration)


@lru_cache(maxsize=8)
def _prior(path: Path | None) -> Calibration:
    if path is None or not path.exists():
        return Calibration.from_json(None, source="prior")
    stored, grounds = path.with_name("ground.npz"), {}
    if stored.exists():
        with np.load(stored) as table:
            for name in ("pictures", "texts"):
                mean, covariance = table[f"{name}_mean"], table[f"{name}_covariance"]
                grounds[name] = Ground(mean.astype(np.float64), covariance.astype(np.float64))
    return Calibration.from_json(json.loads(path.read_text()), source="prior", grounds=grounds)
