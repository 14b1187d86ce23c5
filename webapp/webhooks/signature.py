"""Signatures after the Standard Webhooks specification, so that any of its libraries can check them.

A message is signed over ``id.timestamp.body`` with HMAC-SHA256. The header ``webhook-signature`` may
hold several signatures, as while a secret is being exchanged; one that fits is enough.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Iterable, Mapping

from django.utils.crypto import salted_hmac

from assetdb.errors import DamError

PREFIX = "whsec_"
TOLERANCE = 300
"""Seconds by which a message's time may differ from the receiver's clock."""


def secret_of(hook_id: object, key: str) -> str:
    """Return the secret of a hook: derived from the library's own key, so that no database or backup holds it."""
    digest = salted_hmac("webapp.webhooks", f"{hook_id}:{key}", algorithm="sha256").digest()
    return PREFIX + base64.b64encode(digest).decode()


def headers(message_id: str, body: bytes, *, secrets: Iterable[str], now: int | None = None) -> dict[str, str]:
    """Return the three headers of a message, signed once with each of ``secrets``."""
    timestamp = str(int(time.time()) if now is None else now)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(sign(secret, message_id, timestamp, body) for secret in secrets),
    }


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Return one signature, ``v1,`` and the HMAC in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> None:
    """Check that a message comes from the library and is fresh; a receiver does this before anything else.

    Args:
        headers: of the request, by names in lower case.
        body: the bytes as they came, not parsed and written anew.

    Raises:
        DamError: ``bad_signature``.
    """
    try:
        message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        late = abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE
        expected = sign(secret, message_id, timestamp, body)
    except (KeyError, ValueError, binascii.Error) as error:
        raise DamError("bad_signature", "The message is not signed, or its time or the secret is damaged.") from error
    if late:
        raise DamError("bad_signature", f"The message is older or newer than {TOLERANCE} seconds. Check the clocks.")
    given = headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
        raise DamError("bad_signature", "No signature of the message fits the secret.")
