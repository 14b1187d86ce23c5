"""What this process counts as it goes: requests and searches, with how long they took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics

from indexer.search import Results, searched
from webapp.logs import BEGAN

Handler = Callable[[HttpRequest], HttpResponseBase]

disable_created_metrics()
COUNTED = CollectorRegistry()
_STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
REQUESTS = Histogram(
    "lacuna_http_request_seconds",
    "How long requests took until their answer began, by route, method and class of status.",
    ["route", "method", "status"],
    buckets=_STEPS,
    registry=COUNTED,
)
SEARCHES = Histogram(
    "lacuna_search_seconds", "How long searches took, by verdict.", ["verdict"], buckets=_STEPS, registry=COUNTED
)


class Measured:
    """Middleware that counts every request but those for static files."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.META[BEGAN] = began = time.monotonic()
        response = self.get_response(request)
        match = request.resolver_match
        # Names of routes and known methods alone: what strangers make up must not become a time series.
        route = match.view_name if match and match.view_name else "none"
        method = request.method if request.method in _METHODS else "other"
        status = f"{response.status_code // 100}xx"
        REQUESTS.labels(route, method, status).observe(time.monotonic() - began)
        return response


def listen() -> None:
    """Count every search that somebody made."""
    searched.connect(_count)


def _count(*, results: Results, seconds: float, **_: Any) -> None:
    SEARCHES.labels(results.verdict.kind if results.verdict else "none").observe(seconds)
