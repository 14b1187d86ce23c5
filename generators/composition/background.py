"""Backgrounds: flat tones of one colour, quiet enough for the figures, and for measuring them, to stand out."""

from __future__ import annotations

import math
import random
from xml.etree import ElementTree

from generators.composition.drawing import SIDE
from indexer.search.query import Background, Place

_SVG = "{http://www.w3.org/2000/svg}"
Colour = tuple[int, int, int]

PLAIN: dict[str, Colour] = {
    "red": (226, 92, 84), "orange": (250, 186, 112), "yellow": (255, 230, 138), "green": (182, 220, 154),
    "blue": (170, 210, 246), "purple": (206, 182, 240), "pink": (255, 202, 224), "brown": (156, 104, 66),
    "black": (38, 40, 46), "white": (255, 255, 255), "grey": (206, 207, 210),
}  # fmt: skip
TONES: dict[Place, tuple[Colour, Colour]] = {
    "sky": ((188, 226, 248), (210, 238, 252)),
    "night": ((40, 52, 100), (56, 70, 122)),
    "sea": ((200, 230, 246), (177, 215, 241)),
    "underwater": ((152, 210, 230), (130, 193, 220)),
    "meadow": ((208, 236, 224), (190, 226, 200)),
    "sunset": ((250, 208, 172), (238, 186, 158)),
    "snow": ((212, 228, 244), (234, 243, 251)),
    "sand": ((250, 234, 208), (242, 218, 184)),
}
"""The ground and the tone upon it. No channel differs by more than 24, which measuring takes for one ground."""
FLOOR: dict[Place, float] = {"sea": 850, "meadow": 890, "sunset": 890, "snow": 890, "sand": 890}
"""Where things stand, on backgrounds that have a floor."""
_HORIZON = 0.7 * SIDE


def paint(background: Background, *, seed: int) -> list[ElementTree.Element]:
    """Return the shapes of a background, the size of the canvas."""
    dice = random.Random(f"background {seed}")
    place = background.place
    if place is None:
        return [_rectangle(PLAIN[background.colour or "white"])]
    ground, tone = TONES[place]
    shapes = [_rectangle(ground)]
    if place == "sky":
        shapes += [shape for spot in _spots(dice, 4) for shape in _cloud(*spot, tone, dice)]
    elif place == "night":
        shapes += [_stars(dice), _hills(tone, dice)]
    elif place == "sea":
        shapes += [_waves(_HORIZON + row * 74, _between(ground, tone, share), dice) for row, share in enumerate(_SWELL)]
    elif place == "underwater":
        shapes += [_hills(tone, dice), *_bubbles(dice, _between(ground, (255, 255, 255), 0.2))]
    else:
        if place == "sunset":
            shapes.append(_circle(SIDE / 2 + dice.uniform(-150, 150), _HORIZON - 60, 230, (255, 228, 190)))
        if place in ("meadow", "snow"):
            light = _between(ground, (255, 255, 255), 0.45)
            shapes += [shape for spot in _spots(dice, 2) for shape in _cloud(*spot, light, dice)]
        shapes.append(_hills(tone, dice))
    return shapes


_SWELL = (1.0, 0.75, 1.0, 0.75, 1.0)


def _rectangle(colour: Colour) -> ElementTree.Element:
    return _shape("rect", colour, width=SIDE, height=SIDE)


def _circle(x: float, y: float, radius: float, colour: Colour) -> ElementTree.Element:
    return _shape("circle", colour, cx=round(x, 1), cy=round(y, 1), r=round(radius, 1))


def _shape(name: str, colour: Colour, **attributes: float | str) -> ElementTree.Element:
    said = {key: str(value) for key, value in attributes.items()}
    return ElementTree.Element(f"{_SVG}{name}", {"fill": "#{:02x}{:02x}{:02x}".format(*colour)} | said)


def _between(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _spots(dice: random.Random, count: int) -> list[tuple[float, float]]:
    """Return places in the upper part, well apart from each other and from the edges."""
    lanes = dice.sample(range(count), count)
    return [
        (170 + (SIDE - 340) * (n + dice.uniform(0.2, 0.8)) / count, 130 + 520 * (lane + dice.uniform(0, 0.5)) / count)
        for n, lane in enumerate(lanes)
    ]


def _cloud(x: float, y: float, colour: Colour, dice: random.Random) -> list[ElementTree.Element]:
    size = dice.uniform(0.8, 1.25)
    puffs = ((-62, 0, 40), (-18, -30, 54), (46, -14, 46), (88, 6, 32))
    base = _shape(
        "rect", colour, x=round(x - 100 * size, 1), y=round(y, 1), width=round(218 * size, 1),
        height=round(40 * size, 1), rx=round(20 * size, 1),
    )  # fmt: skip
    return [base, *(_circle(x + dx * size, y + dy * size, r * size, colour) for dx, dy, r in puffs)]


def _hills(colour: Colour, dice: random.Random) -> ElementTree.Element:
    left, middle, right = (_HORIZON + 40 + dice.uniform(-50, 50) for _ in range(3))
    path = (
        f"M0 {left:.0f}C{SIDE * 0.2:.0f} {left - 70:.0f} {SIDE * 0.32:.0f} {middle - 50:.0f} "
        f"{SIDE / 2:.0f} {middle:.0f}"
        f"S{SIDE * 0.8:.0f} {right - 70:.0f} {SIDE} {right:.0f}V{SIDE}H0Z"
    )
    return _shape("path", colour, d=path)


def _waves(y: float, colour: Colour, dice: random.Random) -> ElementTree.Element:
    length, start = 128, dice.uniform(-128, 0)
    crests = "".join("q32 -24 64 0t64 0" for _ in range(math.ceil((SIDE + 128) / length) + 1))
    return _shape("path", colour, d=f"M{start:.0f} {y:.0f}{crests}V{SIDE}H0Z")


def _stars(dice: random.Random) -> ElementTree.Element:
    """Return small four-pointed stars and dots in one path."""
    said = []
    for n in range(34):
        x, y = dice.uniform(24, SIDE - 24), dice.uniform(24, _HORIZON - 40)
        r = dice.uniform(9, 14) if n % 4 == 0 else dice.uniform(2, 4)
        q = r * 0.22 if n % 4 == 0 else r * 0.7
        points = [(0, -r), (q, -q), (r, 0), (q, q), (0, r), (-q, q), (-r, 0), (-q, -q)]
        said.append("M" + "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in points) + "Z")
    return _shape("path", (252, 240, 190), d="".join(said))


def _bubbles(dice: random.Random, colour: Colour) -> list[ElementTree.Element]:
    return [
        _circle(dice.uniform(40, SIDE - 40), dice.uniform(40, SIDE - 120), dice.uniform(8, 30), colour)
        for _ in range(18)
    ]
