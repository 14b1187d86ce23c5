"""SVG: parsed without entities, stripped of every reference outward, rendered at a given size."""

from __future__ import annotations

import io
import math
import re
from typing import BinaryIO
from xml.etree import ElementTree

import resvg_py
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse
from PIL import Image

from assetdb.decoder import limits
from assetdb.decoder.limits import DecodeError
from assetdb.decoder.picture import Picture, render

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_DROPPED = {"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "handler"}
_INNER = re.compile(r"\s*(#|data:image/(png|jpe?g|gif|webp)\s*[;,])", re.IGNORECASE)
_URL = re.compile(r"url\(\s*(['\"]?)(?P<to>[^)]*?)\1\s*\)", re.IGNORECASE)
_IMPORT = re.compile(r"@import[^;}]*[;}]?", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|em|ex)?\s*")
_PIXELS = {
    None: 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "em": 16.0,
    "ex": 8.0,
}
_BROWSER_SIZE = (300.0, 150.0)


def prepare() -> None:
    """Draw something once, so that whatever is loaded late is loaded while files can be opened."""
    read(io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), "image/svg+xml", {"thumb": 8})


def read(file: BinaryIO, media_type: str, sizes: dict[str, int]) -> Picture:
    """Render one SVG and make its renditions.

    Raises:
        DecodeError: it is not SVG, declares entities, has no usable size, or cannot be rendered.
    """
    root = _parse(file)
    width, height = _size(root)
    notes = _strip(root)
    side = max(sizes.values())
    scale = side / max(width, height)
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=ElementTree.tostring(root, encoding="unicode"),
            width=max(1, round(width * scale)),
            height=max(1, round(height * scale)),
            skip_system_fonts=not any(_local(element) == "text" for element in root.iter()),
        )
    except ValueError as error:
        raise DecodeError("undecodable", f"The SVG cannot be drawn: {error}"[:500]) from error
    image = Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGBA")
    return Picture(
        width=max(1, round(width)),
        height=max(1, round(height)),
        notes=notes,
        renditions=render(image, sizes, flat=True),
    )


def _parse(file: BinaryIO) -> ElementTree.Element:
    if file.seek(0, io.SEEK_END) > limits.MAX_SVG:
        raise DecodeError("svg_too_large", f"An SVG may have {limits.MAX_SVG // limits.MIB} MB at most.")
    file.seek(0)
    try:
        root: ElementTree.Element = parse(file, forbid_entities=True, forbid_external=True).getroot()
    except DefusedXmlException as error:
        raise DecodeError(
            "svg_entities",
            "The SVG declares entities, which are not read. Save it as plain SVG and upload it again.",
        ) from error
    except ElementTree.ParseError as error:
        raise DecodeError("undecodable", f"The SVG is not well-formed: {error}") from error
    if _local(root) != "svg":
        raise DecodeError("not_a_picture", "The file is XML, but not an SVG picture.")
    return root


def _size(root: ElementTree.Element) -> tuple[float, float]:
    """Width and height in CSS pixels, from the attributes, else the view box, else a browser's default."""
    numbers = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        box = tuple(float(number) for number in numbers)[2:4] if len(numbers) == 4 else None
    except ValueError:
        box = None
    width, height = _pixels(root.get("width")), _pixels(root.get("height"))
    if box and min(box) > 0 and (width is None or height is None):
        if width is None:
            width = height * box[0] / box[1] if height is not None else box[0]
        height = width * box[1] / box[0]
    width, height = width or _BROWSER_SIZE[0], height or _BROWSER_SIZE[1]
    low, high = min(width, height), max(width, height)
    if not (math.isfinite(high) and low > 0 and high <= limits.MAX_SVG_SIDE and high <= low * limits.MAX_SVG_RATIO):
        raise DecodeError("bad_dimensions", "The SVG's width and height make no picture that could be shown.")
    root.set("width", str(width))
    root.set("height", str(height))
    return width, height


def _pixels(length: str | None) -> float | None:
    match = _LENGTH.fullmatch(length or "")
    return float(match[1]) * _PIXELS[match[2]] if match else None


def _strip(root: ElementTree.Element) -> list[str]:
    """Take out scripts and whatever points outside the file; return what to tell about it."""
    scripts = outward = 0
    for parent in root.iter():
        for child in [child for child in parent if _local(child) in _DROPPED]:
            parent.remove(child)
            scripts += 1
        for name, value in list(parent.attrib.items()):
            plain = name.rpartition("}")[2].lower()
            if plain == "base" or plain.startswith("on") or (plain in ("href", "src") and not _INNER.match(value)):
                del parent.attrib[name]
                outward += 1
            elif "url(" in value.lower():
                parent.set(name, _without_urls(value))
        if _local(parent) == "style" and parent.text:
            kept = _IMPORT.sub("", _without_urls(parent.text))
            outward += kept != parent.text
            parent.text = kept
    notes = []
    if scripts:
        notes.append("Scripts and embedded documents in the SVG were left out of the picture.")
    if outward:
        notes.append("References to files outside the SVG were left out of the picture.")
    return notes


def _without_urls(text: str) -> str:
    return _URL.sub(lambda match: match[0] if _INNER.match(match["to"]) else "none", text)


def _local(element: ElementTree.Element) -> str:
    return element.tag.removeprefix(_NAMESPACE) if isinstance(element.tag, str) else ""
