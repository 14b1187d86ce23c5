"""Programs that call the API, one a role."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from webapp.api import tokens
from webapp.api.problems import CODES


def caller(user: Any = None, **options: Any) -> APIClient:
    """Return a client that signs in as ``user`` with a token of its own; without one, as nobody."""
    client = APIClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.create(user, **options)}")
    return client


def failure(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that ``response`` is a failure in the one shape, and return its ``extra``."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "code", "extra"}
    assert body["code"] == code, body
    assert body["type"] == f"/api/v1/problems/#{code}"
    assert body["status"] == status
    assert status in CODES[code]
    assert body["title"] and body["detail"] and body["instance"].startswith("/api/")
    return body["extra"]
