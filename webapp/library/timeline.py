"""Browsing a large library by number and by month without walking through all that lies before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from assetdb.access import Caller
from assetdb.models import Asset
from indexer.search.filters import allowed
from indexer.search.order import ordered
from webapp.library.ask import Ask

BY_DATE = ("", "newest", "oldest")


def browsed(ask: Ask, user: Caller) -> QuerySet[Asset]:
    """Return what is browsed when nothing is asked, in its order."""
    return ordered(allowed(user, ask.filters(user)), ask.order)


def slice_ids(assets: QuerySet[Asset], *, offset: int, limit: int, total: int) -> list[UUID]:
    """Return the ids of some of ``assets``, counted from the nearer end."""
    end = min(offset + limit, total)
    if offset >= end:
        return []
    if offset <= total // 2:
        return list(assets.values_list("pk", flat=True)[offset:end])
    return list(assets.reverse().values_list("pk", flat=True)[total - end : total - offset])[::-1]


def months(ask: Ask, user: Caller) -> list[dict[str, str | int]]:
    """Return how many assets came in each month, in the order they are browsed; none if not by date."""
    if ask.query or ask.order not in BY_DATE:
        return []
    first = "month" if ask.order == "oldest" else "-month"
    rows = allowed(user, ask.filters(user)).order_by().annotate(month=TruncMonth("created"))
    counted: list[tuple[datetime, int]] = list(
        rows.values("month").annotate(n=Count("pk")).order_by(first).values_list("month", "n")
    )
    return [{"month": f"{month:%Y-%m}", "count": n} for month, n in counted]
