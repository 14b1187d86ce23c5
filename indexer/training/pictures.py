"""Drawings as small arrays in memory."""

from __future__ import annotations

import io
from concurrent.futures import ProcessPoolExecutor
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
        svg_string=path.read_text(encoding="utf-8").replace("currentColor", "#000"),
        width=side,
        height=side,
        skip_system_fonts=True,
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
    asked = [(n, path) for n, concept in enumerate(every) for path in concept.drawings.values()]
    with ProcessPoolExecutor() as pool:
        drawn = list(pool.map(_try_render, [path for _, path in asked], chunksize=64))
    kept = [(n, drawing) for (n, _), drawing in zip(asked, drawn, strict=True) if drawing is not None]
    named = [colours.dominant(colours.shares(drawing)) for _, drawing in kept]
    table = {
        "pixels": np.stack([drawing for _, drawing in kept]),
        "concept": np.array([n for n, _ in kept]),
        "colour": np.array([colours.COLOURS.index(name) if name else -1 for name in named]),
    }
    np.savez(cache, **table)  # type: ignore[arg-type]
    return table


def _try_render(path: Path) -> NDArray[np.uint8] | None:
    try:
        drawing = render(path)
    except (ValueError, RuntimeError, OSError):
        return None
    return drawing if drawing[..., 3].any() else None
