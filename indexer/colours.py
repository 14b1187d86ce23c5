"""What can be measured in a picture without any model: its colours and its separate figures.

All functions take a uint8 array of shape (height, width, 4), red-green-blue-alpha, and expect a
few hundred pixels a side.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom; the last two exclusive."""

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey")
CHROMATIC = COLOURS[:8]
CHROMATIC_SHARE = 0.25
"""A chromatic colour with this share names the figure, whatever its outlines and highlights."""
PALE_SHARE = 0.3
"""White or grey with this share names a figure that is drawn in black lines."""

_HUES = (
    (14, "red"),
    (43, "orange"),
    (70, "yellow"),
    (165, "green"),
    (252, "blue"),
    (300, "purple"),
    (340, "pink"),
    (361, "red"),
)


def classify(pixels: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return the place in ``COLOURS`` of each row of ``pixels``, shape (n, 3), red-green-blue."""
    rgb = pixels.astype(np.float32) / 255.0
    high, low = rgb.max(axis=1), rgb.min(axis=1)
    chroma, light = high - low, (high + low) / 2
    safe = np.where(chroma > 0, chroma, 1)
    red, green, blue = rgb.T
    hue = np.where(
        high == red,
        (green - blue) / safe % 6,
        np.where(high == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    hue = hue * 60
    named = np.full(len(rgb), COLOURS.index("red"), dtype=np.int8)
    start = 0
    for end, name in _HUES:
        named[(hue >= start) & (hue < end)] = COLOURS.index(name)
        start = end
    named[(hue >= 10) & (hue < 45) & (light < 0.5) & (high < 0.75)] = COLOURS.index("brown")
    named[((hue < 14) | (hue >= 300)) & (light > 0.7) & (chroma < 0.5)] = COLOURS.index("pink")
    dull = chroma < 0.12
    named[dull & (light >= 0.88)] = COLOURS.index("white")
    named[dull & (light < 0.88)] = COLOURS.index("grey")
    named[(high < 0.22) | (dull & (light < 0.27))] = COLOURS.index("black")
    return named


def colour_of(rgb: tuple[int, int, int]) -> str:
    """Return the basic colour that a single colour belongs to."""
    return COLOURS[int(classify(np.array([rgb], dtype=np.uint8))[0])]


def tint(colour: str) -> tuple[float, float, float]:
    """Return a typical hue, lightness and saturation (0 to 1 each) of a basic colour."""
    red, green, blue = _TYPICAL[colour]
    return colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)


_TYPICAL = {
    "red": (220, 50, 47),
    "orange": (241, 143, 38),
    "yellow": (252, 208, 50),
    "green": (92, 158, 49),
    "blue": (61, 130, 212),
    "purple": (137, 73, 190),
    "pink": (255, 130, 190),
    "brown": (138, 86, 48),
    "black": (40, 40, 42),
    "white": (252, 252, 252),
    "grey": (155, 155, 154),
}


def figure_mask(pixels: Pixels) -> Mask:
    """Return which pixels belong to the figure, shape (height, width).

    Those that are not transparent; in a picture without transparency, those that differ from the
    colour most of its border has.
    """
    solid = pixels[..., 3] > 96
    if solid.mean() < 0.995:
        return solid
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])[:, :3]
    coarse = (border // 16).astype(np.int32)
    keys = coarse[:, 0] * 256 + coarse[:, 1] * 16 + coarse[:, 2]
    values, counts = np.unique(keys, return_counts=True)
    if counts.max() < 0.5 * len(keys):
        return solid
    ground = np.median(border[keys == values[counts.argmax()]], axis=0)
    return np.abs(pixels[..., :3].astype(np.int16) - ground).max(axis=2) > 24


def shares(pixels: Pixels) -> dict[str, float]:
    """Return the share of the figure's area that each basic colour takes; they add up to 1."""
    inside = pixels[figure_mask(pixels)][:, :3]
    if not len(inside):
        return {}
    counts = np.bincount(classify(inside), minlength=len(COLOURS))
    return {name: float(count) / len(inside) for name, count in zip(COLOURS, counts, strict=True) if count}


def dominant(measured: Mapping[str, float]) -> str | None:
    """Return the colour one would call the figure by, None for an empty picture."""
    if not measured:
        return None
    chromatic = {name: share for name, share in measured.items() if name in CHROMATIC}
    best = max(chromatic, key=lambda name: chromatic[name], default=None)
    if best is not None and chromatic[best] >= CHROMATIC_SHARE:
        return best
    pale = max(("white", "grey"), key=lambda name: measured.get(name, 0.0))
    if measured.get(pale, 0.0) >= PALE_SHARE:
        return pale
    return max(measured, key=lambda name: measured[name])


def figure_boxes(pixels: Pixels, *, limit: int = 12) -> list[Box]:
    """Return the boxes of the separate figures of similar size, largest first, at most ``limit``.

    A figure is a connected piece of the mask; pieces under half of the largest one's extent
    are taken for its details.
    """
    boxes = _pieces_of(figure_mask(pixels))
    return [box for box in boxes if 2 * _extent(box) >= _extent(boxes[0])][:limit]


def counts(pixels: Pixels) -> set[int]:
    """Return how many separate figures of about one size there are, for each size: six birds and a tree are 6 and 1."""
    extents = np.array([_extent(box) for box in _pieces_of(figure_mask(pixels))])
    return {int(((extents >= 0.8 * own) & (extents <= 1.25 * own)).sum()) for own in extents}


def _pieces_of(mask: Mask) -> list[Box]:
    """Return the boxes of the connected pieces of a mask that are no specks, largest first."""
    from scipy import ndimage

    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    found = [(columns.start, rows.start, columns.stop, rows.stop) for rows, columns in ndimage.find_objects(labels)]
    kept = [box for box in found if _extent(box) >= 0.04 * max(mask.shape)]
    return sorted(kept, key=lambda box: -_extent(box))


def _extent(box: Box) -> int:
    left, top, right, bottom = box
    return max(right - left, bottom - top)


def figures(pixels: Pixels) -> int:
    """Return the number of separate figures of similar size, up to twelve."""
    return len(figure_boxes(pixels))


def pieces(pixels: Pixels, colour: str) -> int:
    """Return how many separate areas of similar size a basic colour has in the figure, up to twelve.

    Narrow gaps within an area, such as outlines, do not part it.
    """
    from scipy import ndimage

    inside = figure_mask(pixels)
    mask = np.zeros(inside.shape, dtype=np.bool_)
    mask[inside] = classify(pixels[inside][:, :3]) == COLOURS.index(colour)
    labels, count = ndimage.label(ndimage.binary_closing(mask, iterations=2), structure=np.ones((3, 3)))
    if count == 0:
        return 0
    areas = np.bincount(labels.ravel())[1:]
    return int(min((areas >= areas.max() / 3).sum(), 12))
