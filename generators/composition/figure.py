"""One illustration as a part: cleaned, its names made its own, recoloured, measured."""

from __future__ import annotations

import colorsys
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from assetdb.errors import DamError
from indexer import colours

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_KEPT = frozenset(
    (
        "svg g defs path circle ellipse rect line polyline polygon use symbol clipPath mask linearGradient "
        "radialGradient stop"
    ).split()
)
_DROPPED_ATTRIBUTES = frozenset(("id", "class", "style"))
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_NAMED = {"black": "#000000", "white": "#ffffff", "red": "#ff0000", "blue": "#0000ff", "green": "#008000"}
_MEASURED = 256
_OUTLINE, _HIGHLIGHT = 0.17, 0.93
_SHADES = {
    "red": (0.3, 0.64),
    "orange": (0.42, 0.7),
    "yellow": (0.44, 0.8),
    "pink": (0.64, 0.87),
    "brown": (0.16, 0.48),
    "black": (0.08, 0.2),
    "white": (0.89, 1.0),
}
"""The darkest and the lightest shade that still go by the colour's name, where those are special."""


@dataclass(frozen=True)
class Box:
    """A rectangle in canvas units: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """Return the share of the smaller box that both cover, 0 to 1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if across <= 0 or down <= 0:
            return 0.0
        return across * down / min(self.width * self.height, other.width * other.height)


@dataclass(frozen=True)
class Measured:
    """What a rendering shows: the box drawn on, its silhouette's edges, whether white is its main surface.

    ``tops`` and ``bottoms`` say, column by column, where the silhouette begins and ends, as shares
    of the box's height from its top; a column left empty has 1 and 0.
    """

    drawn: Box
    tops: NDArray[np.float64]
    bottoms: NDArray[np.float64]
    pale: bool

    def mirrored(self) -> Measured:
        """Return what the drawing shows in a mirror, in the same box."""
        return replace(self, tops=self.tops[::-1], bottoms=self.bottoms[::-1])


@dataclass(frozen=True)
class Figure:
    """A cleaned drawing: the markup inside its root, its view box and what a rendering of it shows."""

    root: ElementTree.Element
    view: tuple[float, float, float, float]
    measured: Measured

    @property
    def drawn(self) -> Box:
        """The part of the view box that is drawn on."""
        return self.measured.drawn

    @property
    def line(self) -> float | None:
        """The width most of its lines have, in units of its view box; None if it has no lines."""
        widths = sorted(float(found[0]) for each in self.root.iter() if (found := _width(each)))
        return widths[len(widths) // 2] if widths else None

    def seen(self, flipped: bool) -> Measured:
        """Return what a rendering shows, mirrored or not."""
        return self.measured.mirrored() if flipped else self.measured


def read_figure(svg: bytes) -> Figure:
    """Read an SVG that need not be trusted; everything but plain drawing is left behind.

    Raises:
        DamError: it is no drawing that can be used as a part.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(svg, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise DamError("unusable_part", f"A part of the picture cannot be read: {error}") from error
    _spread_styles(root)
    _clean(root)
    numbers = [float(n) for n in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if n]
    if len(numbers) != 4:
        width, height = (float(re.sub(r"[^0-9.]", "", root.get(name, "")) or 0) for name in ("width", "height"))
        numbers = [0, 0, width, height]
    if numbers[2] <= 0 or numbers[3] <= 0:
        raise DamError("unusable_part", "A part of the picture has no size.")
    view = (numbers[0], numbers[1], numbers[2], numbers[3])
    return Figure(root, view, _measure(ElementTree.tostring(root, encoding="unicode"), view))


def _spread_styles(root: ElementTree.Element) -> None:
    """Turn ``style`` attributes and plain class rules into attributes, which recolouring can see."""
    rules: dict[str, dict[str, str]] = {}
    for element in root.iter(f"{_SVG}style"):
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", element.text or ""):
            for selector in selectors.split(","):
                rules.setdefault(selector.strip(), {}).update(_declarations(body))
    for element in root.iter():
        said: dict[str, str] = {}
        for name in (element.get("class") or "").split():
            said.update(rules.get(f".{name}", {}))
        said.update(_declarations(element.get("style") or ""))
        for name, value in said.items():
            element.set(name, value)


def _declarations(text: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in text.split(";") if ":" in part)
    return {
        name.strip(): value.strip()
        for name, value in pairs
        if re.fullmatch(r"[a-z-]+", name.strip()) and "url(" not in value.replace("url(#", "")
    }


def _clean(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.removeprefix(_SVG) not in _KEPT:
                parent.remove(child)
        for name, value in list(parent.attrib.items()):
            plain = name.rpartition("}")[2].lower()
            outward = plain == "href" and not value.startswith("#")
            if (
                plain.startswith("on")
                or plain in ("class", "style", "base")
                or outward
                or ("url(" in value and not _REFERENCE.fullmatch(value.strip()))
                or (name.startswith("{") and name != _XLINK)
            ):
                del parent.attrib[name]


@lru_cache(maxsize=512)
def _measure(markup: str, view: tuple[float, float, float, float]) -> Measured:
    import resvg_py
    from PIL import Image

    scale = _MEASURED / max(view[2], view[3])
    size = (max(1, round(view[2] * scale)), max(1, round(view[3] * scale)))
    try:
        png = resvg_py.svg_to_bytes(svg_string=markup, width=size[0], height=size[1], skip_system_fonts=True)
    except ValueError as error:
        raise DamError("unusable_part", f"A part of the picture cannot be drawn: {error}") from error
    pixels = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"))
    solid = pixels[..., 3] > 8
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    if not len(rows):
        raise DamError("unusable_part", "A part of the picture is empty.")
    inside = solid[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    filled, height = inside.any(axis=0), len(inside)
    shares = colours.shares(pixels)
    return Measured(
        Box(view[0] + columns[0] / scale, view[1] + rows[0] / scale, inside.shape[1] / scale, height / scale),
        np.where(filled, inside.argmax(axis=0) / height, 1.0),
        np.where(filled, 1 - inside[::-1].argmax(axis=0) / height, 0.0),
        shares.get("white", 0.0) > (1 - shares.get("black", 0.0)) / 2,
    )


def _width(element: ElementTree.Element) -> re.Match[str] | None:
    return re.match(r"\d*\.?\d+", element.get("stroke-width", "").strip())


def weigh_lines(elements: list[ElementTree.Element], factor: float) -> None:
    """Make every line ``factor`` times as wide."""
    for top in elements:
        for element in top.iter():
            if width := _width(element):
                element.set("stroke-width", f"{float(width[0]) * factor:.4g}")


def own_names(figure: Figure, prefix: str) -> list[ElementTree.Element]:
    """Return copies of the figure's elements whose ids no other part can share."""
    copy = ElementTree.fromstring(ElementTree.tostring(figure.root))  # noqa: S314
    for element in copy.iter():
        if name := element.get("id"):
            element.set("id", f"{prefix}{name}")
        for attribute, value in list(element.attrib.items()):
            if attribute in ("href", _XLINK):
                element.set(attribute, f"#{prefix}{value[1:]}")
            elif "url(" in value:
                element.set(attribute, _REFERENCE.sub(rf"url(#{prefix}\1)", value))
    inherited = {k: v for k, v in copy.attrib.items() if k in ("fill", "stroke", "stroke-width", "fill-rule")}
    children = list(copy)
    if inherited:
        group = ElementTree.Element(f"{_SVG}g", inherited)
        group.extend(children)
        return [group]
    return children


def recolour(elements: list[ElementTree.Element], colour: str, *, pale: bool = False) -> None:
    """Repaint surfaces in shades of ``colour``.

    Outlines stay dark, highlights white, unless white is the main surface (``pale``).
    """
    brightest = 1.1 if pale else _HIGHLIGHT
    paints = sorted(light for _, _, value in _paints(elements) if _OUTLINE < (light := _lightness(value)) < brightest)
    middle = (paints[-1] if pale else paints[len(paints) // 2]) if paints else 0.5
    hue, base, saturation = colours.tint(colour)
    low, high = _SHADES.get(colour, (0.24, 0.76))
    for element, attribute, value in list(_paints(elements)):
        light = _lightness(value)
        if light <= _OUTLINE or (light >= brightest and paints):
            continue
        shade = min(max(base + (light - middle) * 0.55, low), high)
        red, green, blue = colorsys.hls_to_rgb(hue, shade, saturation)
        element.set(attribute, f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}")


def _paints(elements: list[ElementTree.Element]) -> Iterator[tuple[ElementTree.Element, str, str]]:
    for top in elements:
        for element in top.iter():
            for attribute in ("fill", "stop-color", "stroke"):
                value = element.get(attribute, "").strip().lower()
                value = _NAMED.get(value, value)
                if _HEX.fullmatch(value):
                    yield element, attribute, value


def _lightness(value: str) -> float:
    digits = value[1:] if len(value) == 7 else "".join(char * 2 for char in value[1:])
    red, green, blue = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    return colorsys.rgb_to_hls(red, green, blue)[1]
