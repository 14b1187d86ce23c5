"""Where in a search somebody stands who looks at one of its assets: what comes before and after, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from assetdb.access import Caller
from assetdb.errors import DamError
from assetdb.models import Asset
from indexer.search import Hit, search
from webapp.library.ask import PAGE, Ask, read

_DIGITS = 5
"""Of the farthest offset that a search is followed to."""


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """The asset before or after, and the address of its page."""

    asset: Asset
    url: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in a search. ``back`` leads to the page of results that has the asset on it.

    ``total`` is 0 where counting would mislead, as among the nearest of what did not fit.
    """

    number: int
    total: int
    back: str
    query: str
    before: Neighbour | None = None
    after: Neighbour | None = None


def asset_url(asset: Asset, ask: Ask | None, offset: int) -> str:
    """Return the address of an asset's page that knows it is the hit at ``offset`` of the search ``ask``."""
    plain = reverse("asset", args=[asset.pk])
    return plain if ask is None else f"{plain}?{_carried(ask, offset)}"


def place_of(request: HttpRequest, shown: Asset, *, user: Caller) -> Place | None:
    """Return where ``shown`` stands in the search that its address carries; None if it carries none.

    Neighbours come from running that search again around the asset, so they are what the caller
    may see now; where the asset is no longer found nearby there are none.
    """
    said = request.GET.get("at", "")
    if not (said.isascii() and said.isdigit() and len(said) <= _DIGITS):
        return None
    at = int(said)
    try:
        ask = read(QueryDict(request.GET.get("from", "")[:2000]))
        found = _around(ask, at, shown.pk, user)
    except DamError:
        return None
    if found is None:
        return Place(number=0, total=0, back=_back(ask, at, shown), query=_carried(ask, at))
    at, total, before, after = found
    return Place(
        number=at + 1,
        total=total if at < total else 0,
        back=_back(ask, at, shown),
        query=_carried(ask, at),
        before=_neighbour(before, ask, at - 1),
        after=_neighbour(after, ask, at + 1),
    )


def _around(ask: Ask, at: int, asset: UUID, user: Caller) -> tuple[int, int, Hit | None, Hit | None] | None:
    """Return the asset's true offset, the total and its neighbours; what was added meanwhile has moved it."""
    for reach in (1, PAGE // 2):
        start = max(0, at - reach)
        results = search(
            ask.query,
            user=user,
            filters=ask.filters(user),
            limit=at + reach + 1 - start,
            offset=start,
            order=ask.order,
        )
        hits = results.hits
        n = next((n for n, hit in enumerate(hits) if hit.asset.pk == asset), None)
        if n is not None and (n > 0 or start == 0):
            return start + n, results.total, hits[n - 1] if n else None, hits[n + 1] if n + 1 < len(hits) else None
    return None


def _neighbour(hit: Hit | None, ask: Ask, offset: int) -> Neighbour | None:
    return None if hit is None else Neighbour(asset=hit.asset, url=asset_url(hit.asset, ask, offset))


def _carried(ask: Ask, offset: int) -> str:
    return urlencode([("from", ask.url().partition("?")[2]), ("at", str(offset))])


def _back(ask: Ask, at: int, shown: Asset) -> str:
    return f"{ask.url(offset=at // PAGE * PAGE)}#a-{shown.pk}"
