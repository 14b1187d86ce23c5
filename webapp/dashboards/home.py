"""The admin's first page: a few figures that say whether anything needs a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from assetdb.models import Asset, AssetTag, State
from generators.models import Run
from indexer.models import Failure, SearchEvent

WEEK = timedelta(days=7)


def show_figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the figures to the context of the admin's first page; unfold calls this."""
    return context | {"figures": figures()}


def figures() -> list[dict[str, Any]]:
    """Return what to show: a title, a value and where it leads."""
    assets = Asset.objects.filter(trashed__isnull=True).aggregate(
        ready=Count("pk", filter=Q(state=State.READY)),
        waiting=Count("pk", filter=Q(state=State.RECEIVED)),
        unreadable=Count("pk", filter=Q(state__in=[State.UNREADABLE, State.QUARANTINED])),
    )
    runs = Run.objects.aggregate(
        review=Count("pk", filter=Q(state=Run.State.REVIEW)), failed=Count("pk", filter=Q(state=Run.State.FAILED))
    )
    suggestions = AssetTag.objects.filter(state=AssetTag.State.SUGGESTED).count()
    listed = "admin:assetdb_asset_changelist"
    return [
        _figure("Assets", assets["ready"], listed, "state__exact=ready"),
        _figure("Waiting to be read", assets["waiting"], listed, "state__exact=received"),
        _figure("Unreadable files", assets["unreadable"], listed, "state__in=unreadable,quarantined"),
        _figure("Not indexed", Failure.objects.count(), "admin:indexer_failure_changelist"),
        _figure("Suggested tags", suggestions, "admin:assetdb_assettag_changelist", "state__exact=suggested"),
        _figure("Runs to review", runs["review"], "admin:generators_run_changelist", "state__exact=review"),
        _figure("Failed runs", runs["failed"], "admin:generators_run_changelist", "state__exact=failed"),
        _figure("Searches missed this week", _missed(), "admin:indexer_searchevent_changelist", "verdict=miss"),
    ]


def _missed() -> str:
    events = SearchEvent.objects.filter(created__gte=timezone.now() - WEEK)
    counted = events.aggregate(all=Count("pk"), missed=Count("pk", filter=Q(verdict="miss")))
    return f"{counted['missed']} of {counted['all']}"


def _figure(title: str, value: int | str, address: str, narrowed: str = "") -> dict[str, Any]:
    return {"title": title, "value": value, "href": reverse(address) + (f"?{narrowed}" if narrowed else "")}
