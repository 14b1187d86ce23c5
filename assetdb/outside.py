"""Reaching out to addresses that people name: to the public internet only, whatever a name resolves to.

A name is resolved once, every address it gives is looked at, and the connection goes to one of those
very addresses, so that a name cannot answer differently the second time. Whoever runs the library may
open single hosts inside.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import urlsplit

from httpcore2 import (
    ConnectError,
    ConnectTimeout,
    NetworkBackend,
    NetworkStream,
    ReadTimeout,
    SyncBackend,
    WriteTimeout,
)

from assetdb.errors import DamError

LONGEST = 1000
"""Characters of an address."""
_V4_REFUSED = [
    ipaddress.IPv4Network(network)
    # What ipaddress calls global, and is not: protocol assignments, 6to4's relays, Azure's host.
    for network in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")
]
_V6_UNICAST = ipaddress.IPv6Network("2000::/3")
_V6_REFUSED = [
    ipaddress.IPv6Network(network)
    # Protocol assignments with Teredo, 6to4, documentation.
    for network in ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20")
]


class RefusedError(DamError):
    """An address that the library does not call."""

    def __init__(self, message: str) -> None:
        super().__init__("address_refused", message, status=422)


def public(address: str) -> bool:
    """Return whether a numeric address belongs to the public internet, embedded IPv4 addresses included."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        # Mapped, translated (64:ff9b::/96), link-local and unique local addresses are all outside of 2000::/3.
        return found.is_global and found in _V6_UNICAST and not any(found in network for network in _V6_REFUSED)
    refused = found.is_multicast or any(found in network for network in _V4_REFUSED)
    return found.is_global and not refused


def check_url(url: str, *, opened: Collection[str] = ()) -> str:
    """Return an address that may be called, as far as can be said without asking for its name.

    Args:
        opened: hosts that may be inside, and be called without encryption.

    Raises:
        DamError: ``bad_url``.
        RefusedError: not https, or a numeric address that is not public.
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise _bad(f"write it in ASCII, without spaces and in {LONGEST} characters at most")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _bad("its host or its port cannot be read") from error
    if parts.scheme not in ("https", "http") or not host or port == 0:
        raise _bad("it begins with https:// and a host")
    if parts.username is not None or "#" in url or "%" in host:
        raise _bad("it may not hold a user, a password, a # or a zone")
    if host not in opened:
        if parts.scheme != "https":
            raise RefusedError("Use https: what is sent names what is in the library.")
        _refuse_inside(host, _numeric(host))
    return url


def resolve(host: str, port: int, *, opened: Collection[str] = ()) -> list[str]:
    """Return the numeric addresses of ``host`` that may be connected to.

    How long the name servers may take, the system's resolver settles.

    Raises:
        ConnectError: there is no such host.
        RefusedError: one of its addresses is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConnectError(f"there is no host “{host}”") from error
    addresses = list(dict.fromkeys(str(where[0]) for *_, where in found))
    if host not in opened:
        _refuse_inside(host, addresses)
    return addresses


class Gate(NetworkBackend):
    """Connections for one exchange: to checked addresses only, and over within ``seconds``."""

    def __init__(self, *, opened: Collection[str] = (), seconds: float) -> None:
        self.opened = opened
        self.until = time.monotonic() + seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """Connect to the first address of ``host`` that answers; all of them must be allowed."""
        failure: Exception = ConnectError(f"“{host}” has no address")
        for address in resolve(host.lower(), port, opened=self.opened):
            left = _left(self.until, timeout, ConnectTimeout)
            try:
                return _Timed(SyncBackend().connect_tcp(address, port, left, local_address, socket_options), self.until)
            except (ConnectError, ConnectTimeout) as error:
                failure = error
        raise failure


class _Timed(NetworkStream):
    """A stream whose every step must end before one moment, however many steps there are."""

    def __init__(self, stream: NetworkStream, until: float) -> None:
        self.stream = stream
        self.until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, _left(self.until, timeout, ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, _left(self.until, timeout, WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        left = _left(self.until, timeout, ConnectTimeout)
        return _Timed(self.stream.start_tls(ssl_context, server_hostname, left), self.until)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _left(until: float, timeout: float | None, late: type[Exception]) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise late("the whole took too long")
    return left if timeout is None else min(left, timeout)


def _numeric(host: str) -> list[str]:
    """Return the address that ``host`` spells in figures, decimal, octal or short as it may be; none for a name."""
    try:
        found = socket.getaddrinfo(host.rstrip("."), None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [str(where[0]) for *_, where in found]


def _refuse_inside(host: str, addresses: Iterable[str]) -> None:
    if not all(public(address) for address in addresses):
        raise RefusedError(
            f"“{host}” is not a public address, so the library does not call it. Whoever runs the library can allow "
            "the host in LACUNA_WEBHOOK_HOSTS."
        )


def _bad(why: str) -> DamError:
    return DamError("bad_url", f"This is no address that can be called: {why}.")
