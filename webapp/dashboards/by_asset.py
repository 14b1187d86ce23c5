"""Suggestions one asset at a time: its picture, large, and a switch for each tag."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from assetdb.access import Caller
from assetdb.models import AssetTag
from assetdb.tagging import decide_many, waiting_for
from webapp.dashboards import figures
from webapp.dashboards.decisions import uuid_of
from webapp.dashboards.room import frame, reviewers
from webapp.library.door import caller

SURE = 0.7
"""Switches begin as on where a suggestion is as likely as this."""


@reviewers
@require_http_methods(["GET", "POST"])
def asset(request: HttpRequest) -> HttpResponse:
    """Show the asset after ``after`` in the order of ids, or ``asset`` itself; a post decides on all its tags."""
    user = caller(request)
    if request.method == "POST":
        decided = uuid_of(request.POST.get("asset", ""))
        _decide(user, decided, request)
        return redirect(f"{reverse('tagging_asset')}?after={decided}")
    context = _shown(user, request)
    if request.headers.get("X-Part"):
        return render(request, "admin/tagging/_asset.html", context)
    return render(request, "admin/tagging/by_asset.html", frame(request, title=gettext("Tagging by asset")) | context)


def _decide(user: Caller, asset_id: UUID, request: HttpRequest) -> None:
    offered, accepted = set(request.POST.getlist("offered")), set(request.POST.getlist("accept"))
    decide_many(user, [(asset_id, slug) for slug in accepted & offered], accept=True)
    decide_many(user, [(asset_id, slug) for slug in offered - accepted], accept=False)
    figures.forget_tags(user)


def _shown(user: Caller, request: HttpRequest) -> dict[str, Any]:
    waiting = waiting_for(user).order_by("asset")
    if wanted := request.GET.get("asset"):
        waiting = waiting.filter(asset=uuid_of(wanted))
    elif after := request.GET.get("after"):
        waiting = waiting.filter(asset__gt=uuid_of(after))
    first = waiting.select_related("asset").first()
    if first is None:
        return {"asset": None, "again": bool(request.GET) and waiting_for(user).exists(), "sure": SURE}
    tags = AssetTag.objects.filter(asset=first.asset).select_related("tag")
    return {
        "asset": first.asset,
        "suggested": tags.filter(state=AssetTag.State.SUGGESTED).order_by("-score"),
        "accepted": tags.filter(state=AssetTag.State.ACCEPTED).order_by("tag__group", "tag__name"),
        "sure": SURE,
    }
