"""Who calls the API: a bearer token, or the browser session."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from assetdb.models import User
from webapp.api import tokens
from webapp.models import ApiToken

_REFUSED = "This token is unknown, was revoked, or its account is closed. Ask an admin for a new one."


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer lac_…``."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, clear = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = tokens.find(clear.strip().decode("latin-1"))
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
        return {"type": "http", "scheme": "bearer", "description": "manage.py token USER"}
