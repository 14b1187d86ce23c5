"""What differs by address: the admin's content policy is laxer, the API speaks English and sets no cookies."""

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


class NoCookies:
    """Middleware, outside all that set some: what answers programs leaves nothing in a browser."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_api(request):
            response.cookies.clear()
        return response


class PageLanguage(LocaleMiddleware):
    """Middleware: pages speak the reader's language, the interface for programs English."""

    def process_request(self, request: HttpRequest) -> None:
        if not is_api(request):
            super().process_request(request)
            return
        translation.activate("en")
        request.LANGUAGE_CODE = "en"

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if is_api(request) else super().process_response(request, response)


def is_api(request: HttpRequest) -> bool:
    """Whether a request is meant for the API."""
    return request.path_info.startswith("/api/")
