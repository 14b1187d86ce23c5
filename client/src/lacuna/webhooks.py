"""Webhooks: what the library tells other programs, and how those know that it did."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lacuna import operations
from lacuna.errors import LacunaError
from lacuna.shapes import Delivery, Webhook
from lacuna.wire import Wire

TOLERANCE = 300
"""Seconds by which a message's time may differ from the receiver's clock."""
_PREFIX = "whsec_"


def verify(
    payload: bytes | str, headers: Mapping[str, str], secret: str, *, tolerance: float = TOLERANCE
) -> dict[str, Any]:
    """Return the event in a message, once it is sure that the library sent it and just now.

    This follows the Standard Webhooks specification. A message that comes twice has the same
    ``webhook-id``; keep those you have handled.

    Args:
        payload: the body as it came, not parsed and written anew.
        headers: of the request, in any spelling.
        secret: of the webhook, beginning with ``whsec_``.
        tolerance: seconds by which its time may differ from the clock here.

    Raises:
        LacunaError: ``bad_signature`` for a message to be thrown away, ``bad_secret``.
    """
    body = payload.encode() if isinstance(payload, str) else payload
    sent = {name.lower(): value for name, value in headers.items()}
    message, said, given = (sent.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (message and given and said.isdigit()):
        raise _bad("The message bears no signature, no id or no time.")
    expected = hmac.digest(_key(secret), f"{message}.{said}.".encode() + body, hashlib.sha256)
    signatures = (one.removeprefix("v1,") for one in given.split() if one.startswith("v1,"))
    fits = [hmac.compare_digest(base64.b64encode(expected), one.encode()) for one in signatures]
    if not any(fits):
        raise _bad("No signature of the message fits the secret.")
    if abs(time.time() - int(said)) > tolerance:
        raise _bad(f"The message was signed over {tolerance:.0f} seconds before or after now. Check the clocks.")
    try:
        return dict(json.loads(body))
    except (TypeError, ValueError) as error:
        raise _bad("The message is signed, but is no JSON object.") from error


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise LacunaError("bad_secret", detail="This is no webhook's secret. It begins with whsec_.") from error


def _bad(detail: str) -> LacunaError:
    return LacunaError("bad_signature", detail=detail)


class Webhooks:
    """``library.webhooks``, for admins."""

    verify = staticmethod(verify)

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(self) -> Iterator[Webhook]:
        """Yield the webhooks, newest first, page by page."""
        return self._wire.pages(operations.WEBHOOKS, query={})

    def get(self, id: str) -> Webhook:
        """Return one webhook, without its secret."""
        return self._wire.one(operations.WEBHOOK, id=id)

    def create(self, url: str, events: Sequence[str]) -> Webhook:
        """Make a webhook; its ``secret`` is in the answer, this once."""
        return self._wire.one(operations.NEW_WEBHOOK, json={"url": url, "events": [*events]})

    def switch(self, id: str, *, on: bool) -> Webhook:
        """Pause a webhook, or have it go on; then it is told what it missed."""
        return self._wire.one(operations.CHANGE_WEBHOOK, id=id, json={"active": on})

    def change(self, id: str, *, url: str | None = None, events: Sequence[str] | None = None) -> Webhook:
        """Send a webhook's messages elsewhere, or tell it of other events."""
        said = {"url": url, "events": None if events is None else [*events]}
        sent = {name: value for name, value in said.items() if value is not None}
        return self._wire.one(operations.CHANGE_WEBHOOK, id=id, json=sent)

    def delete(self, id: str) -> None:
        """Delete a webhook, with the log of what was sent."""
        self._wire.answer(operations.DROP_WEBHOOK, id=id)

    def rotate(self, id: str) -> Webhook:
        """Give a webhook another ``secret``; for a day messages are signed with the old one too."""
        return self._wire.one(operations.ROTATE, id=id)

    def ping(self, id: str) -> Delivery:
        """Have a test message sent, once."""
        return self._wire.one(operations.PING, id=id)

    def deliveries(self, id: str) -> Iterator[Delivery]:
        """Yield what a webhook was sent, newest first, page by page."""
        return self._wire.pages(operations.DELIVERIES, query={}, id=id)
