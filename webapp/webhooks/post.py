"""One attempt to hand a message over: a POST to a checked address, within fixed times, no redirect followed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpcore2
from django.conf import settings

from assetdb.errors import DamError
from assetdb.outside import Gate, check_url

EXCERPT = 2048
"""Bytes of an answer that are read."""
_BROKEN = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, OSError)


@dataclass(frozen=True)
class Limits:
    """Seconds an attempt may take: to connect, between two bytes of the answer, and in all."""

    connect: float = 5
    read: float = 10
    whole: float = 15


@dataclass(frozen=True)
class Answer:
    """What came of an attempt: the receiver's answer, or why there was none."""

    status: int | None
    excerpt: str
    trouble: str
    ms: int

    @property
    def taken(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str], *, limits: Limits) -> Answer:
    """Send ``body`` and return what came of it; whatever goes wrong on the way is an answer too."""
    began = time.monotonic()
    try:
        status, excerpt = _exchange(url, body, headers, limits)
        trouble = f"Answered {status}; redirects are not followed." if 300 <= status < 400 else ""
    except DamError as error:
        status, excerpt, trouble = None, "", error.message
    except _BROKEN as error:
        status, excerpt, trouble = None, "", _in_words(error)
    return Answer(status, excerpt, trouble[:300], round((time.monotonic() - began) * 1000))


def _exchange(url: str, body: bytes, headers: Mapping[str, str], limits: Limits) -> tuple[int, str]:
    opened = settings.LACUNA_WEBHOOK_HOSTS
    gate = Gate(opened=opened, seconds=limits.whole)
    times = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.connect}
    sent = [("user-agent", "Lacuna"), ("content-type", "application/json"), ("connection", "close"), *headers.items()]
    called, extensions = check_url(url, opened=opened), {"timeout": times}
    with (
        httpcore2.ConnectionPool(network_backend=gate) as pool,
        pool.stream("POST", called, headers=sent, content=body, extensions=extensions) as response,
    ):
        return response.status, _beginning(response)


def _beginning(response: httpcore2.Response) -> str:
    """Return the first bytes of an answer as text; however long it goes on, no more is read."""
    read = b""
    try:
        for chunk in response.iter_stream():
            read += chunk
            if len(read) >= EXCERPT:
                break
    except _BROKEN:
        # The status has come, and it is what counts.
        pass
    return read[:EXCERPT].decode("utf-8", "replace").replace("\0", "")


def _in_words(error: Exception) -> str:
    match error:
        case httpcore2.ConnectTimeout():
            return "No connection in time."
        case httpcore2.TimeoutException():
            return "No answer in time."
        case httpcore2.ConnectError():
            return f"No connection: {error}."
        case _:
            return f"The connection broke: {error or type(error).__name__}."
