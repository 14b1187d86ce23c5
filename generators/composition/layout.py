"""Where the figures of a scene stand, on a canvas of 1024 × 1024."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from generators.composition.figure import Box, Measured
from indexer.search.query import Relation

CANVAS = 1024.0
MARGIN = 72.0

_LARGE = frozenset(
    (
        "house building castle church tree palm mountain volcano train bus truck ship airplane rocket elephant "
        "whale dinosaur sauropod t-rex office hospital school hotel factory bridge ferris roller moon sun"
    ).split()
)
_SMALL = frozenset(
    (
        "apple cherry strawberry egg mouse ant bug bee butterfly ladybug spider snail key ring coin pill heart "
        "star leaf flower rose tulip mushroom bird fish shrimp button gem cookie candy lollipop hat crown cup"
    ).split()
)


def fit(shape: Box, frame: Box, *, grounded: bool = False) -> Box:
    """Return the largest box of ``shape``'s proportions inside ``frame``, centred or standing on its floor."""
    scale = min(frame.width / shape.width, frame.height / shape.height)
    width, height = shape.width * scale, shape.height * scale
    y = frame.y + frame.height - height if grounded else frame.y + (frame.height - height) / 2
    return Box(frame.x + (frame.width - width) / 2, y, width, height)


def grid(shape: Box, count: int, *, frame: Box, dice: random.Random) -> list[Box]:
    """Return ``count`` boxes of equal size in balanced rows inside ``frame``, clear of each other."""
    if count == 1:
        return [fit(shape, frame)]
    options = range(1, count + 1)
    columns = max(options, key=lambda c: (_cell_scale(shape, count, c, frame), -((-count) % c)))
    rows = math.ceil(count / columns)
    gap = 0.12
    cell = Box(0, 0, frame.width / columns, frame.height / rows)
    size = fit(shape, Box(0, 0, cell.width * (1 - gap), cell.height * (1 - gap)))
    line = size.height / (1 - gap)
    top = frame.y + (frame.height - line * rows) / 2
    boxes = []
    for n in range(count):
        row, column = divmod(n, columns)
        here = min(columns, count - row * columns)
        sway = dice.uniform(-0.25, 0.25) * gap * min(cell.width, line)
        x = frame.x + frame.width / 2 + (column - here / 2 + 0.5) * cell.width - size.width / 2
        boxes.append(Box(x, top + row * line + (line - size.height) / 2 + sway, size.width, size.height))
    return boxes


def _cell_scale(shape: Box, count: int, columns: int, frame: Box) -> float:
    rows = math.ceil(count / columns)
    return min(frame.width / columns / shape.width, frame.height / rows / shape.height)


def related(
    shapes: Sequence[Box], names: Sequence[str], relation: Relation, *, dice: random.Random
) -> list[tuple[int, Box]]:
    """Return the frames of two figures in drawing order: (0 first or 1 second, frame)."""
    first, second = (_bulk(name) for name in names)
    ratio = min(max(first / second, 0.62), 1.6)
    room = CANVAS - 2 * MARGIN
    if relation == "beside":
        share = min(max(ratio / (1 + ratio), 0.36), 0.64)
        width, gap = room, 36.0
        left = Box(MARGIN, MARGIN, (width - gap) * share, room)
        right = Box(MARGIN + left.width + gap, MARGIN, (width - gap) * (1 - share), room)
        floor = MARGIN + room * 0.86
        boxes = [fit(shape, frame) for shape, frame in zip(shapes, (left, right), strict=True)]
        boxes = [Box(b.x, max(MARGIN, min(floor, 900.0) - b.height), b.width, b.height) for b in boxes]
        order = [0, 1] if dice.random() < 0.7 else [1, 0]
        if order == [1, 0]:
            boxes = [_mirror(box) for box in boxes]
        return list(enumerate(boxes))
    if relation == "behind":
        side = dice.choice((-1, 1))
        big = fit(shapes[0], Box(0, 0, room * 0.68, room * 0.68))
        near = fit(shapes[1], Box(0, 0, room * 0.6, room * 0.6))
        centre = CANVAS / 2
        back = Box(centre - big.width / 2 - side * 130, MARGIN + 20, big.width, big.height)
        front_x = centre - near.width / 2 + side * 170
        front = Box(
            min(max(front_x, MARGIN), CANVAS - MARGIN - near.width),
            CANVAS - MARGIN - near.height,
            near.width,
            near.height,
        )
        return [(0, back), (1, front)]
    gap = -14.0 if relation == "on" else 56.0
    share = min(max(ratio / (1 + ratio), 0.38), 0.6)
    upper_room = Box(0, 0, room * 0.86, (room - max(gap, 0)) * share)
    lower_room = Box(0, 0, room, (room - max(gap, 0)) * (1 - share))
    upper, lower = fit(shapes[0], upper_room), fit(shapes[1], lower_room)
    height = upper.height + gap + lower.height
    top = (CANVAS - height) / 2
    slack = max(0.0, (lower.width - upper.width) / 2) * 0.35
    x = CANVAS / 2 - upper.width / 2 + dice.uniform(-slack, slack)
    above = Box(x, top, upper.width, upper.height)
    below = Box(CANVAS / 2 - lower.width / 2, top + upper.height + gap, lower.width, lower.height)
    return [(1, below), (0, above)]


def settle(upper: Box, above: Measured, onto: Sequence[tuple[Box, Measured]]) -> Box:
    """Return ``upper`` lowered until its silhouette rests on those under it, at most by 45 % of its height.

    Where they share no column, as over a gap, it stays where the layout put it.
    """
    sink, most = 10.0, 0.45 * upper.height
    clear = np.inf
    for box, below in onto:
        left, right = max(upper.x, box.x), min(upper.x + upper.width, box.x + box.width)
        if right <= left:
            continue
        xs = np.linspace(left, right, 96)
        feet, heads = _edge(upper, above.bottoms, xs), _edge(box, below.tops, xs)
        met = (_edge(upper, above.tops, xs) < feet) & (heads < _edge(box, below.bottoms, xs))
        clear = min(clear, float(np.min((heads - feet)[met], initial=np.inf)))
    down = min(clear + sink, most) if np.isfinite(clear) else 0.0
    return replace(upper, y=upper.y + max(down, 0.0))


def _edge(box: Box, shares: NDArray[np.float64], xs: NDArray[np.float64]) -> NDArray[np.float64]:
    columns = ((xs - box.x) / box.width * len(shares)).astype(int).clip(0, len(shares) - 1)
    return np.asarray(box.y + box.height * shares[columns])


def _mirror(box: Box) -> Box:
    return Box(CANVAS - box.x - box.width, box.y, box.width, box.height)


def _bulk(name: str) -> float:
    words = set(name.lower().split())
    return 1.5 if words & _LARGE else 0.7 if words & _SMALL else 1.0
