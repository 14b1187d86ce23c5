"""Files going up and coming down: counted on the way, and never left half written."""

from __future__ import annotations

import filecmp
import io
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

import httpx2

from lacuna.errors import LacunaError

Progress = Callable[[int, int], None]
"""Is told how many bytes have moved, and how many there are (0 when nobody knows)."""
_CHUNK = 1 << 18


class Counted:
    """A file being read, that tells ``on_progress`` how far it is; from the start again when a try is repeated."""

    def __init__(self, file: BinaryIO, on_progress: Progress | None) -> None:
        self._file = file
        self._told = on_progress or (lambda moved, total: None)
        self._total = os.fstat(file.fileno()).st_size

    def fileno(self) -> int:
        """The file's descriptor, by which its size is found."""
        return self._file.fileno()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move in the file, as files do."""
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Read on, as files do, and tell how far that went."""
        data = self._file.read(size)
        self._told(self._file.tell(), self._total)
        return data


def keep(response: httpx2.Response, to: Path, *, on_progress: Progress | None = None) -> Path:
    """Write the body of ``response`` to ``to`` and return where it lies: whole, or not at all.

    In a folder it gets the name the server gave, made harmless; what lies there already is not replaced: the
    same bytes are left as they are, and beside others the name gets a number. A path to a file is replaced.

    Raises:
        LacunaError: ``cannot_write``; what breaks off the network is raised as it is.
    """
    inside = to.is_dir()
    path = to / name_of(response) if inside else to
    total = int(response.headers.get("Content-Length", 0))
    try:
        descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in response.iter_bytes(_CHUNK):
                    file.write(chunk)
                    if on_progress:
                        on_progress(file.tell(), total)
            # The temporary file is the owner's alone; what it becomes is as readable as any new file.
            Path(part).chmod(0o666 & ~_mask())
            path = _beside(path, Path(part)) if inside else path
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
    except OSError as error:
        raise LacunaError("cannot_write", detail=f"{path} cannot be written: {error.strerror}.") from error
    return path


def _beside(path: Path, part: Path) -> Path:
    """Return ``path``, numbered until nothing is there or the bytes of ``part`` are."""
    stem, number = path.stem, 1
    while path.exists() and not (path.is_file() and filecmp.cmp(path, part, shallow=False)):
        number += 1
        path = path.with_stem(f"{stem}-{number}")
    return path


def name_of(response: httpx2.Response) -> str:
    """Return the name a response gives its file, without folders, control characters and a leading dot."""
    said = response.headers.get("Content-Disposition", "")
    if coded := re.search(r"filename\*=utf-8''([^;]+)", said, re.IGNORECASE):
        name = unquote(coded[1], errors="replace")
    elif plain := re.search(r'filename="((?:[^"\\]|\\.)*)"', said):
        name = re.sub(r"\\(.)", r"\1", plain[1])
    else:
        name = response.url.path.strip("/").replace("/", "-")
    name = "".join(letter for letter in re.split(r"[/\\]", name)[-1] if letter.isprintable())
    return name.lstrip(". ")[:150] or "asset"


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
