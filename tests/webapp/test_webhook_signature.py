"""Signatures are those of the Standard Webhooks specification, both ways, and the secret is nowhere kept."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as StandardWebhook

from assetdb.errors import DamError
from webapp.webhooks import signature

SECRET = signature.secret_of(uuid.UUID(int=7), "a key")
BODY = '{"data":"大象"}'.encode()


def test_a_signature_is_what_an_independent_library_makes():
    now = int(time.time())
    ours = signature.headers("message", BODY, secrets=[SECRET], now=now)
    theirs = StandardWebhook(SECRET).sign("message", datetime.fromtimestamp(now, UTC), BODY.decode())
    assert ours["webhook-signature"] == theirs
    signature.verify(SECRET, ours | {"webhook-signature": f"v1a,unknown {theirs}"}, BODY)


@pytest.mark.parametrize(
    "damage",
    [
        {"webhook-id": "another"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "soon"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1,\u00e4"},
    ],
)
def test_what_was_altered_or_is_old_is_refused(damage):
    headers = signature.headers("message", BODY, secrets=[SECRET])
    signature.verify(SECRET, headers, BODY)
    with pytest.raises(DamError) as refused:
        signature.verify(SECRET, headers | damage, BODY)
    assert refused.value.code == "bad_signature"


def test_a_message_that_is_altered_late_or_signed_with_another_secret_is_refused():
    headers = signature.headers("message", BODY, secrets=[SECRET])
    now = time.time()
    for wrong in (
        lambda: signature.verify(SECRET, headers, BODY + b" "),
        lambda: signature.verify(SECRET, headers, BODY, now=now + signature.TOLERANCE + 2),
        lambda: signature.verify(SECRET, headers, BODY, now=now - signature.TOLERANCE - 2),
        lambda: signature.verify(signature.secret_of(uuid.UUID(int=8), "a key"), headers, BODY),
        lambda: signature.verify("whsec_?", headers, BODY),
        lambda: signature.verify(SECRET, {}, BODY),
    ):
        with pytest.raises(DamError):
            wrong()


def test_a_secret_hangs_on_the_hook_its_key_and_the_librarys_own_key(settings):
    hook = uuid.UUID(int=7)
    assert signature.secret_of(hook, "a key") == SECRET
    assert SECRET.startswith("whsec_") and len(SECRET) == 50
    assert signature.secret_of(hook, "b key") != SECRET != signature.secret_of(uuid.UUID(int=8), "a key")
    settings.SECRET_KEY = "another" * 10
    assert signature.secret_of(hook, "a key") != SECRET
