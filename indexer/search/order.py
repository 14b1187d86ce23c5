"""In what order an answer is shown when it is not by relevance."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from assetdb.models import Asset
from indexer.search.results import Order

_FIELDS: dict[Order, tuple[str, ...]] = {
    "": ("-created", "pk"),
    "newest": ("-created", "pk"),
    "oldest": ("created", "pk"),
    "largest": ("-blob__size", "pk"),
    "name": ("title", "pk"),
}


def ordered(assets: QuerySet[Asset], order: Order) -> QuerySet[Asset]:
    """Return ``assets`` in that order; empty stands for the newest first."""
    return assets.order_by(*_FIELDS[order])


def in_order(ids: Iterable[UUID], order: Order) -> list[UUID]:
    """Return ``ids`` of assets in that order."""
    return list(ordered(Asset.objects.filter(pk__in=list(ids)), order).values_list("pk", flat=True))
