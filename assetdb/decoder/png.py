"""PNG text that is too large is stepped over: the picture stays, the words go."""

from __future__ import annotations

import io
import struct
import zlib
from typing import BinaryIO

from assetdb.decoder import limits

_SIGNATURE = 8
_TEXT = {b"tEXt", b"zTXt", b"iTXt", b"eXIf"}


class Spans(io.RawIOBase):
    """The kept byte ranges of a file, read as if they were one file."""

    def __init__(self, file: BinaryIO, spans: list[tuple[int, int]]) -> None:
        self._file = file
        self._spans = spans
        self._length = sum(end - start for start, end in spans)
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        offset = self._position
        for start, end in self._spans:
            if offset < end - start:
                self._file.seek(start + offset)
                data = self._file.read(min(len(buffer), end - start - offset))
                buffer[: len(data)] = data
                self._position += len(data)
                return len(data)
            offset -= end - start
        return 0


def without_large_text(file: BinaryIO, notes: list[str]) -> BinaryIO:
    """Return ``file``, or a view of it without its text chunks when those are over 1 MB unpacked.

    Adds a line to ``notes`` when something was left out.
    """
    size = file.seek(0, io.SEEK_END)
    offset, unpacked, kept = _SIGNATURE, 0, [(0, _SIGNATURE)]
    while offset + 12 <= size:
        file.seek(offset)
        length, name = struct.unpack(">I4s", file.read(8))
        end = min(offset + 12 + length, size)
        if name in _TEXT:
            large = length > limits.MAX_METADATA or unpacked > limits.MAX_METADATA
            unpacked += length if large else _unpacked_size(name, file.read(length))
        elif kept[-1][1] == offset:
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((offset, end))
        offset = end
    file.seek(0)
    if unpacked <= limits.MAX_METADATA:
        return file
    notes.append("Metadata over 1 MB was left out.")
    return io.BufferedReader(Spans(file, kept))


def _unpacked_size(name: bytes, data: bytes) -> int:
    """The size a text chunk has in memory; unpacking stops just above the limit."""
    head, separator, rest = data.partition(b"\0")
    if not separator or name in (b"tEXt", b"eXIf"):
        return len(data)
    if name == b"iTXt":
        if rest[:1] != b"\1":
            return len(data)
        packed = rest[2:].split(b"\0", 2)[-1]
    else:
        packed = rest[1:]
    try:
        return len(head) + len(zlib.decompressobj().decompress(packed, limits.MAX_METADATA + 1))
    except zlib.error:
        return len(data)
