"""What the decode child may use, and the failure it answers with."""

from __future__ import annotations

MIB = 1024 * 1024
GIB = 1024 * MIB

MAX_PIXELS = 100_000_000
"""Largest still picture, refused before it is decoded."""
MAX_MOVING_PIXELS = 1_000_000_000
"""Largest animation: frames × pixels."""
MAX_METADATA = MIB
"""Most bytes of text or EXIF that are read from one file."""
MAX_SVG = 20 * MIB
"""Largest SVG file, in bytes."""
MAX_SVG_SIDE = 1_000_000
"""Longest side that an SVG may declare, in its own units."""
MAX_SVG_RATIO = 100
"""Longest side of an SVG over its shortest."""

MEMORY = GIB
CPU_SECONDS = 300
"""Processor time of one child over its whole life; it is replaced long before."""
WALL_SECONDS = 20
"""Time for one file."""


class DecodeError(Exception):
    """A file that cannot be shown, with a stable code and a sentence for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
