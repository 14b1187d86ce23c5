"""Finding: the index and the words propose, the database decides, the verdict says if it is enough."""

from __future__ import annotations

import logging
import time
from uuid import UUID

from django.db import DatabaseError
from django.dispatch import Signal

from assetdb.access import Caller
from assetdb.models import Asset, User
from indexer.models import EmbeddingSpace, SearchEvent
from indexer.search.filters import EVERYTHING, Filters, allowed
from indexer.search.like import search_like
from indexer.search.order import ordered
from indexer.search.results import Ask, Hit, Order, Query, Results
from indexer.search.text import search_text
from indexer.spaces import active_space

logger = logging.getLogger(__name__)

searched = Signal()
"""A person's search was answered: its ``results``, and the ``seconds`` it took."""


def search(
    query: Query,
    *,
    user: Caller,
    filters: Filters = EVERYTHING,
    limit: int = 24,
    offset: int = 0,
    exclude_own_words: frozenset[UUID] = frozenset(),
    order: Order = "",
    record: bool = False,
) -> Results:
    """Return what answers ``query`` among the assets ``user`` may see and ``filters`` admit.

    Args:
        query: a text, a picture or an asset; empty browses the newest first.
        user: whose eyes; access applies inside the search, never after it.
        filters: conditions that apply inside the search too.
        limit: how many hits to return, from ``offset`` on.
        offset: how many of the best to pass over.
        exclude_own_words: assets whose words and text vector do not count, so that the picture
            alone must answer.
        order: how the answer is ordered. All but relevance order what answers the query, nearer
            ones left out.
        record: whether to leave an event for the miss rate.

    Raises:
        NotFoundError: ``query.asset`` does not exist for this user.
    """
    began = time.monotonic()
    space = active_space()
    ask = Ask(query, user, filters, limit, offset, exclude_own_words, order)
    if not query:
        return _browse(ask, space)
    by_picture = query.image is not None or query.asset is not None
    results = search_like(ask, space) if by_picture else search_text(ask, space)
    if record:
        searched.send(sender=Results, results=results, seconds=time.monotonic() - began)
        _record(results, user)
    return results


def similar(asset: Asset, *, user: Caller, limit: int = 12) -> list[Hit]:
    """Return the assets whose pictures are nearest to that of ``asset``, itself left out."""
    return search(Query(asset=asset.pk), user=user, limit=limit).hits


def _browse(ask: Ask, space: EmbeddingSpace) -> Results:
    assets = ordered(allowed(ask.user, ask.filters), ask.order)
    page = assets.select_related("owner")[ask.offset : ask.offset + ask.limit]
    hits = [Hit(asset, score=0.0, probability=0.0) for asset in page]
    return Results(ask.query, hits, verdict=None, encoder=space.name, total=assets.count())


def _record(results: Results, user: Caller) -> None:
    if results.verdict is None:
        return
    try:
        SearchEvent.objects.create(
            query=results.query.text[:500],
            user=user if isinstance(user, User) else None,
            verdict=results.verdict.kind,
            probability=results.verdict.probability,
            hits=results.total,
        )
    except DatabaseError:
        logger.warning("a search event was lost", exc_info=True)
