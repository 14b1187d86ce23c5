"""Messages of the library are told from others, by the server's own signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import pytest

from lacuna import LacunaError
from lacuna.webhooks import verify
from webapp.webhooks.signature import headers as signed

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
BODY = '{"type": "assets.added", "data": {"title": "猫"}}'.encode()


def refused(payload, headers, secret=SECRET, **options):
    with pytest.raises(LacunaError) as error:
        verify(payload, headers, secret, **options)
    return error.value.code


def test_what_the_library_signs_is_accepted_in_any_spelling():
    headers = signed("msg_1", BODY, secrets=[SECRET])
    assert verify(BODY, headers, SECRET)["type"] == "assets.added"
    assert verify(BODY.decode(), {name.title(): value for name, value in headers.items()}, SECRET)
    assert verify(BODY, signed("msg_1", BODY, secrets=["whsec_" + base64.b64encode(b"old").decode(), SECRET]), SECRET)


def test_it_keeps_to_the_specification():
    stamp = str(int(time.time()))
    mac = base64.b64encode(hmac.digest(b"k" * 32, b"msg_1." + stamp.encode() + b"." + BODY, hashlib.sha256)).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": f"v1a,xyz v2,abc v1,{mac}"}
    assert verify(BODY, headers, SECRET)["data"] == {"title": "猫"}


def test_anything_else_is_thrown_away():
    headers = signed("msg_1", BODY, secrets=[SECRET])
    assert refused(BODY + b" ", headers) == "bad_signature"
    assert refused(BODY, headers | {"webhook-id": "msg_2"}) == "bad_signature"
    assert refused(BODY, headers, "whsec_" + base64.b64encode(b"x" * 32).decode()) == "bad_signature"
    assert refused(BODY, headers | {"webhook-signature": "v1,é"}) == "bad_signature"
    assert refused(BODY, headers | {"webhook-signature": headers["webhook-signature"][3:]}) == "bad_signature"
    for name in headers:
        assert refused(BODY, {key: value for key, value in headers.items() if key != name}) == "bad_signature"
    assert refused(b"[1]", signed("msg_1", b"[1]", secrets=[SECRET])) == "bad_signature"
    assert refused(BODY, headers, "not base64!") == "bad_secret"


def test_an_old_message_and_one_from_the_future_are_thrown_away():
    for seconds in (-400, 400):
        headers = signed("msg_1", BODY, secrets=[SECRET], now=int(time.time()) + seconds)
        assert refused(BODY, headers) == "bad_signature"
        assert verify(BODY, headers, SECRET, tolerance=500)
