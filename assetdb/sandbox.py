"""Decoding untrusted files in a child process with limits.

A child costs a tenth of a second to start, so each serves many files and is then replaced. A
crash, a hang or a refusal concerns the one file it happened on.
"""

from __future__ import annotations

import atexit
import contextlib
import datetime
import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from django.conf import settings

from assetdb.decoder import limits, lockdown
from assetdb.errors import UnreadableError

Isolation = Literal["namespace", "rlimits"]
Answer = tuple[dict[str, Any], list[bytes]]

SIZES = {"thumb": 320, "preview": 1024}
"""Longest side in pixels of every rendition there is."""
_logger = logging.getLogger(__name__)
_MOST_CHILDREN = 4
_MAX_FILES = 1000
_MAX_CPU = 200.0
_MAX_RENDITION = 16 * limits.MIB
_BASE = str(Path(__file__).resolve().parent.parent)
_START = f"import sys; sys.path.insert(0, {_BASE!r}); from assetdb.decoder.child import main; main()"


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One rendition: WebP bytes and their size in pixels."""

    preset: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """What a file turned out to be: upright size in pixels, when taken, and its renditions."""

    width: int
    height: int
    captured: datetime.datetime | None
    notes: list[str]
    renditions: list[Rendered]


class SandboxError(Exception):
    """A child could not be started: no fault of the file's, try again later."""


class _LostError(Exception):
    """The child ended or said something that makes no sense."""


class _Child:
    """One decode process and the socket to it."""

    def __init__(self) -> None:
        self.files = 0
        self.cpu = 0.0
        root = Path(settings.FILE_UPLOAD_TEMP_DIR, "empty")
        for folder in lockdown.FONTS:
            (root / folder).mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair()
        self._channel = ours
        try:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-c",
                    _START,
                    str(root),
                ],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"LANG": "C.UTF-8"},
                close_fds=True,
            )
        except OSError as error:
            ours.close()
            raise SandboxError(f"The decoder cannot be started: {error}") from error
        finally:
            theirs.close()
        try:
            self.isolation: Isolation = self._receive(limits.WALL_SECONDS)[0]["isolation"]
        except (_LostError, TimeoutError, KeyError) as error:
            self.close()
            raise SandboxError("The decoder ended before it was ready.") from error

    def decode(self, file: IO[bytes], media_type: str, sizes: dict[str, int]) -> Answer:
        request = json.dumps({"media_type": media_type, "sizes": sizes}).encode()
        self.files += 1
        try:
            socket.send_fds(self._channel, [request], [file.fileno()])
        except OSError as error:
            raise _LostError from error
        header, bodies = self._receive(limits.WALL_SECONDS)
        self.cpu = float(header.get("cpu", 0.0))
        return header, bodies

    def _receive(self, seconds: float) -> Answer:
        """Read one answer: a line of JSON, then the bytes of the renditions it names."""
        deadline = time.monotonic() + seconds
        data = bytearray()
        while (end := data.find(b"\n")) < 0:
            self._read_into(data, deadline)
        try:
            header = json.loads(data[:end])
            lengths = [int(rendition[3]) for rendition in header.get("renditions", [])]
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise _LostError from error
        if len(lengths) > len(SIZES) or not all(0 < length <= _MAX_RENDITION for length in lengths):
            raise _LostError
        offset = end + 1
        while len(data) < offset + sum(lengths):
            self._read_into(data, deadline)
        bodies = []
        for length in lengths:
            bodies.append(bytes(data[offset : offset + length]))
            offset += length
        return header, bodies

    def _read_into(self, data: bytearray, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)
        try:
            part = self._channel.recv(1 << 18)
        except TimeoutError:
            raise
        except OSError as error:
            raise _LostError from error
        if not part or len(data) > 3 * _MAX_RENDITION:
            raise _LostError
        data += part

    @property
    def worn(self) -> bool:
        return self.files >= _MAX_FILES or self.cpu >= _MAX_CPU

    def close(self) -> None:
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def abandon(self) -> None:
        """Forget a child that belongs to the process this one was forked from."""
        self._channel.close()


_idle: list[_Child] = []
_lock = threading.Lock()
_places = threading.BoundedSemaphore(_MOST_CHILDREN)


def decode(file: IO[bytes], *, media_type: str, sizes: dict[str, int] | None = None) -> Decoded:
    """Decode one file, given as an open descriptor, and return its facts and renditions.

    Args:
        file: a real file, at any position; it is read from its start.
        media_type: what the content was sniffed as; anything else is refused.
        sizes: longest side in pixels by rendition, ``SIZES`` if not given.

    Raises:
        UnreadableError: the file is damaged, not what it seemed, over a limit, or ended the child.
        SandboxError: the decoder cannot be started.
    """
    for fresh in (False, True):
        with _borrow(fresh=fresh) as child:
            first = child.files == 0
            try:
                file.seek(0)
                return _understand(*child.decode(file, media_type, sizes or SIZES))
            except TimeoutError as error:
                child.cpu = _MAX_CPU
                raise UnreadableError(
                    "decode_timeout",
                    f"Reading the file took over {limits.WALL_SECONDS} seconds and was stopped.",
                ) from error
            except _LostError as error:
                child.cpu = _MAX_CPU
                if first:
                    raise UnreadableError(
                        "decoder_crashed",
                        "Reading the file ended the decoder, or needed more memory than it may use.",
                    ) from error
    raise AssertionError("a fresh child is a first child")


def isolation() -> Isolation:
    """Return how far decoding is kept apart here: ``namespace``, or only ``rlimits``."""
    with _borrow(fresh=False) as child:
        return child.isolation


@contextlib.contextmanager
def _borrow(*, fresh: bool) -> Iterator[_Child]:
    with _places:
        with _lock:
            child = _idle.pop() if _idle and not fresh else None
        yield from _lend(child or _Child())


def _lend(child: _Child) -> Iterator[_Child]:
    try:
        yield child
    except UnreadableError:
        raise
    except BaseException:
        child.cpu = _MAX_CPU
        raise
    finally:
        if child.worn:
            child.close()
        else:
            with _lock:
                _idle.append(child)


def _understand(header: dict[str, Any], bodies: list[bytes]) -> Decoded:
    """Turn an answer into a result; the child is not trusted, so every value is checked."""
    try:
        if "code" in header:
            code = str(header["code"])
            _logger.info("a file was refused: %.40r %.500r", code, header.get("detail", ""))
            if not re.fullmatch(r"[a-z_]{1,40}", code):
                raise _LostError
            raise UnreadableError(code, str(header["message"])[:600])
        captured = header["captured"]
        return Decoded(
            width=_side(header["width"]),
            height=_side(header["height"]),
            captured=datetime.datetime.fromisoformat(captured) if captured else None,
            notes=[str(note)[:300] for note in header["notes"]][:10],
            renditions=[
                Rendered(preset=_preset(preset), width=_side(width), height=_side(height), data=body)
                for (preset, width, height, _), body in zip(header["renditions"], bodies, strict=True)
            ],
        )
    except (LookupError, TypeError, ValueError) as error:
        raise _LostError from error


def _side(value: Any) -> int:
    if not 0 < int(value) < 2**31:
        raise ValueError(value)
    return int(value)


def _preset(value: Any) -> str:
    if value not in SIZES:
        raise ValueError(value)
    return str(value)


def close() -> None:
    """End the idle children of this process."""
    with _lock:
        children, _idle[:] = list(_idle), []
    for child in children:
        child.close()


def _forget() -> None:
    global _lock, _places
    _lock, _places = threading.Lock(), threading.BoundedSemaphore(_MOST_CHILDREN)
    children, _idle[:] = list(_idle), []
    for child in children:
        child.abandon()


atexit.register(close)
os.register_at_fork(after_in_child=_forget)
