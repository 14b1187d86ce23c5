"""What a file is, from its first bytes; and whether its name or its sender claim otherwise."""

from __future__ import annotations

import mimetypes
import re

import puremagic

HEAD = 8192
"""How many bytes are looked at."""
UNKNOWN = "application/octet-stream"
SVG = "image/svg+xml"
RASTERS = {"image/jpeg", "image/png", "image/webp", "image/gif"}
READABLE = RASTERS | {SVG}

_VAGUE = {"", UNKNOWN, "binary/octet-stream"}
_OTHER_RASTERS = {
    *("image/jpg", "image/pjpeg", "image/jp2", "image/x-png", "image/apng", "image/heic", "image/heif"),
    *("image/avif", "image/tiff", "image/bmp", "image/x-bmp", "image/x-ms-bmp", "image/x-icon"),
}
# Atomic groups: a file made of thousands of comments must not send the matcher back and forth.
_PROLOGUE = r"\s*+(?>(?>%s)\s*+)*+"
_SVG_START = re.compile(
    _PROLOGUE % r"<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE\s+svg[^\[>]*+(?:\[[^\]]*\])?\s*>" + r"<(?:\w+:)?svg[\s>/]",
    re.S | re.I,
)
_MARKUP = re.compile(
    _PROLOGUE % r"<!--.*?-->" + r"<(?:!doctype\s+html|html|head|body|script|iframe|style|title|a\s|h1|p>)",
    re.S | re.I,
)


def media_type(head: bytes) -> str:
    """Return the media type that the content's beginning says it has, or ``UNKNOWN``."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    text = _text(head)
    if _SVG_START.match(text):
        return SVG
    if _MARKUP.match(text):
        return "text/html"
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    named = [match.mime_type for match in found if match.mime_type]
    return named[0] if named and named[0] not in READABLE else UNKNOWN


def conflict(sniffed: str, *, file_name: str, declared_type: str = "") -> str:
    """Say in a sentence why name, declared type and content contradict each other, or return "".

    One raster format named as another is harmless and common, so it passes. Markup or another
    kind of file that claims to be a picture, and a picture that claims to be something else, is
    how files are smuggled past those who trust names.
    """
    content = _family(sniffed)
    for claim, said in (
        (_named(file_name), f"is named “{file_name}”"),
        (declared_type.partition(";")[0].strip().lower(), f"was declared as {declared_type}"),
    ):
        family = _family(claim)
        picture_involved = sniffed in READABLE or family in ("raster", "xml")
        if "unknown" not in (content, family) and family != content and picture_involved:
            return f"The content is {sniffed}, but the file {said}. Give it its true name and upload it again."
    return ""


def mismatch(sniffed: str, *, file_name: str) -> str:
    """Return a note when a picture is named as another format of the same family, or ""."""
    named = _named(file_name)
    if sniffed in RASTERS and named.startswith("image/") and named != sniffed:
        return f"The file is named as {named} but is {sniffed}."
    return ""


def _named(file_name: str) -> str:
    """The media type that a file name claims; a packed file claims none."""
    kind, packed = mimetypes.guess_type(file_name)
    return kind or "" if packed is None else ""


def _family(kind: str) -> str:
    if kind in _VAGUE or kind.endswith("/*"):
        return "unknown"
    if kind in (SVG, "application/xml", "text/xml"):
        return "xml"
    return "raster" if kind in _OTHER_RASTERS or kind in RASTERS else kind


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="ignore")
