"""The encoder that comes with the library: a small CLIP of illustrations, icons and emoji."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assetdb.errors import DamError
from indexer.encoders.base import SpaceSpec
from indexer.encoders.openclip import WEIGHTS, Loaded, OpenClipEncoder, flatten
from indexer.encoders.photographs import looks_drawn

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = Path(__file__).with_name("builtin_weights")


class BuiltinEncoder(OpenClipEncoder):
    """Weights from this folder, checked against the recorded hash; knows drawings, not photographs."""

    def __init__(self) -> None:
        super().__init__(str(FOLDER))

    @cached_property
    def spec(self) -> SpaceSpec:
        plain = super().spec
        return SpaceSpec("builtin", plain.dim, plain.modalities, plain.fingerprint)

    @property
    def calibration(self) -> Path:
        return FOLDER / "calibration.json"

    def _open(self) -> Loaded:
        expected = (FOLDER / "sha256").read_text().split()[0]
        if hashlib.sha256((FOLDER / WEIGHTS).read_bytes()).hexdigest() != expected:
            raise DamError("wrong_hash", "The built-in weights are damaged. Check the installation out again.")
        return super()._open()

    def knows(self, images: Sequence[Image]) -> NDArray[np.bool_]:
        return np.array([looks_drawn(flatten(image)) for image in images], dtype=np.bool_)
