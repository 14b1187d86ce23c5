"""What a search may find, for one caller and one set of filters: rows of the index, kept and brought up to date.

The database decides. Its answer is kept as a table over the rows of a space and follows the change log
and the embedding log, so that the next search of the same caller asks for what changed only. A table that
is a moment old costs an answer, never a leak: every hit is asked of the database once more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
from django.conf import settings
from django.db.models import QuerySet
from numpy.typing import NDArray

from assetdb import access, changes
from assetdb.access import Caller
from assetdb.models import Asset
from indexer.indexes.base import Allowed
from indexer.models import Embedding, EmbeddingSpace
from indexer.replica import Replica
from indexer.search.filters import EVERYTHING, Filters, allowed

REMEMBERED = 64
"""How many tables a process keeps: a byte a row each."""
CHANGED_AT_MOST = 20_000
"""After more changes than this a table is asked for anew."""
_ASKED_AT_ONCE = 10_000


@dataclass(frozen=True)
class _Version:
    library: int
    log: int
    collections: tuple[int, ...]


@dataclass(eq=False)
class _Table:
    """Rows that may be found, by their ids."""

    version: _Version
    rows: NDArray[np.bool_]
    within: Allowed


@dataclass(frozen=True, eq=False)
class Permitted:
    """The assets that ``user`` may see and ``filters`` admit, for one search; listed when they are asked for."""

    user: Caller
    filters: Filters
    replica: Replica

    @property
    def assets(self) -> QuerySet[Asset]:
        """The assets themselves."""
        return allowed(self.user, self.filters)

    @cached_property
    def within(self) -> Allowed:
        """Their rows in the index."""
        return _table(self).within

    def among(self, assets: Iterable[UUID]) -> set[UUID]:
        """Return those of ``assets`` that are permitted."""
        asked = list(assets)
        found: set[UUID] = set()
        for start in range(0, len(asked), _ASKED_AT_ONCE):
            part = asked[start : start + _ASKED_AT_ONCE]
            found.update(self.assets.filter(pk__in=part).values_list("pk", flat=True))
        return found

    @cached_property
    def visible(self) -> Permitted:
        """Everything the caller may see, whatever the filters."""
        return replace(self, filters=EVERYTHING) if self.filters else self


_tables: WeakKeyDictionary[Replica, OrderedDict[tuple, _Table]] = WeakKeyDictionary()
_lock = Lock()


def _table(asked: Permitted) -> _Table:
    user = asked.user
    key = (user.pk, getattr(user, "role", ""), user.is_active, settings.LACUNA_PUBLIC, asked.filters)
    now = _version(asked)
    with _lock:
        tables = _tables.setdefault(asked.replica, OrderedDict())
        known = tables.get(key)
    if known is not None and known.version == now:
        return known
    fresh = _brought_up(asked, known, now) if known is not None else None
    fresh = fresh or _asked_anew(asked, now)
    with _lock:
        tables[key] = fresh
        tables.move_to_end(key)
        while len(tables) > REMEMBERED:
            tables.popitem(last=False)
    return fresh


def _version(asked: Permitted) -> _Version:
    log = EmbeddingSpace.objects.values_list("head", flat=True).get(pk=asked.replica.space.pk)
    return _Version(changes.head(), log, access.opened_by_collections(asked.user))


def _asked_anew(asked: Permitted, now: _Version) -> _Table:
    live = Embedding.objects.filter(space=asked.replica.space, vector__isnull=False)
    ids = np.fromiter(live.filter(asset_id__in=asked.assets.values("pk")).values_list("pk", flat=True), dtype=np.int64)
    rows = np.zeros(int(ids.max()) + 1 if len(ids) else 0, dtype=bool)
    rows[ids] = True
    return _Table(now, rows, Allowed.where(rows))


def _brought_up(asked: Permitted, known: _Table, now: _Version) -> _Table | None:
    """Return the table with what changed since it was made, or None if that is too much or not known."""
    before = known.version
    steps = (now.library - before.library) + (now.log - before.log)
    if now.collections != before.collections or steps > CHANGED_AT_MOST:
        return None
    moved = set(Asset.objects.filter(changed__gt=before.library).values_list("pk", flat=True))
    rows = Embedding.objects.filter(space=asked.replica.space)
    moved |= set(rows.filter(seq__gt=before.log).values_list("asset_id", flat=True))
    theirs = rows.filter(asset_id__in=moved)
    ids = np.fromiter(theirs.values_list("pk", flat=True), dtype=np.int64)
    if not len(ids):
        return _Table(now, known.rows, known.within)
    found = theirs.filter(asset_id__in=asked.among(moved), vector__isnull=False)
    live = np.fromiter(found.values_list("pk", flat=True), dtype=np.int64)
    # Rows may have come between the two questions.
    table = np.zeros(max(int(ids.max()) + 1, int(live.max(initial=-1)) + 1, len(known.rows)), dtype=bool)
    table[: len(known.rows)] = known.rows
    table[ids] = False
    table[live] = True
    return _Table(now, table, Allowed.where(table, after=known.within))
