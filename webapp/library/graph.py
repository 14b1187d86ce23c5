"""A chain of steps drawn from top to bottom: where its boxes and lines go, for a template to write as SVG."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH = 360
_BOX, _TILE, _GAP, _BESIDE = 54, 88, 20, 8
MOST_BESIDE = 4
"""How many tiles a row has room for."""
_LETTER, _WIDE = 7.7, 13.5


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what it is, what it came to, where it leads and the picture that shows it."""

    label: str
    detail: str
    url: str = ""
    picture: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A step and its place; the words are cut to what fits beside or under its picture."""

    step: Step
    x: float
    y: float
    width: float
    height: float
    tile: bool
    detail: str

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def picture_x(self) -> float:
        return self.middle - 20 if self.tile else self.x + 8

    @property
    def picture_y(self) -> float:
        return self.y + (10 if self.tile else 7)

    @property
    def text_x(self) -> float:
        return self.middle if self.tile else self.x + (58 if self.step.picture else 14)

    @property
    def label_y(self) -> float:
        return self.y + 21

    @property
    def detail_y(self) -> float:
        return self.y + (_TILE - 14 if self.tile else 40)


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Boxes and the lines between them on a ground of ``width`` × ``height`` units."""

    boxes: list[Box]
    lines: list[str]
    width: int
    height: float


def draw(rows: Sequence[Sequence[Step]]) -> Graph:
    """Place each row under the one before; steps of one row stand beside each other as tiles."""
    placed: list[list[Box]] = []
    y = 1.0
    for row in rows:
        if not row:
            continue
        made, y = _row(row, y)
        placed.append(made)
        y += _GAP
    lines = [_line(a, b) for above, below in pairwise(placed) for a in above for b in below]
    return Graph(boxes=[box for row in placed for box in row], lines=lines, width=WIDTH, height=y - _GAP + 1)


def _row(row: Sequence[Step], y: float) -> tuple[list[Box], float]:
    if len(row) == 1:
        step = row[0]
        room = WIDTH - (78 if step.picture else 30)
        box = Box(
            step=step, x=1, y=y, width=WIDTH - 2, height=_BOX, tile=False, detail=fitting(step.detail, width=room)
        )
        return [box], y + _BOX
    count = min(len(row), MOST_BESIDE)
    width = (WIDTH - 2 - _BESIDE * (count - 1)) / count
    made = [
        Box(
            step=step,
            x=round(1 + (width + _BESIDE) * n, 2),
            y=y,
            width=round(width, 2),
            height=_TILE,
            tile=True,
            detail=fitting(step.detail, width=width - 8),
        )
        for n, step in enumerate(row[:MOST_BESIDE])
    ]
    return made, y + _TILE


def _line(above: Box, below: Box) -> str:
    """Return an SVG path from the bottom of one box to the top of the other."""
    half = (above.bottom + below.y) / 2
    return (
        f"M{above.middle:.1f} {above.bottom:.1f}C{above.middle:.1f} {half:.1f} "
        f"{below.middle:.1f} {half:.1f} {below.middle:.1f} {below.y - 5:.1f}"
    )


def fitting(text: str, *, width: float) -> str:
    """Return ``text``, cut with an ellipsis to about ``width`` units of the boxes' letters."""
    used = 0.0
    for n, letter in enumerate(text):
        used += _WIDE if unicodedata.east_asian_width(letter) in "WF" else _LETTER
        if used > width:
            return text[: max(1, n - 1)].rstrip() + "…"
    return text
