"""Pieces of a layout and what one does with several: bound, move, scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from generators.composition.figure import Box


@dataclass(frozen=True)
class Piece:
    """One copy of the thing at place ``thing``: the box its drawn part fills, mirrored or not."""

    thing: int
    box: Box
    flipped: bool = False


Pieces = list[Piece]
"""In the order they are painted, the farthest first."""


def bounds(pieces: Iterable[Piece]) -> Box:
    """Return the box around all pieces."""
    boxes = [piece.box for piece in pieces]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def moved(pieces: Sequence[Piece], across: float, down: float) -> Pieces:
    """Return the pieces shifted."""
    return [replace(p, box=replace(p.box, x=p.box.x + across, y=p.box.y + down)) for p in pieces]


def scaled(pieces: Sequence[Piece], factor: float) -> Pieces:
    """Return the pieces scaled about the origin."""
    return [
        replace(p, box=Box(p.box.x * factor, p.box.y * factor, p.box.width * factor, p.box.height * factor))
        for p in pieces
    ]


def standing(pieces: Sequence[Piece], *, middle: float = 0.0, floor: float = 0.0) -> Pieces:
    """Return the pieces moved so that they stand on ``floor``, centred at ``middle``."""
    box = bounds(pieces)
    return moved(pieces, middle - box.x - box.width / 2, floor - box.y - box.height)


def within(pieces: Sequence[Piece], *, width: float, height: float) -> Pieces:
    """Return the pieces scaled down, if need be, to at most this width and height."""
    box = bounds(pieces)
    return scaled(pieces, min(1.0, width / box.width, height / box.height))
