"""The view that turns received files into pictures: size, date, renditions, or a typed failure."""

from __future__ import annotations

import datetime
import logging
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from assetdb import blobs, changes, nudges, renditions
from assetdb.access import Caller, editable_by
from assetdb.errors import UnreadableError
from assetdb.models import Asset, Kind, State
from assetdb.sandbox import Decoded, SandboxError

LEASE = datetime.timedelta(minutes=5)
MOST_ATTEMPTS = 3
REFUSED = ("empty_file", "unsupported_format")
"""What was found without reading the picture, and would be found again."""
_READERS = min(4, os.cpu_count() or 1)
_SETTLED = ["state", "kind", "width", "height", "captured", "notes"]
_SETTLED += ["error_code", "error_message", "leased_until"]
_logger = logging.getLogger(__name__)

Outcome = Decoded | UnreadableError | None
"""What reading a file came to; ``None`` is a trouble that is not the file's own."""


def pending() -> QuerySet[Asset]:
    """Return the assets whose file nobody has read yet and nobody is reading now."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
    return Asset.objects.filter(free, state=State.RECEIVED)


def catch_up(*, ids: Iterable[UUID] | None = None, limit: int = 64, readers: int = _READERS) -> int:
    """Read up to ``limit`` received files and return how many were taken up.

    Files are decoded outside any transaction, in ``readers`` children at a time. A file that
    fails fails alone.
    """
    claimed = _claim(ids, limit)
    if not claimed:
        return 0
    with ThreadPoolExecutor(max_workers=min(readers, len(claimed))) as pool:
        outcomes = dict(zip((asset.pk for asset in claimed), pool.map(_read, claimed), strict=True))
    _settle(claimed, outcomes)
    return len(claimed)


def unreadable_of(user: Caller) -> QuerySet[Asset]:
    """Return the caller's files that could not be read, or were refused."""
    return editable_by(user).filter(state__in=[State.UNREADABLE, State.QUARANTINED], trashed__isnull=True)


def read_again(ids: Iterable[UUID]) -> int:
    """Put files that could not be read in line again and return how many.

    What was refused unread, since it is empty, of no readable kind or in quarantine, stays refused.
    """
    failed = Asset.objects.filter(pk__in=list(ids), state=State.UNREADABLE).exclude(error_code__in=REFUSED)
    again = failed.update(state=State.RECEIVED, attempts=0, leased_until=None, error_code="", error_message="")
    if again:
        nudges.nudge(nudges.PREPARE)
    return again


def _claim(ids: Iterable[UUID] | None, limit: int) -> list[Asset]:
    with transaction.atomic():
        free = pending() if ids is None else pending().filter(pk__in=list(ids))
        free = free.order_by("attempts", "created").select_for_update(skip_locked=True, of=("self",))
        claimed = list(free.select_related("blob")[:limit])
        for asset in claimed:
            asset.leased_until = timezone.now() + LEASE
            asset.attempts += 1
        Asset.objects.bulk_update(claimed, ["leased_until", "attempts"])
    return claimed


def _read(asset: Asset) -> Outcome:
    """Decode one file and store its renditions. Touches no database: this runs in a thread."""
    try:
        if asset.attempts > MOST_ATTEMPTS:
            raise UnreadableError(
                "gave_up", f"Reading was broken off {MOST_ATTEMPTS} times. Upload the file again to retry."
            )
        decoded = renditions.read_blob(asset.blob)
        renditions.save_files(asset.blob, decoded)
        return decoded
    except UnreadableError as error:
        return error
    except (SandboxError, OSError):
        _logger.exception("asset %s could not be read now", asset.pk)
        return None


def _settle(claimed: list[Asset], outcomes: dict[UUID, Outcome]) -> None:
    """Record the outcomes of those assets that still are; take away the files of the others."""
    with transaction.atomic():
        ids = [asset.pk for asset in claimed]
        waiting = Asset.objects.filter(pk__in=ids, state=State.RECEIVED)
        rows = list(waiting.select_for_update(of=("self",)).select_related("blob").order_by("pk"))
        settled = []
        for asset in rows:
            outcome = outcomes[asset.pk]
            if isinstance(outcome, Decoded):
                _make_ready(asset, outcome)
            elif outcome is not None:
                asset.state = State.UNREADABLE
                asset.error_code, asset.error_message = outcome.code, outcome.message
            if outcome is not None:
                asset.leased_until = None
                settled.append(asset)
        Asset.objects.bulk_update(
            settled,
            [
                "state",
                "kind",
                "width",
                "height",
                "captured",
                "notes",
                "error_code",
                "error_message",
                "leased_until",
            ],
        )
        changes.touch(asset.pk for asset in settled)
    for asset in set(claimed) - set(rows):
        blobs.remove_files(asset.blob_id)


def _make_ready(asset: Asset, decoded: Decoded) -> None:
    asset.state, asset.kind = State.READY, Kind.IMAGE
    asset.width, asset.height = decoded.width, decoded.height
    asset.captured = decoded.captured
    asset.notes = [*asset.notes, *decoded.notes]
    renditions.save_rows(asset.blob, decoded)
