"""What there is to tell a hook: read from the logs' positions on, as things are now.

Many changes of one thing since the last reading are told once. Nothing is recorded for it: that an
asset is new, or that a tag was decided on, follows from the positions the rows bear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from assetdb import changes
from assetdb.access import seen_by, visible_to
from assetdb.imports import imports_of
from assetdb.models import Asset, AssetTag, ImportRun, Review
from generators.models import Run
from generators.steering import runs_of
from webapp.webhooks.models import Webhook

MOST = 500
"""Positions of a log that one message covers."""
ADDED, CHANGED, TRASHED = "assets.added", "assets.changed", "assets.trashed"
DECIDED, IMPORTED, PING = "tags.decided", "import.finished", "ping"
OF_ASSETS = frozenset({ADDED, CHANGED, TRASHED})
OF_RUNS = {
    "run.proposed": Run.State.REVIEW,
    "run.published": Run.State.PUBLISHED,
    "run.rejected": Run.State.REJECTED,
    "run.failed": Run.State.FAILED,
}
EVENTS = (ADDED, CHANGED, TRASHED, DECIDED, *OF_RUNS, IMPORTED)
"""What a hook may ask for."""
_OVER = (ImportRun.State.DONE, ImportRun.State.FAILED, ImportRun.State.CANCELLED)

Item = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """What was read: the things by event, where the reading ended, and whether it ended for being full."""

    things: dict[str, list[Item]]
    positions: dict[str, int]
    full: bool


def anything_new(hook: Webhook) -> bool:
    """Return whether a log went on since ``hook`` read it."""
    return any(changes.head(log) > hook.positions.get(log, 0) for log in (changes.LIBRARY, changes.WORK))


def read(hook: Webhook) -> Reading:
    """Return what ``hook`` asked for and its owner may see, from its positions on."""
    things: dict[str, list[Item]] = {}
    positions, full = {}, False
    for log, asked in ((changes.LIBRARY, (_assets(hook), _tags(hook))), (changes.WORK, (_runs(hook), _imports(hook)))):
        # Read first: everything up to the head is committed, and what changes later moves beyond it.
        head, after = changes.head(log), hook.positions.get(log, 0)
        found = sorted({position for rows in asked for position in _positions(rows, after, head)})
        until = found[MOST - 1] if len(found) >= MOST else head
        full |= until < head
        for name, item in _told([_between(rows, after, until) for rows in asked], after):
            if name in hook.events:
                things.setdefault(name, []).append(item)
        positions[log] = until
    return Reading(things, positions, full)


def _fields(rows: QuerySet) -> tuple[str, ...]:
    """Return which positions of a row count: an asset's first one too, or a later change would hide that it is new."""
    return ("changed", "added") if rows.model is Asset else ("changed",)


def _positions(rows: QuerySet, after: int, until: int) -> Iterator[int]:
    for field in _fields(rows):
        within = rows.filter(**{f"{field}__gt": after, f"{field}__lte": until})
        yield from within.order_by(field).values_list(field, flat=True)[:MOST]


def _between(rows: QuerySet, after: int, until: int) -> QuerySet:
    ranges = [Q(**{f"{field}__gt": after, f"{field}__lte": until}) for field in _fields(rows)]
    return rows.filter(reduce(or_, ranges)).order_by("changed")


def _assets(hook: Webhook) -> QuerySet[Asset]:
    assets = seen_by(hook.owner)
    return assets if OF_ASSETS & set(hook.events) else assets.none()


def _tags(hook: Webhook) -> QuerySet[AssetTag]:
    # Asked of each row, and the zero written out, so that the few decided lately are found by their index.
    seen = Exists(visible_to(hook.owner).filter(pk=OuterRef("asset")))
    decided = AssetTag.objects.filter(seen, changed__gt=0)
    return decided.select_related("tag") if DECIDED in hook.events else decided.none()


def _runs(hook: Webhook) -> QuerySet[Run]:
    return runs_of(hook.owner).filter(state__in=[state for name, state in OF_RUNS.items() if name in hook.events])


def _imports(hook: Webhook) -> QuerySet[ImportRun]:
    imports = imports_of(hook.owner).filter(state__in=_OVER)
    return imports if IMPORTED in hook.events else imports.none()


def _told(read: list[QuerySet], after: int) -> Iterator[tuple[str, Item]]:
    decided: dict[str, Item] = {}
    for row in chain.from_iterable(read):
        match row:
            case Asset():
                if name := _of_asset(row, after):
                    yield name, _asset(row)
            case AssetTag():
                item = decided.setdefault(str(row.asset_id), {"asset": str(row.asset_id), "tags": []})
                item["tags"].append({"tag": row.tag.slug, "state": row.state})
            case Run():
                yield next(name for name, state in OF_RUNS.items() if state == row.state), _run(row)
            case ImportRun():
                yield IMPORTED, _import(row)
    for item in decided.values():
        yield DECIDED, item


def _of_asset(asset: Asset, after: int) -> str:
    """Return which event an asset's change is; none for one that came and went unheard of."""
    new = asset.added > after
    if asset.trashed is not None or asset.review == Review.REJECTED:
        return "" if new else TRASHED
    return ADDED if new else CHANGED


def _asset(asset: Asset) -> Item:
    return {
        "id": str(asset.pk),
        "title": asset.title,
        "kind": asset.kind,
        "state": asset.state,
        "origin": asset.origin,
        "review": asset.review,
        "visibility": asset.visibility,
        "licence": asset.licence,
        "trashed": asset.trashed and asset.trashed.isoformat(),
        "url": reverse("api:asset-detail", args=[asset.pk]),
    }


def _run(run: Run) -> Item:
    return {
        "id": str(run.pk),
        "query": run.query,
        "state": run.state,
        "asset": run.asset_id and str(run.asset_id),
        "reason": run.reason,
        "error": {"code": run.error_code, "message": run.error_message} if run.error_code else None,
        "url": reverse("api:generation-detail", args=[run.pk]),
    }


def _import(run: ImportRun) -> Item:
    return {
        "id": str(run.pk),
        "source": run.source,
        "state": run.state,
        "total": run.total,
        "done": run.done,
        "failed": run.failed,
        "message": run.message,
    }
