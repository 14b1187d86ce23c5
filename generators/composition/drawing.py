"""From placed figures to one SVG and its PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from generators.composition.figure import Box, Figure, own_names, recolour

_SVG = "http://www.w3.org/2000/svg"
SIDE = 1024


@dataclass(frozen=True)
class Placed:
    """A figure, the box its drawn part fills, and the colour it is repainted in."""

    figure: Figure
    box: Box
    colour: str | None = None


def draw(placed: Sequence[Placed], *, title: str, description: str) -> bytes:
    """Return a self-contained SVG of 1024 × 1024 on a transparent ground."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.Element(
        f"{{{_SVG}}}svg", {"viewBox": f"0 0 {SIDE} {SIDE}", "width": str(SIDE), "height": str(SIDE)}
    )
    ElementTree.SubElement(root, f"{{{_SVG}}}title").text = title
    ElementTree.SubElement(root, f"{{{_SVG}}}desc").text = description
    for n, item in enumerate(placed):
        drawn, box = item.figure.drawn, item.box
        scale = box.width / drawn.width
        move = f"translate({box.x - drawn.x * scale:.3f} {box.y - drawn.y * scale:.3f}) scale({scale:.5f})"
        group = ElementTree.SubElement(root, f"{{{_SVG}}}g", {"transform": move})
        elements = own_names(item.figure, f"p{n}-")
        if item.colour is not None:
            recolour(elements, item.colour, pale=item.figure.measured.pale)
        group.extend(elements)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def rasterise(svg: bytes) -> bytes:
    """Return a drawing of ours as PNG, 1024 × 1024, transparent ground."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), width=SIDE, height=SIDE, skip_system_fonts=True))
