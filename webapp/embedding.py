"""What pages of other origins may load: the search to embed, and what it asks of the API."""

from __future__ import annotations

from wsgiref.headers import Headers

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_POLICY = "Cross-Origin-Resource-Policy"


class Embedding(CorsMiddleware):
    """Answers the origins in LACUNA_EMBED_ORIGINS; pages of theirs that isolate themselves may show pictures too."""

    def add_response_headers(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add what the origin of ``request`` is allowed."""
        super().add_response_headers(request, response)
        picture = response.get("Content-Type", "").startswith("image/")
        if settings.CORS_ALLOWED_ORIGINS and picture and self.is_enabled(request):
            response[_POLICY] = "cross-origin"
        return response


def open_static(headers: Headers, path: str, url: str) -> None:
    """Let pages that isolate themselves load scripts and styles; WhiteNoise calls this for each file."""
    headers[_POLICY] = "cross-origin"
