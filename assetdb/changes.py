"""The change log: a position on every asset that views read on from.

A position is taken as the last act of a transaction. The counter's row lock is then held until
the commit, so positions become visible in the order of their numbers and a reader that has seen
N has seen everything up to N. A primary key does not have that property: a database hands those
out before the commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from assetdb import nudges
from assetdb.models import Asset, AssetTag, Counter

LIBRARY = "library"
"""The log of what changed in the library: assets, and what people decided about their tags."""
WORK = "work"
"""The log of work: a run that came to its review or ended, an import that ended."""
_CHUNK = 500


def take(name: str, *, count: int = 1) -> int:
    """Advance counter ``name`` by ``count`` and return the first of the new positions.

    Must run inside a transaction, as its last write.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("positions are taken inside a transaction")
    if not Counter.objects.filter(pk=name).update(value=F("value") + count):
        Counter.objects.get_or_create(pk=name)
        Counter.objects.filter(pk=name).update(value=F("value") + count)
    return Counter.objects.get(pk=name).value - count + 1


def touch(asset_ids: Iterable[UUID]) -> None:
    """Record that these assets changed: call it last in the transaction that changed them."""
    ids = sorted(set(asset_ids))
    if not ids:
        return
    position = take(LIBRARY, count=len(ids))
    for start in range(0, len(ids), _CHUNK):
        rows = [Asset(pk=pk, changed=position + start + n) for n, pk in enumerate(ids[start : start + _CHUNK])]
        Asset.objects.bulk_update(rows, ["changed"])
        Asset.objects.filter(pk__in=ids[start : start + _CHUNK], added=0).update(added=F("changed"))
    nudges.nudge(nudges.CHANGES)


def touch_tagged(rows: QuerySet[AssetTag]) -> None:
    """Record that people decided on these tags: their assets changed, and each row takes its asset's position."""
    touch(rows.values_list("asset", flat=True))
    rows.update(changed=Subquery(Asset.objects.filter(pk=OuterRef("asset")).values("changed")))


def mark(work: QuerySet) -> None:
    """Give a run or an import its place in the log of work: the last act of a transaction, after ``touch``."""
    work.update(changed=take(WORK))


def head(name: str = LIBRARY) -> int:
    """The newest position of a log."""
    return Counter.objects.filter(pk=name).values_list("value", flat=True).first() or 0
