"""Browsing a large library by number and by month without walking through all that lies before."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.core.cache import cache
from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast, Substr

from assetdb import changes
from assetdb.access import Caller
from assetdb.models import Asset
from indexer.search.filters import Filters, allowed
from indexer.search.order import ordered
from indexer.search.results import Order

BY_DATE = ("", "newest", "oldest")
FAR = 5_000
"""Offset from which counting through all that lies before takes longer than asking for the months."""
_FRESH = 60
"""Seconds for which the months of a library that has not changed are not counted again."""

Month = tuple[datetime, datetime, int]
"""When a month (in UTC, as the database writes it) begins and ends, and how many assets came in it."""


def browsed(user: Caller, filters: Filters, *, order: Order = "") -> QuerySet[Asset]:
    """Return what is browsed when nothing is asked, in its order."""
    return ordered(allowed(user, filters), order)


def slice_ids(user: Caller, filters: Filters, *, order: Order = "", offset: int, limit: int, total: int) -> list[UUID]:
    """Return the ids of some of what is browsed; far in, counted from the nearest month or end."""
    assets = browsed(user, filters, order=order)
    end = min(offset + limit, total)
    if offset >= end:
        return []
    if offset >= FAR and order in BY_DATE:
        assets, start = _from_month(assets, _counted(user, filters, order), order, offset)
        return list(assets.values_list("pk", flat=True)[start : start + end - offset])
    if offset <= total // 2:
        return list(assets.values_list("pk", flat=True)[offset:end])
    return list(assets.reverse().values_list("pk", flat=True)[total - end : total - offset])[::-1]


def months(user: Caller, filters: Filters, *, order: Order = "") -> list[dict[str, str | int]]:
    """Return how many assets came in each month, in the order they are browsed; none if not by date."""
    if order not in BY_DATE:
        return []
    return [{"month": f"{begin:%Y-%m}", "count": count} for begin, _, count in _counted(user, filters, order)]


def _from_month(
    assets: QuerySet[Asset], counted: list[Month], order: Order, offset: int
) -> tuple[QuerySet[Asset], int]:
    """Return what is browsed from the month on that holds ``offset``, and how far in it that is."""
    before = 0
    for begin, end, count in counted:
        if before + count > offset:
            near = {"created__gte": begin} if order == "oldest" else {"created__lt": end}
            return assets.filter(**near), offset - before
        before += count
    return assets, offset


def _counted(user: Caller, filters: Filters, order: Order) -> list[Month]:
    key = f"months:{user.pk}:{hash(filters)}:{changes.head()}"
    found: list[Month] | None = cache.get(key)
    if found is None:
        found = _count(allowed(user, filters).order_by())
        cache.set(key, found, _FRESH)
    return found if order == "oldest" else found[::-1]


def _count(assets: QuerySet[Asset]) -> list[Month]:
    """Count by the month as it is written: the database does that itself, and in one pass."""
    month = Substr(Cast("created", CharField()), 1, len("2026-11"))
    rows = assets.values(written=month).annotate(n=Count("pk")).order_by("written")
    return [(*_bounds(row["written"]), row["n"]) for row in rows]


def _bounds(written: str) -> tuple[datetime, datetime]:
    year, month = map(int, written.split("-"))
    return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
