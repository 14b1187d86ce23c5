"""Drawings as small arrays in memory."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import colours
from indexer.training.fetch import Concept

SIDE = 80
"""Pixels a side in memory; scenes are laid out from these."""


def render(path: Path, *, side: int = SIDE) -> NDArray[np.uint8]:
    """Return a trusted SVG file as pixels, shape (side, side, 4)."""
    import resvg_py
    from PIL import Image

    data = resvg_py.svg_to_bytes(
        svg_string=path.read_text(encoding="utf-8"), width=side, height=side, skip_system_fonts=True
    )
    image = Image.open(io.BytesIO(bytes(data))).convert("RGBA")
    if image.size != (side, side):
        canvas = Image.new("RGBA", (side, side))
        image.thumbnail((side, side))
        canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        image = canvas
    return np.asarray(image)


def load(every: list[Concept], cache: Path) -> dict[str, NDArray[np.generic]]:
    """Return all drawings: ``pixels`` (n, side, side, 4), ``concept`` (n,), ``colour`` (n,), rendered once."""
    if cache.exists():
        return dict(np.load(cache))
    pixels, owner, colour = [], [], []
    for n, concept in enumerate(every):
        for path in concept.drawings.values():
            try:
                drawing = render(path)
            except (ValueError, RuntimeError):
                continue
            pixels.append(drawing)
            owner.append(n)
            named = colours.dominant(colours.shares(drawing))
            colour.append(colours.COLOURS.index(named) if named else -1)
    table = {"pixels": np.stack(pixels), "concept": np.array(owner), "colour": np.array(colour)}
    np.savez(cache, **table)  # type: ignore[arg-type]
    return table
