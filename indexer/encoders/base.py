"""What every encoder promises: pictures and texts become unit vectors in one space."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

Vectors = NDArray[np.float32]
"""An array of shape (n, dim); each row has length 1."""


@dataclass(frozen=True)
class SpaceSpec:
    """The coordinate system an encoder writes into.

    ``fingerprint`` changes whenever weights or preprocessing change; vectors of different
    fingerprints are never compared.
    """

    name: str
    dim: int
    modalities: frozenset[str]
    fingerprint: str


class Encoder(ABC):
    """Turns pictures and texts into vectors of one space.

    Constructing one does no I/O; weights are loaded at first use, once, under a lock. Safe to
    call from several threads.
    """

    @property
    @abstractmethod
    def spec(self) -> SpaceSpec: ...

    @abstractmethod
    def encode_images(self, images: Sequence[Image]) -> Vectors:
        """Return (len(images), dim) unit rows for RGB or RGBA pictures of any size."""

    @abstractmethod
    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim) unit rows."""

    @property
    def calibration(self) -> Path | None:
        """The file with the verdict's prior figures for this space, if the encoder ships one."""
        return None

    def knows(self, images: Sequence[Image]) -> NDArray[np.bool_]:
        """Return which pictures are of a kind this space was trained on, shape (len(images),)."""
        return np.ones(len(images), dtype=np.bool_)
