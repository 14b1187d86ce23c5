"""From placed figures to one SVG and its PNG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from generators.composition.figure import Box, Figure, own_names, recolour, weigh_lines

_SVG = "http://www.w3.org/2000/svg"
SIDE = 1024
BACKGROUND = "background"
_LINES = (5.0, 17.0)
"""The narrowest and the widest line of a picture, in canvas units."""
_STRETCH = (0.5, 2.0)
"""How much a figure's own lines may be thinned or thickened to match the others'."""


@dataclass(frozen=True)
class Placed:
    """A figure, the box its drawn part fills, the colour it is repainted in, and whether it is mirrored."""

    figure: Figure
    box: Box
    colour: str | None = None
    flipped: bool = False

    @property
    def scale(self) -> float:
        """How much larger than in its own view box the figure is drawn."""
        return self.box.width / self.figure.drawn.width


def draw(
    placed: Sequence[Placed], *, title: str, description: str, background: Sequence[ElementTree.Element] = ()
) -> bytes:
    """Return a self-contained SVG of 1024 × 1024, on a transparent ground if there is no background."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.Element(
        f"{{{_SVG}}}svg", {"viewBox": f"0 0 {SIDE} {SIDE}", "width": str(SIDE), "height": str(SIDE)}
    )
    ElementTree.SubElement(root, f"{{{_SVG}}}title").text = title
    ElementTree.SubElement(root, f"{{{_SVG}}}desc").text = description
    if background:
        ElementTree.SubElement(root, f"{{{_SVG}}}g", {"id": BACKGROUND}).extend(background)
    weight = _common_line(placed)
    for n, item in enumerate(placed):
        drawn, box, scale = item.figure.drawn, item.box, item.scale
        x, across = (box.x + box.width + drawn.x * scale, -scale) if item.flipped else (box.x - drawn.x * scale, scale)
        move = f"translate({x:.3f} {box.y - drawn.y * scale:.3f}) scale({across:.5f} {scale:.5f})"
        group = ElementTree.SubElement(root, f"{{{_SVG}}}g", {"transform": move})
        elements = own_names(item.figure, f"p{n}-")
        if item.figure.line and weight:
            factor = weight / (item.figure.line * scale)
            weigh_lines(elements, min(max(factor, _STRETCH[0]), _STRETCH[1]))
        if item.colour is not None:
            recolour(elements, item.colour, pale=item.figure.measured.pale)
        group.extend(elements)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _common_line(placed: Sequence[Placed]) -> float | None:
    """Return the width, in canvas units, that lines are brought to: between those the figures have."""
    own = {id(item.figure): item.figure.line * item.scale for item in placed if item.figure.line}
    if not own:
        return None
    middle = math.exp(sum(math.log(width) for width in own.values()) / len(own))
    return min(max(middle, _LINES[0]), _LINES[1])


def without_background(svg: bytes) -> bytes | None:
    """Return a drawing of ours without its background, None if it has none."""
    from defusedxml.ElementTree import fromstring

    ElementTree.register_namespace("", _SVG)
    root = fromstring(svg, forbid_dtd=True)
    group = root.find(f"{{{_SVG}}}g[@id='{BACKGROUND}']")
    if group is None:
        return None
    root.remove(group)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def rasterise(svg: bytes, *, side: int = SIDE) -> bytes:
    """Return a drawing of ours as a square PNG; its ground is transparent if it has no background."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), width=side, height=side, skip_system_fonts=True))
