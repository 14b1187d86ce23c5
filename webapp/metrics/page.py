"""``/metrics``, for Prometheus alone."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from webapp.metrics.figures import Figures
from webapp.metrics.requests import COUNTED

FIGURES = CollectorRegistry()
FIGURES.register(Figures())
_PLAIN = "text/plain; charset=utf-8"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST", "HTTP_VIA")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer who bears LACUNA_METRICS_TOKEN; where none is set, this machine itself, and nobody behind a proxy."""
    if settings.LACUNA_METRICS_TOKEN:
        if not _bears_token(request):
            refusal = "Send the token of LACUNA_METRICS_TOKEN as “Authorization: Bearer”.\n"
            return HttpResponse(refusal, status=401, content_type=_PLAIN, headers={"WWW-Authenticate": "Bearer"})
    elif not _is_here(request):
        return HttpResponse("There is nothing at this address.\n", status=404, content_type=_PLAIN)
    told = generate_latest(COUNTED) + generate_latest(FIGURES)
    return HttpResponse(told, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


def _bears_token(request: HttpRequest) -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and constant_time_compare(token.strip(), settings.LACUNA_METRICS_TOKEN)


def _is_here(request: HttpRequest) -> bool:
    """Whether a request comes from this machine and was not passed on by a proxy on it."""
    if any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
