"""Suggestions as a wall of pictures, one tag at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from assetdb.access import Caller
from assetdb.errors import NotFoundError
from assetdb.models import AssetTag, Tag
from assetdb.tagging import suggestions
from webapp.dashboards import figures
from webapp.dashboards.room import frame, reviewers
from webapp.library.door import caller

AT_ONCE = 60
"""Pictures a wall begins with, and how many more it asks for."""


@dataclass(frozen=True)
class Listed:
    """A tag with how many assets it waits on, was accepted and rejected for."""

    tag: Tag
    suggested: int
    accepted: int
    rejected: int


@reviewers
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Go to the tag that waits most, of the group that is asked for."""
    found = _listed(caller(request), group=request.GET.get("group", ""))
    if found:
        kept = f"?{urlencode({'group': request.GET['group']})}" if request.GET.get("group") else ""
        return redirect(reverse("tagging_tag", args=[found[0].tag.slug]) + kept)
    return render(request, "admin/tagging/nothing.html", frame(request, title=gettext("Tagging by tag")))


@reviewers
@require_GET
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the assets a tag is suggested for, the likeliest first; ``offset`` asks for more of them."""
    tag = Tag.objects.filter(slug=slug).first()
    if tag is None:
        raise NotFoundError("tag")
    rows = suggestions(caller(request), tag)
    if "offset" in request.GET:
        return render(request, "admin/tagging/_tiles.html", {"rows": _from(rows, request.GET["offset"]), "tag": tag})
    return render(
        request,
        "admin/tagging/by_tag.html",
        frame(request, title=gettext("Tagging by tag")) | _wall(request, tag, rows),
    )


def _wall(request: HttpRequest, tag: Tag, rows: QuerySet[AssetTag]) -> dict[str, Any]:
    group, words = request.GET.get("group", ""), request.GET.get("q", "").strip()
    listed = _listed(caller(request), group=group, words=words)
    own = _counted(tag, figures.tags(caller(request)))
    scores = [score for score in rows.values_list("score", flat=True) if score is not None]
    return {
        "tag": tag,
        "own": own,
        "rows": rows[:AT_ONCE],
        "total": rows.count(),
        "scores": [round(score, 2) for score in scores[:5000]],
        "listed": listed,
        "group": group,
        "words": words,
        "groups": sorted(Tag.objects.order_by().values_list("group", flat=True).distinct()),
    }


def _listed(user: Caller, *, group: str = "", words: str = "") -> list[Listed]:
    counts = figures.tags(user)
    tags = Tag.objects.filter(group=group) if group else Tag.objects.all()
    found = [_counted(tag, counts) for tag in tags if words.lower() in f"{tag.name} {tag.name_zh}".lower()]
    return sorted(found, key=lambda row: (-row.suggested, row.tag.name))


def _counted(tag: Tag, counts: dict[int, dict[str, int]]) -> Listed:
    own = counts.get(tag.pk, {})
    return Listed(tag, own.get("suggested", 0), own.get("accepted", 0), own.get("rejected", 0))


def _from(rows: QuerySet[AssetTag], offset: str) -> QuerySet[AssetTag]:
    start = int(offset) if offset.isdecimal() and len(offset) < 10 else 0
    return rows[start : start + AT_ONCE]
