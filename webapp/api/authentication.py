"""Who calls the API: a bearer token, or the browser session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from assetdb.models import User
from webapp.api import tokens
from webapp.models import ApiToken

_REFUSED = "This token is unknown, has ended, or its account is closed. Ask an admin for a new one."


@dataclass(frozen=True)
class Caller:
    """Who sent a request: ``name`` stands for the token, the person's sessions, or the address of nobody known."""

    name: str
    user: User | None = None
    token: ApiToken | None = None


def caller_of(request: HttpRequest) -> Caller:
    """Return who sent ``request``, looked up once a request."""
    known: Caller | None = getattr(request, "api_caller", None)
    if known is None:
        known = _look_up(request)
        request.api_caller = known  # type: ignore[attr-defined]
    return known


def _look_up(request: HttpRequest) -> Caller:
    nobody = Caller(f"address-{request.META.get('REMOTE_ADDR', '')}")
    if (clear := _bearer(request)) is not None:
        token = tokens.find(clear)
        return nobody if token is None else Caller(f"token-{token.pk}", token.user, token)
    user = getattr(request, "user", None)
    return Caller(f"user-{user.pk}", user) if isinstance(user, User) else nobody


def _bearer(request: HttpRequest) -> str | None:
    scheme, _, clear = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return clear.strip() if scheme.lower() == "bearer" else None


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer lac_…``."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        if _bearer(request._request) is None:
            return None
        token = caller_of(request._request).token
        if token is None:
            raise AuthenticationFailed(_REFUSED, code="bad_token")
        tokens.note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes the tokens."""

    target_class = "webapp.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "manage.py token USER --scopes read,write"}
