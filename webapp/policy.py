"""What differs by address: the admin's content policy is laxer, and the API speaks English."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import reverse
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponseBase]

UNFOLD = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
"""What unfold's pages need: Alpine evaluates attributes, and some styles stand in the markup."""


class AdminPolicy:
    """Middleware, inside the one that writes the header: loosens the policy under the admin's address only."""

    def __init__(self, get_response: Handler) -> None:
        self.strict: Handler = get_response
        self.loosened: Handler = csp_replace(UNFOLD)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        under_admin = request.path.startswith(reverse("admin:index"))
        return (self.loosened if under_admin else self.strict)(request)


class PageLanguage(LocaleMiddleware):
    """Middleware: pages speak the reader's language, the interface for programs English."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith("/api/"):
            super().process_request(request)
            return
        translation.activate("en")
        request.LANGUAGE_CODE = "en"
