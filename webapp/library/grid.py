"""What the grid on the library page asks for while it is scrolled: rows, months, ids and the peek."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assetdb.access import Caller, get_visible
from assetdb.models import Asset, AssetTag, Origin, Review, Visibility
from indexer.search import search, similar, timeline
from webapp.library.ask import PAGE, Ask, number, read
from webapp.library.door import caller, page
from webapp.library.place import asset_url
from webapp.templatetags.lacuna import title

MOST_ROWS = 240
NEIGHBOURS = 6
PHOTOS = {"image/jpeg", "image/webp"}
"""Files that fill their frame; all others are taken for drawings, which stand on paper."""


@page
@require_GET
def rows(request: HttpRequest) -> JsonResponse:
    """Return some rows of what the library page with the same address shows."""
    ask, user = read(request.GET), caller(request)
    offset, limit = number(request.GET.get("offset", "")), min(number(request.GET.get("limit", ""), PAGE), MOST_ROWS)
    assets, total = _shown(ask, user, offset=offset, limit=limit)
    listed = [_row(asset, ask, offset + n) for n, asset in enumerate(assets)]
    return _fresh({"total": total, "offset": offset, "rows": listed})


@page
@require_GET
def months(request: HttpRequest) -> JsonResponse:
    """Return how many pictures came in each month, in the order they are shown."""
    ask, user = read(request.GET), caller(request)
    found = [] if ask.query else timeline.months(user, ask.filters(user), order=ask.order)
    return _fresh({"months": found})


@page
@require_GET
def peek(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Show one picture larger, with what is known of it and its nearest neighbours."""
    user = caller(request)
    asset = get_visible(user, asset_id)
    accepted = asset.asset_tags.filter(state=AssetTag.State.ACCEPTED).select_related("tag").order_by("tag__name")
    context = {
        "asset": asset,
        "tags": accepted[:12],
        "similar": similar(asset, user=user, limit=NEIGHBOURS),
    }
    return render(request, "library/_peek.html", context)


def marks_of(asset: Asset) -> list[str]:
    """Return what has to be said of a picture wherever it is shown small, as words the page knows."""
    said = {
        "review": asset.review == Review.PENDING,
        "generated": asset.origin == Origin.GENERATED,
        "private": asset.visibility == Visibility.PRIVATE,
    }
    return [mark for mark, applies in said.items() if applies]


def _shown(ask: Ask, user: Caller, *, offset: int, limit: int) -> tuple[list[Asset], int]:
    """Return some of the assets an address shows and how many there are."""
    if ask.query:
        results = search(ask.query, user=user, filters=ask.filters(user), limit=limit, offset=offset, order=ask.order)
        fitting = max(0, results.total - offset)
        return [hit.asset for hit in results.hits[:fitting]], results.total
    narrowed = ask.filters(user)
    total = timeline.browsed(user, narrowed).order_by().count()
    wanted = timeline.slice_ids(user, narrowed, order=ask.order, offset=offset, limit=limit, total=total)
    found = Asset.objects.filter(pk__in=wanted).select_related("blob").in_bulk()
    return [found[pk] for pk in wanted if pk in found], total


def _row(asset: Asset, ask: Ask, at: int) -> dict[str, Any]:
    return {
        "id": str(asset.pk),
        "title": title(asset),
        "width": asset.width,
        "height": asset.height,
        "kind": asset.kind,
        "photo": asset.blob.media_type in PHOTOS,
        "marks": marks_of(asset),
        "thumb": reverse("asset_thumb", args=[asset.pk]),
        "url": asset_url(asset, ask, at),
    }


def _fresh(answer: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(answer)
    response["Cache-Control"] = "private, no-store"
    return response
