"""The library page: search by words, by picture or by likeness, and the verdict."""

from __future__ import annotations

import base64
import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, push_url, replace_url
from PIL import Image

from assetdb import access, prepare
from assetdb.errors import DamError
from assetdb.models import ImportRun, Tag
from assetdb.renditions import read_picture
from assetdb.rights import LICENCES
from generators.gaps import open_run
from indexer import embed
from indexer.search import Query, Results, search
from webapp.library import filters, miss
from webapp.library.ask import PAGE, Ask, read
from webapp.library.door import caller, member, page, wants_part


@page
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Search or browse; with htmx only the part under the search box."""
    ask = read(request.GET)
    user = caller(request)
    part = wants_part(request)
    typing = part and request.headers.get("HX-Trigger-Name") == "q"
    results = search(
        ask.query,
        user=user,
        filters=ask.filters(user),
        limit=PAGE,
        offset=ask.offset,
        order=ask.order,
        record=bool(ask.q) and not typing and not ask.offset,
    )
    context = {"ask": ask, **_shown(ask, results)}
    if part and request.headers.get("HX-Target") == "more":
        return render(request, "library/_cards.html", context)
    rows = filters.menus(ask, user)
    if results.verdict is not None and results.verdict.kind in ("miss", "weak") and ask.q and not typing:
        context["miss"] = miss.diagnose(ask, results, user)
    context |= {
        "menus": rows,
        "chosen": filters.chosen(ask, rows),
        "mine": filters.mine(ask, user),
        "orders": filters.orders(ask),
    }
    if ask.like:
        context["liked"] = access.get_visible(user, ask.like)
    if not part or "HX-History-Restore-Request" in request.headers:
        return render(request, "library/library.html", context | progress() | tools())
    answer = render(request, "library/_results.html", context | progress())
    return replace_url(answer, ask.url()) if typing else push_url(answer, ask.url(offset=ask.offset))


@page
@require_POST
def by_picture(request: HttpRequest) -> HttpResponse:
    """Search by a picture that is sent along; it is read in the sandbox and not kept."""
    sent = request.FILES.get("picture")
    if sent is None:
        raise DamError("no_picture", gettext("Choose a picture to search by: JPEG, PNG, WebP, GIF or SVG."))
    image = read_picture(sent)
    ask = Ask()
    results = search(Query(image=image), user=caller(request), limit=PAGE)
    context = {"ask": ask, "picture": _as_data(image), **_shown(ask, results), "more": ""}
    template = "library/_results.html" if wants_part(request) else "library/library.html"
    return render(request, template, context | progress() | tools())


@page
@require_GET
def import_progress(request: HttpRequest) -> HttpResponse:
    """What is still on its way into the library; asked for every two seconds while anything is."""
    return render(request, "library/_progress.html", progress())


@member
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Have what is missing made: open a run, or join the one under way."""
    run, _joined = open_run(request.POST.get("q", ""), user=caller(request), anyway=request.POST.get("anyway") == "1")
    where = reverse("run", args=[run.pk])
    return HttpResponseClientRedirect(where) if wants_part(request) else redirect(where)


def progress() -> dict[str, Any]:
    """Return the import under way, if any, and how many changes are not searchable yet."""
    running = ImportRun.objects.filter(state__in=ImportRun.OPEN).order_by("created").first()
    return {"import_run": running, "unread": prepare.pending().count(), "unindexed": embed.pending()}


def tools() -> dict[str, Any]:
    """Return what the grid's tools offer, and the words its script needs."""
    words = {
        "choose": gettext("Choose %s"),
        "similar": gettext("Similar to %s"),
        "review": gettext("in review"),
        "generated": gettext("generated"),
        "private": gettext("private"),
        "chosen": gettext("%s chosen"),
    }
    return {"grid_words": words, "bulk_tags": Tag.objects.all(), "bulk_licences": list(LICENCES.values())}


def _shown(ask: Ask, results: Results) -> dict[str, Any]:
    end = ask.offset + len(results.hits)
    more = len(results.hits) == PAGE and end < results.total
    fitting = max(0, results.total - ask.offset) if ask.q and not ask.like else len(results.hits)
    return {
        "results": results,
        "verdict": results.verdict,
        "hits": results.hits,
        "fitting": results.hits[:fitting],
        "further": results.hits[fitting:],
        "first": ask.offset,
        "further_first": ask.offset + fitting,
        "source": f"{reverse('grid')}?{ask.url().partition('?')[2]}",
        "more": ask.url(offset=end) if more else "",
        "before": ask.url(offset=max(0, ask.offset - PAGE)) if ask.offset else "",
    }


def _as_data(image: Image.Image) -> str:
    small = image.copy()
    small.thumbnail((160, 160))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP")
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
