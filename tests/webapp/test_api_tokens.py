"""Tokens: shown once, kept as a digest, refused once revoked."""

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from tests.webapp.callers import caller, failure
from webapp.api import tokens
from webapp.models import ApiToken

pytestmark = pytest.mark.django_db


def with_header(value: str):
    return APIClient().get("/api/v1/assets/", HTTP_AUTHORIZATION=value)


def test_a_token_signs_in_as_its_user(people):
    clear = tokens.create(people["viewer"], name="nightly")
    assert clear.startswith("lac_")
    assert len(clear) >= 4 + 43
    assert with_header(f"Bearer {clear}").status_code == 200
    assert with_header(f"bearer {clear}").status_code == 200


def test_only_its_digest_is_kept(people):
    clear = tokens.create(people["viewer"], name="nightly")
    kept = ApiToken.objects.filter(name="nightly").values().get()
    assert kept["digest"] == hashlib.sha256(clear.encode()).hexdigest()
    assert all(clear.removeprefix("lac_") not in str(value) for value in kept.values())


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer lac_wrong", "Bearer \xff", "Bearer lac_a b", "Bearer " + "x" * 5000]
)
def test_unknown_tokens_are_refused(people, header):
    response = with_header(header)
    failure(response, 401, "bad_token")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_digest_is_no_token(people):
    tokens.create(people["viewer"])
    digest = ApiToken.objects.get().digest
    failure(with_header(f"Bearer {digest}"), 401, "bad_token")
    failure(with_header(f"Bearer lac_{digest}"), 401, "bad_token")


def test_a_revoked_token_is_refused(people):
    clear = tokens.create(people["viewer"])
    token = ApiToken.objects.get()
    tokens.revoke(token)
    assert token.revoked is not None
    failure(with_header(f"Bearer {clear}"), 401, "bad_token")


def test_a_closed_account_is_refused(people):
    clear = tokens.create(people["admin"])
    people["admin"].is_active = False
    people["admin"].save()
    failure(with_header(f"Bearer {clear}"), 401, "bad_token")


def test_its_use_is_noted_once_a_minute(people):
    client = caller(people["viewer"])
    client.get("/api/v1/assets/")
    first = ApiToken.objects.get().last_used
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/api/v1/assets/")
    assert not [q for q in queries if q["sql"].startswith("UPDATE")]
    ApiToken.objects.update(last_used=timezone.now() - timedelta(minutes=2))
    client.get("/api/v1/assets/")
    assert ApiToken.objects.get().last_used > first


def test_a_browser_session_reads_but_needs_the_csrf_token_to_write(people, make_asset):
    asset = make_asset("Cat")
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(people["editor"])
    assert client.get("/api/v1/assets/").status_code == 200
    failure(client.delete(f"/api/v1/assets/{asset.pk}/"), 403, "forbidden")
    asset.refresh_from_db()
    assert asset.trashed is None
