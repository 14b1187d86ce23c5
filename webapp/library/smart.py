"""What a collection holds: by hand, or by what its saved search finds now."""

from __future__ import annotations

from uuid import UUID
from zlib import crc32

from django.core.cache import cache
from django.http import QueryDict

from assetdb import collections
from assetdb.access import Caller
from assetdb.models import Asset, Collection
from indexer.search import search
from webapp.library.ask import read

MOST = 500
"""How many pictures a link to a saved search opens."""
FRESH = 60
"""Seconds for which a link opens what its search found, so that a page of pictures is not as many searches."""


def contents(found: Collection, user: Caller, start: int, *, limit: int) -> tuple[list[Asset], int]:
    """Return some of the assets of a collection, as ``user`` sees it, and how many there are."""
    if not found.search:
        assets = collections.items(user, found)
        return list(assets[start : start + limit]), assets.count()
    ask = read(QueryDict(found.search))
    results = search(ask.query, user=user, filters=ask.filters(user), limit=limit, offset=start, order=ask.order)
    return [hit.asset for hit in results.hits][: max(0, results.total - start)], results.total


def found_by(found: Collection, user: Caller) -> list[UUID]:
    """Return the ids of what a saved search finds for ``user``, best first; nothing for a collection made by hand."""
    if not found.search:
        return []
    key = f"smart-{found.pk}-{user.pk}-{crc32(found.search.encode())}"
    ids: list[UUID] | None = cache.get(key)
    if ids is None:
        ids = [asset.pk for asset in contents(found, user, 0, limit=MOST)[0]]
        cache.set(key, ids, FRESH)
    return ids
