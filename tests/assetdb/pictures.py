"""Files for tests, harmless and hostile, made from nothing but code."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin


def raster(
    kind: str = "PNG", *, size: tuple[int, int] = (40, 30), mode: str = "RGB", colour: Any = 0, **options: Any
) -> bytes:
    """Return a picture of one colour."""
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, kind, **options)
    return buffer.getvalue()


def drawing(
    body: str = '<rect width="72" height="72" fill="#0a0"/>', *, attributes: str = 'viewBox="0 0 72 72"'
) -> bytes:
    """Return an SVG."""
    xlink = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {xlink} {attributes}>{body}</svg>'.encode()


def chunk(name: bytes, data: bytes) -> bytes:
    """Return one PNG chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_chunk(png: bytes, name: bytes, data: bytes) -> bytes:
    """Return ``png`` with a chunk put in after its header."""
    return png[:33] + chunk(name, data) + png[33:]


def flat_png(width: int, height: int) -> bytes:
    """Return a black 1-bit PNG of any size without ever holding its pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def long_gif(frames: int, *, side: int) -> bytes:
    """Return a GIF that repeats one frame."""
    one = raster("GIF", size=(side, side), mode="P")
    colours = 3 * 2 ** ((one[10] & 7) + 1) if one[10] & 0x80 else 0
    start = 13 + colours
    return one[:start] + one[start:-1] * frames + b";"


def long_webp(frames: int, *, side: int) -> bytes:
    """Return an animated WebP that repeats one frame."""
    still = raster("WEBP", size=(side, side), lossless=True)
    image = still[12:]

    def riff(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    def three(number: int) -> bytes:
        return struct.pack("<I", number)[:3]

    frame = riff(b"ANMF", three(0) * 2 + three(side - 1) * 2 + three(100) + b"\0" + image)
    body = riff(b"VP8X", b"\x02\0\0\0" + three(side - 1) * 2) + riff(b"ANIM", bytes(6)) + frame * frames
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def photo(*, size: tuple[int, int] = (60, 40), orientation: int = 1, taken: str = "", zone: str = "") -> bytes:
    """Return a JPEG, red on its left and blue on its right, with EXIF."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
        if zone:
            exif.get_ifd(0x8769)[0x9011] = zone
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, quality=95)
    return buffer.getvalue()


def png_with_text(size: int) -> bytes:
    """Return a small PNG whose compressed text unpacks to ``size`` bytes."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * size, zip=True)
    return raster("PNG", pnginfo=info)
