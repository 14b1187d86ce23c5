"""The calibration that belongs to a space: its encoder's prior until the library fits a better one."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from indexer.evidence import Calibration
from indexer.models import EmbeddingSpace
from indexer.spaces import encoder_of


def calibration_of(space: EmbeddingSpace) -> Calibration:
    """Return what turns the scores of ``space`` into probabilities."""
    if space.calibration:
        return Calibration.from_json(space.calibration, source="library")
    return _prior(encoder_of(space).calibration)


@lru_cache(maxsize=8)
def _prior(path: Path | None) -> Calibration:
    data = json.loads(path.read_text()) if path is not None and path.exists() else None
    return Calibration.from_json(data, source="prior")
