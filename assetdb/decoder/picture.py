"""A decoded picture on its way out of the child, and how renditions are encoded."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

LOSSLESS_BYTES_PER_PIXEL = 0.12
"""Flat art is smaller and faster without loss; beyond this many bytes a pixel, loss pays."""
_LOSSLESS_FROM = 512


@dataclass(frozen=True, kw_only=True)
class RenditionData:
    """One encoded WebP picture."""

    preset: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a decode found: size upright in pixels, when it was taken, and the renditions."""

    width: int
    height: int
    captured: str | None = None
    notes: list[str] = field(default_factory=list)
    renditions: list[RenditionData] = field(default_factory=list)

    def header(self) -> dict[str, Any]:
        """Return the JSON part of the answer."""
        return {
            "width": self.width,
            "height": self.height,
            "captured": self.captured,
            "notes": self.notes,
            "renditions": [[r.preset, r.width, r.height, len(r.data)] for r in self.renditions],
        }


def render(image: Image.Image, sizes: dict[str, int], *, flat: bool) -> list[RenditionData]:
    """Fit ``image`` (RGB or RGBA) into each size, the largest first, never enlarging it.

    Args:
        flat: whether large renditions may be worth encoding without loss.
    """
    made = []
    for preset, side in sorted(sizes.items(), key=lambda item: -item[1]):
        if max(image.size) > side:
            image = image.copy()
            image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        data = encode(image, flat=flat)
        made.append(RenditionData(preset=preset, width=image.width, height=image.height, data=data))
    return made


def encode(image: Image.Image, *, flat: bool) -> bytes:
    """Return ``image`` as WebP, its transparency kept."""
    if flat and max(image.size) > _LOSSLESS_FROM:
        data = _webp(image, lossless=True, quality=20, method=1)
        if len(data) <= LOSSLESS_BYTES_PER_PIXEL * image.width * image.height:
            return data
    return _webp(image, quality=82, method=2)


def _webp(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", **options)
    return buffer.getvalue()
