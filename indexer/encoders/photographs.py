"""Telling drawings from photographs by what flat surfaces, hard edges and missing grain say.

A logistic rule on three figures of the picture at 128 px, fitted to photographs and to illustrations
of five sets, as they are and as WebP and JPEG copies; the model card gives its error rates.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE, BLOCK = 128, 8
MOST_EDGES = 0.12
"""No drawing has more hard edges; noise does."""
OFFSET, FLAT, GRAIN, HARD = 2.61, -5.61, 2.18, -75.43


def looks_drawn(image: Image) -> bool:
    """Return whether an RGB picture looks like a drawing rather than a photograph."""
    flat, grain, hard = measure(image)
    return OFFSET + FLAT * flat + GRAIN * grain + HARD * hard <= 0


def measure(image: Image) -> tuple[float, float, float]:
    """Return the three figures the rule uses.

    The share of blocks of 8 × 8 pixels with one colour; the logarithm of how much a typical pixel
    differs from its neighbours' mean; and the share of neighbours that differ by a hard edge.
    """
    scale = SIDE / max(image.size)
    size = (max(BLOCK, round(image.width * scale)), max(BLOCK, round(image.height * scale)))
    pixels = np.asarray(image.resize(size)).astype(np.int16)
    sums = pixels.sum(axis=2)[: size[1] // BLOCK * BLOCK, : size[0] // BLOCK * BLOCK]
    blocks = sums.reshape(size[1] // BLOCK, BLOCK, size[0] // BLOCK, BLOCK)
    flat = (blocks.max(axis=(1, 3)) - blocks.min(axis=(1, 3)) <= 12).mean()
    grey = pixels.mean(axis=2)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    grain = math.log(float(np.median(np.abs(4 * grey[1:-1, 1:-1] - around))) + 0.25)
    edges = [np.abs(np.diff(pixels, axis=axis)).max(axis=2) > 60 for axis in (0, 1)]
    return float(flat), grain, min(float(np.mean([edge.mean() for edge in edges])), MOST_EDGES)
