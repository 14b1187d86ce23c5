"""Programs that call the API, one a role."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from webapp.api import tokens


def caller(user: Any = None) -> APIClient:
    """Return a client that signs in as ``user`` with a token; without one, as nobody."""
    client = APIClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.create(user)}")
    return client


def failure(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that ``response`` is a failure in the one shape, and return its ``extra``."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"code", "message", "extra"}
    assert body["code"] == code, body
    assert body["message"]
    return body["extra"]
