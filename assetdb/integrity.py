"""Whether rows and files agree, and clearing away what nothing refers to."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.utils import timezone

from assetdb import blobs
from assetdb.models import Asset, Blob, State
from assetdb.models.file import originals, renditions

SCAN = 10_000
"""Most rows or files that one look compares."""
STUCK_AFTER = datetime.timedelta(minutes=15)
_GRACE = datetime.timedelta(hours=1)


def problems(*, scan: int = SCAN) -> list[dict[str, Any]]:
    """Return what is wrong, one dict a kind: ``code``, ``message``, ``count`` and some ``examples``."""
    missing = [b.sha256 for b in Blob.objects.order_by("-created")[:scan] if not originals().exists(b.key)]
    orphans = list(islice(_orphans(), scan))
    late = timezone.now() - STUCK_AFTER
    stuck = Asset.objects.filter(state=State.RECEIVED, created__lt=late, trashed__isnull=True)
    unreadable = Asset.objects.filter(state__in=[State.UNREADABLE, State.QUARANTINED], trashed__isnull=True)
    found = [
        ("missing_files", "originals are not in the storage. Restore them from a backup.", missing),
        ("orphan_files", "stored files belong to nothing. The sweeper removes them.", orphans),
        ("stuck_assets", "assets wait to be read. Check that the worker runs.", _ids(stuck, scan)),
        ("unreadable_assets", "assets cannot be shown. See the list of failures.", _ids(unreadable, scan)),
    ]
    return [
        {"code": code, "message": f"{len(things)} {text}", "count": len(things), "examples": things[:5]}
        for code, text, things in found
        if things
    ]


def sweep(*, older_than: datetime.timedelta = _GRACE, limit: int = SCAN) -> int:
    """Remove blobs without an asset, and files that a kill left behind; return how many.

    Args:
        older_than: how long ago a file was written to count as left behind. An upload that is
            about to use a file finds it gone and writes it again.
    """
    before = timezone.now() - older_than
    shas = list(blobs.unused().filter(created__lt=before).values_list("pk", flat=True)[:limit])
    blobs.release(shas)
    removed = len(shas)
    for sha256 in {sha256_of(key) for key in islice(_orphans(before=before), limit)}:
        blobs.remove_files(sha256)
        removed += 1
    for path in _leftovers(before):
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def _ids(assets: Any, scan: int) -> list[str]:
    return [str(pk) for pk in assets.values_list("pk", flat=True)[:scan]]


def _orphans(*, before: datetime.datetime | None = None) -> Iterator[str]:
    """Yield the keys of stored files whose blob has no row."""
    for storage in (originals(), renditions()):
        for keys in folders(storage):
            rows = Blob.objects.filter(pk__in={sha256_of(key) for key in keys})
            known = set(rows.values_list("pk", flat=True))
            for key in keys:
                if sha256_of(key) not in known and (before is None or _written(storage, key) < before):
                    yield key


def _written(storage: Storage, key: str) -> datetime.datetime:
    try:
        return storage.get_modified_time(key)
    except FileNotFoundError:
        return timezone.now()


def folders(storage: Storage) -> Iterator[list[str]]:
    """Yield the keys of each innermost folder."""
    for first in _listed(storage, "")[0]:
        for second in _listed(storage, first)[0]:
            folder = f"{first}/{second}"
            names = _listed(storage, folder)[1]
            yield [f"{folder}/{name}" for name in names if not name.startswith(".")]


def _listed(storage: Storage, folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _leftovers(before: datetime.datetime) -> Iterator[Path]:
    """Yield temporary files that nobody writes any more."""
    places = [Path(settings.FILE_UPLOAD_TEMP_DIR)]
    places += [Path(s.location) for s in (originals(), renditions()) if isinstance(s, FileSystemStorage)]
    for place in places:
        pattern = "*.upload*" if place == places[0] else "**/.incoming-*"
        for path in place.glob(pattern):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path


def sha256_of(key: str) -> str:
    """Return the sha256 of the blob that a stored file belongs to."""
    return key.rpartition("/")[2].partition(".")[0]
