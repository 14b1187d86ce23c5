"""How calls reach the server: one connection pool, one token, and retries that have one effect."""

from __future__ import annotations

import email.utils
import ipaddress
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

import httpx2

from lacuna.errors import LacunaError, refusal
from lacuna.operations import ROOT, Operation
from lacuna.reading import read

T = TypeVar("T")

TRIES = 5
LONGEST_WAIT = 60.0
"""Seconds; a server that asks for more is not waited for."""
_AGAIN = {429, 502, 503, 504}
_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
_KEY = "Idempotency-Key"


def checked_address(url: str, *, insecure: bool = False) -> str:
    """Return ``url`` without a slash at its end.

    Raises:
        LacunaError: ``bad_address`` when it is none; ``insecure`` when a token would travel in the clear.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        detail = f"“{url}” is no address of a library. It looks like https://library.example."
        raise LacunaError("bad_address", detail=detail)
    if parts.scheme == "http" and not insecure and not _is_loopback(parts.hostname):
        raise LacunaError(
            "insecure",
            detail="http:// would send the token and the files unencrypted. Use https://, "
            "or say insecure (--insecure) on a network you trust.",
        )
    return url.strip().rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Wire:
    """One server as one account. ``transport`` stands in for the network in tests."""

    def __init__(
        self, url: str, token: str, *, insecure: bool = False, transport: httpx2.BaseTransport | None = None
    ) -> None:
        self.url = checked_address(url, insecure=insecure)
        headers = {"Accept": "application/json", "User-Agent": "lacuna-client"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx2.Client(headers=headers, timeout=_TIMEOUT, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def one(self, operation: Operation[T], **sent: Any) -> T:
        """Carry ``operation`` out and return its one answer; ``sent`` is what ``_request`` takes."""
        return read(operation.answer, json_of(self.answer(operation, **sent)))

    def many(self, operation: Operation[T], **sent: Any) -> tuple[T, ...]:
        """Carry ``operation`` out and return its list."""
        return tuple(read(operation.answer, row) for row in json_of(self.answer(operation, **sent)))

    def pages(self, operation: Operation[T], *, query: Mapping[str, Any], **sent: Any) -> Iterator[T]:
        """Yield what a list holds, a page at a time, as far as one reads on."""
        asked = dict(query)
        while True:
            page = json_of(self.answer(operation, query=asked, **sent))
            yield from (read(operation.answer, row) for row in page["results"])
            if not page["next"]:
                return
            # Only the cursor is taken over: the token goes to no address that an answer names.
            asked["cursor"] = parse_qs(urlsplit(page["next"]).query)["cursor"][0]

    def answer(self, operation: Operation[T], **sent: Any) -> httpx2.Response:
        """Carry ``operation`` out and return the whole response.

        Raises:
            LacunaError: what the server said, or ``unreachable``.
        """
        return self._carried(self._request(operation, **sent), take=_whole)

    def stream(self, operation: Operation[Any], *, take: Callable[[httpx2.Response], T], **sent: Any) -> T:
        """Carry ``operation`` out and return what ``take`` makes of the response before its body was read.

        A body that breaks off is asked for again, so ``take`` may be called several times. The server may send
        on to a store elsewhere, which is not shown the token.
        """
        return self._carried(self._request(operation, **sent), take=take, follow=True)

    def _request(
        self,
        operation: Operation[Any],
        *,
        id: str = "",
        number: str = "",
        query: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> httpx2.Request:
        names = {"id": quote(str(id), safe=""), "number": quote(str(number), safe="")}
        # By its key the server knows a write that comes again, and so every call may be repeated.
        headers = {_KEY: str(uuid.uuid4())} if operation.writes else {}
        given = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        address = f"{self.url}{ROOT}{operation.path.format(**names)}"
        return self._client.build_request(
            operation.method, address, params=given or None, json=json, data=form, files=files, headers=headers
        )

    def _carried(self, request: httpx2.Request, *, take: Callable[[httpx2.Response], T], follow: bool = False) -> T:
        tried = 0
        while True:
            tried += 1
            try:
                with closing(self._client.send(request, stream=True, follow_redirects=follow)) as response:
                    if response.is_success:
                        return take(response)
                    response.read()
            except httpx2.HTTPError as error:
                failure, wait = _unreachable(self.url, error), _pause(tried)
            else:
                failure, wait = refusal(response), _asked_wait(response, tried=tried)
                again = response.status_code in _AGAIN or failure.code == "in_progress"
                if not again or wait > LONGEST_WAIT:
                    raise failure
            if tried == TRIES:
                raise failure
            time.sleep(wait)


def json_of(response: httpx2.Response) -> Any:
    """Return the JSON of a response.

    Raises:
        LacunaError: ``unreadable_answer``, as when a page to sign in stands there.
    """
    try:
        return response.json()
    except ValueError as error:
        detail = f"{response.url} answered with something else than JSON. Is it a Lacuna?"
        raise LacunaError("unreadable_answer", status=response.status_code, detail=detail) from error


def _whole(response: httpx2.Response) -> httpx2.Response:
    response.read()
    return response


def _asked_wait(response: httpx2.Response, *, tried: int) -> float:
    """Return how many seconds the server asks to wait, as a number or a date, or what suits the ``tried``th try."""
    asked = response.headers.get("Retry-After", "")
    if asked.strip().isdigit():
        return float(asked)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return _pause(tried)


def _pause(tried: int) -> float:
    """Return seconds that double with every try, spread so that many clients do not come back at once."""
    return min(8.0, 0.25 * 2**tried) * random.uniform(0.5, 1.0)


def _unreachable(url: str, error: Exception) -> LacunaError:
    said = str(error) or type(error).__name__
    return LacunaError("unreachable", detail=f"{url} cannot be reached: {said}. Check the address and the network.")
