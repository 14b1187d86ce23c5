"""Which scope an operation takes: a token is good for what it was made for, and never for more than its person."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from assetdb.errors import DamError
from webapp.models import ApiToken, Scope

OPERATIONS: dict[str, Scope] = {
    "SearchView.post": Scope.READ,
    "BulkViewSet.zip": Scope.READ,
    "BulkViewSet.table": Scope.READ,
    "BulkViewSet.credits": Scope.READ,
    "TokenViewSet": Scope.ADMIN,
    "OwnTokenViewSet": Scope.ADMIN,
    "PersonViewSet": Scope.ADMIN,
    "InstallationView": Scope.ADMIN,
    "TagViewSet.create": Scope.ADMIN,
    "TagViewSet.partial_update": Scope.ADMIN,
    "TagViewSet.destroy": Scope.ADMIN,
    "GenerationViewSet.create": Scope.MAKE,
    "GenerationViewSet.retry": Scope.MAKE,
    "GenerationViewSet.approve": Scope.REVIEW,
    "GenerationViewSet.reject": Scope.REVIEW,
    "GenerationViewSet.choose": Scope.REVIEW,
    "TaggingViewSet.decide": Scope.REVIEW,
    "TaggingViewSet.accept_above": Scope.REVIEW,
    "WebhookViewSet": Scope.ADMIN,
}
"""What differs from the rule “GET, HEAD and OPTIONS read, every other method writes”.

A key is a view and its action (of a plain view: its method), or a view alone for all of its operations.
"""


def scope_of(view: Any, method: str) -> Scope:
    """Return the scope that ``method`` of ``view`` takes."""
    name, action = type(view).__name__, getattr(view, "action", None) or method.lower()
    said = OPERATIONS.get(f"{name}.{action}") or OPERATIONS.get(name)
    return said or (Scope.READ if method in SAFE_METHODS else Scope.WRITE)


def require_scope(request: Request, view: Any) -> None:
    """Let the request pass if its token was made for what it asks; a browser session has every scope.

    Raises:
        DamError: ``scope_missing``, with the scope it takes and those the token has.
    """
    token, wanted = request.auth, scope_of(view, request.method or "")
    if not isinstance(token, ApiToken) or wanted in token.scopes:
        return
    message = f"This token was not made for “{wanted}”. Make one with that scope on your account's page."
    raise DamError("scope_missing", message, status=403, extra={"scope": str(wanted), "has": token.scopes})
