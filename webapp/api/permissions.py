"""Who may call the API at all. What a caller may do there, each floor below decides."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from webapp.api.scopes import require_scope


class LibraryOpen(BasePermission):
    """Signed in; or the library is public and the request only reads. A token needs the operation's scope."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.user and request.user.is_authenticated:
            require_scope(request, view)
            return True
        return bool(settings.LACUNA_PUBLIC) and request.method in SAFE_METHODS


class SignedIn(BasePermission):
    """Signed in, even where the library is public. A token needs the operation's scope."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        require_scope(request, view)
        return True
