"""Telling drawings from photographs by what flat colour, soft shading and few colours say.

A logistic rule on four figures of the picture at 128 px, fitted to photographs and to
illustrations of four sets, some of them saved as JPEG; the model card gives its error rates.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 128
OFFSET, FLAT, SOFT, FEW, MANY = 4.64, -6.54, 6.82, -3.98, -1.87


def looks_drawn(image: Image) -> bool:
    """Return whether an RGB picture looks like a drawing rather than a photograph."""
    flat, soft, few, many = measure(image)
    return OFFSET + FLAT * flat + SOFT * soft + FEW * few + MANY * math.log(many + 0.1) <= 0


def measure(image: Image) -> tuple[float, float, float, float]:
    """Return the four figures the rule uses.

    The share of neighbouring pixels that hardly differ; of those that differ softly; the share of
    the four most frequent colours of 4,096; and the number of colours per hundred pixels.
    """
    scale = SIDE / max(image.size)
    size = (max(8, round(image.width * scale)), max(8, round(image.height * scale)))
    pixels = np.asarray(image.resize(size)).astype(np.int16)
    across = np.abs(np.diff(pixels, axis=1)).max(axis=2)
    down = np.abs(np.diff(pixels, axis=0)).max(axis=2)
    flat = ((across <= 2).mean() + (down <= 2).mean()) / 2
    soft = (((across > 2) & (across <= 24)).mean() + ((down > 2) & (down <= 24)).mean()) / 2
    coarse = (pixels // 16).reshape(-1, 3)
    counts = np.bincount(coarse[:, 0] * 256 + coarse[:, 1] * 16 + coarse[:, 2], minlength=4096)
    shares = np.sort(counts)[::-1] / len(coarse)
    return float(flat), float(soft), float(shares[:4].sum()), float((shares > 0).mean() * 4096 / len(coarse) * 100)
