"""The child's loop: one request with one open file in, one answer out.

A request is a line of JSON with the file as a passed descriptor. The answer is a line of JSON
and, after it, the bytes of the renditions it names. The child opens nothing by name.
"""

from __future__ import annotations

import codecs
import json
import os
import signal
import socket
import sys
from typing import Any

from assetdb.decoder import limits, lockdown, raster, svg
from assetdb.decoder.limits import DecodeError

_LONGEST_REQUEST = 4096
_ENCODINGS = "ascii latin-1 utf-8 utf-8-sig utf-16 utf-32 cp437 cp1251 cp1252"


def main() -> None:
    """Serve requests on the socket that is standard input, until the parent closes it."""
    channel = socket.socket(fileno=0)
    for name in _ENCODINGS.split():
        codecs.lookup(name)
    raster.prepare()
    svg.prepare()
    isolation = lockdown.confine(sys.argv[1])
    _answer(channel, {"isolation": isolation})
    while True:
        data, descriptors, _, _ = socket.recv_fds(channel, _LONGEST_REQUEST, 1)
        if not data or not descriptors:
            return
        signal.alarm(limits.WALL_SECONDS + 5)
        header, bodies = _serve(json.loads(data), descriptors[0])
        signal.alarm(0)
        _answer(channel, header, *bodies)


def _serve(request: dict[str, Any], descriptor: int) -> tuple[dict[str, Any], list[bytes]]:
    header: dict[str, Any]
    bodies: list[bytes] = []
    with os.fdopen(descriptor, "rb") as file:
        try:
            reader = svg.read if request["media_type"] == "image/svg+xml" else raster.read
            picture = reader(file, request["media_type"], request["sizes"])
            header = picture.header()
            bodies = [rendition.data for rendition in picture.renditions]
        except DecodeError as error:
            header = {"code": error.code, "message": error.message}
        except MemoryError:
            header = {"code": "out_of_memory", "message": "The file needs more memory than a decode may use."}
        except Exception as error:
            header = {
                "code": "undecodable",
                "message": "The file is damaged and cannot be shown. Check the original and upload it again.",
                "detail": f"{type(error).__name__}: {error}"[:500],
            }
    header["cpu"] = sum(os.times()[:2])
    return header, bodies


def _answer(channel: socket.socket, header: dict[str, Any], *bodies: bytes) -> None:
    channel.sendall(json.dumps(header).encode() + b"\n" + b"".join(bodies))
