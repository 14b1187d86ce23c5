"""From what was asked for to the best of several layouts, on the canvas."""

from __future__ import annotations

import random
from collections.abc import Sequence

from generators.composition.background import FLOOR
from generators.composition.drawing import SIDE
from generators.composition.layout import Layout, Node, Thing
from generators.composition.pieces import Pieces, bounds, moved, scaled

MARGIN = 72.0
LAYOUTS = 12
"""How many layouts are tried for one picture."""
_ROOM = {"tiny": 0.34, "small": 0.56, None: 1.0, "big": 1.0, "huge": 1.12}
LEGIBLE = 84.0
"""What a thing's longer side should have at least, in canvas units."""


def best_layout(
    node: Node, things: Sequence[Thing], *, seed: int, place: str | None, size: str | None
) -> tuple[Pieces, float]:
    """Return the pieces of the best of several layouts, in painting order, and its score.

    Args:
        node: how the things stand.
        things: by their places in ``node``.
        seed: of the dice; the same seed gives the same layout.
        place: of the background, if it has one.
        size: of the one thing there is, if it was said.
    """
    found: list[tuple[float, Pieces]] = []
    for n in range(LAYOUTS):
        layout = Layout(things, random.Random(f"{seed} {n}"))
        pieces = on_canvas(layout.whole(node, grounded=place in FLOOR), place=place, room=_ROOM[size], dice=layout.dice)
        found.append((score(pieces, layout.touching), pieces))
    best = max(range(LAYOUTS), key=lambda n: found[n][0])
    return found[best][1], found[best][0]


def on_canvas(pieces: Pieces, *, place: str | None, room: float, dice: random.Random) -> Pieces:
    """Return the pieces as large as the canvas lets them be, within its margins."""
    floor = FLOOR.get(place) if place else None  # type: ignore[call-overload]
    bottom = floor or SIDE - MARGIN
    width, height = (SIDE - 2 * MARGIN) * room, (bottom - MARGIN) * room
    box = bounds(pieces)
    factor = min(width / box.width, height / box.height) * dice.uniform(0.93, 1.0)
    pieces = scaled(pieces, factor)
    box = bounds(pieces)
    top = bottom - box.height if floor else (SIDE - box.height) / 2
    return moved(pieces, (SIDE - box.width) / 2 - box.x, top - box.y)


def score(pieces: Pieces, touching: set[frozenset[int]]) -> float:
    """Return how good a layout is, at most 1: filled, balanced, legible, nothing overlapping that should not."""
    areas = [piece.box.width * piece.box.height for piece in pieces]
    filled = min(1.0, sum(areas) / SIDE**2 / 0.4)
    middle = sum(a * (p.box.x + p.box.width / 2) for a, p in zip(areas, pieces, strict=True)) / sum(areas)
    balance = 1 - min(1.0, abs(middle - SIDE / 2) / (SIDE / 4))
    smallest = min(max(piece.box.width, piece.box.height) for piece in pieces)
    legible = min(1.0, smallest / LEGIBLE)
    clash = 0.0
    for n, first in enumerate(pieces):
        for second in pieces[:n]:
            shared = first.box.overlap(second.box)
            asked = first.thing != second.thing and frozenset((first.thing, second.thing)) in touching
            clash += max(0.0, shared - 0.6) if asked else shared
    return 0.35 * filled + 0.3 * balance + 0.35 * legible - min(2.0, clash)
