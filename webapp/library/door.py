"""What every page passes through: who may come in, and how a refusal looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from assetdb.access import Caller, visible_to
from assetdb.errors import DamError
from assetdb.models import Asset

View = Callable[..., HttpResponseBase]


def caller(request: HttpRequest) -> Caller:
    """Return whose eyes the request is answered for."""
    return request.user


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return bool(getattr(request, "htmx", False))


def page(view: View) -> View:
    """Open a page to who may read the library; answer refusals with a page that says what to do."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_authenticated or settings.LACUNA_PUBLIC):
            return to_login(request)
        try:
            answer = view(request, *args, **kwargs)
        except DamError as error:
            answer = refuse(request, error)
        # One address answers with a page or with a part of it: going back must not show the part.
        patch_vary_headers(answer, ["HX-Request"])
        return answer

    return opened


def member(view: View) -> View:
    """Open a page to accounts only, in a public library too."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return page(view)(request, *args, **kwargs) if request.user.is_authenticated else to_login(request)

    return opened


def file(view: View) -> View:
    """Serve a file or answer 404, whatever the reason that there is none for this caller."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DamError as error:
            raise Http404(error.message) from error

    return opened


def to_login(request: HttpRequest) -> HttpResponse:
    """Send an unknown caller to sign in and then back to the page they wanted."""
    if wants_part(request):
        return HttpResponseClientRedirect(resolve_url(settings.LOGIN_URL))
    wanted = request.get_full_path() if request.method == "GET" else "/"
    return redirect_to_login(wanted)


def refuse(request: HttpRequest, error: DamError) -> HttpResponse:
    """Show an error as a notice on the page under the request, or as a page of its own."""
    context = {"error": error, "hits": _hits(request, error)}
    if wants_part(request):
        notice = render(request, "library/_refusal.html", context, status=error.status)
        return reswap(retarget(notice, "#notices"), "innerHTML")
    template = {403: "403.html", 404: "404.html"}.get(error.status, "library/refused.html")
    return render(request, template, context, status=error.status)


def _hits(request: HttpRequest, error: DamError) -> list[Asset]:
    """Return the assets that an error names as the answer to what was asked."""
    named = [hit["id"] for hit in error.extra.get("hits", [])]
    return sorted(visible_to(caller(request)).filter(pk__in=named), key=lambda hit: named.index(str(hit.pk)))
