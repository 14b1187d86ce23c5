"""Geometry of the dashboard's charts, in per cent of the plot: the template draws, the text keeps its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format


@dataclass(frozen=True)
class Mark:
    """A label at ``at`` per cent of an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Block:
    """A rectangle of one kind, in per cent from the left and from the top."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    title: str


def ceiling(highest: float) -> int:
    """Return the round number an axis ends at so that ``highest`` fits and its quarters are whole."""
    step = 1
    while True:
        for factor in (4, 8, 12, 20, 28):
            if highest <= factor * step:
                return factor * step
        step *= 10


def scale(top: int) -> list[Mark]:
    """Return five marks of an axis from 0 at the bottom to ``top``."""
    return [Mark(100 - 25 * n, f"{top * n // 4:,}") for n in range(5)]


def calendar(days: Sequence[date]) -> list[Mark]:
    """Return marks for about every week of an axis of ``days``, each at the middle of its day."""
    width = 100 / len(days)
    return [Mark((n + 0.5) * width, date_format(days[n], "j M")) for n in range(len(days) - 1, -1, -7)][::-1]


def line(values: Sequence[float], *, top: float) -> str:
    """Return the points of a line through the middle of each day."""
    width = 100 / len(values)
    return " ".join(f"{(n + 0.5) * width:.2f},{100 - 100 * value / top:.2f}" for n, value in enumerate(values))


def area(values: Sequence[float], *, top: float) -> str:
    """Return the points of the area under ``line``."""
    width = 100 / len(values)
    return f"{width / 2:.2f},100 {line(values, top=top)} {100 - width / 2:.2f},100"


def stacks(rows: Sequence[Sequence[tuple[str, int]]], titles: Sequence[str], *, top: int) -> list[Block]:
    """Return a column of blocks for each row of kinds and counts, the first kind at the bottom."""
    width = 100 / len(rows)
    blocks = []
    for n, (row, title) in enumerate(zip(rows, titles, strict=True)):
        base = 100.0
        for kind, count in row:
            height = 100 * count / top
            base -= height
            if count:
                blocks.append(Block(kind, (n + 0.15) * width, base, 0.7 * width, height, title))
    return blocks
