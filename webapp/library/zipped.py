"""Many files as one zip, written while it is sent: nothing of it is kept in memory or on disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from assetdb.names import clean_file_name

MOST = 10_000
CHUNK = 256 * 1024

Opener = Callable[[], IO[bytes]]
Files = Iterable[tuple[str, Opener]]
"""Names, and what opens the bytes of each when its turn comes."""


def zip_of(files: Files, *, name: str) -> HttpResponseBase:
    """Return a download of all ``files`` under names that are safe and differ; one that cannot be had is left out."""
    response = StreamingHttpResponse(_written(files), content_type="application/zip")
    named = content_disposition_header(as_attachment=True, filename=clean_file_name(name))
    response["Content-Disposition"] = named or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _Outlet(io.RawIOBase):
    """A stream that can only be written; what was written is taken away again."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.held.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data, self.held = b"".join(self.held), []
        return data


def _written(files: Files) -> Iterator[bytes]:
    outlet = _Outlet()
    used: set[str] = set()
    lost: list[str] = []
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for name, open_file in files:
            unique = _unique(clean_file_name(name) or "file", used)
            try:
                source = open_file()
            except OSError:
                lost.append(unique)
                continue
            with source, archive.open(zipfile.ZipInfo(unique), "w", force_zip64=True) as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield outlet.taken()
            yield outlet.taken()
        if lost:
            archive.writestr("MISSING.txt", "The storage does not give these files now:\n" + "\n".join(lost) + "\n")
    yield outlet.taken()


def _unique(name: str, used: set[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    candidate, n = name, 1
    while candidate.lower() in used:
        n += 1
        candidate = f"{stem} ({n}){dot}{suffix}"
    used.add(candidate.lower())
    return candidate
