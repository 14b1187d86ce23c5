"""Where files come from: folders, and the sample library; and imports that survive a kill."""

from __future__ import annotations

import datetime
import errno
import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from assetdb import changes, ingest, nudges, openmoji, prepare
from assetdb.errors import DamError
from assetdb.items import Item
from assetdb.models import Asset, Counter, ImportRun, Origin, State, User

SAMPLE = "openmoji"
SOURCES: dict[str, Callable[[], Iterator[Item]]] = {SAMPLE: openmoji.items}
"""What an import may be made from, by the name that its row carries."""

LEASE = datetime.timedelta(minutes=5)
_BATCH = 32
_GONE = (errno.ENOENT, errno.ELOOP, errno.ENOTDIR)
_logger = logging.getLogger(__name__)


def sample_items() -> Iterator[Item]:
    """Yield the sample library: OpenMoji's base illustrations, named in English and Chinese, untagged."""
    return openmoji.items()


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every regular file under ``paths``, folders recursively, in a stable order.

    Hidden files and folders are left out. A link is followed only to a file inside the folder
    that was named.

    Raises:
        DamError: ``no_such_path``.
    """
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from _walk_folder(path)
        else:
            raise DamError("no_such_path", f"There is no file or folder “{path}”.", status=404)


@contextmanager
def opened(path: Path, *, within: Iterable[Path]) -> Iterator[IO[bytes]]:
    """Open a file that ``walk(within)`` found, and nothing that took its place since.

    Below a folder that was named no link is followed any more: each step down is taken from the one before, so
    that a file or a folder exchanged for a link out of it leads nowhere.

    Raises:
        DamError: ``no_such_path``.
        OSError: the file cannot be read.
    """
    root = next((root for root in within if root in path.parents), None)
    if root is None:
        with path.open("rb") as file:
            yield file
        return
    try:
        descriptor = _descend(root.resolve(), path.resolve(strict=True))
    except (ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _GONE:
            raise
        message = f"“{path}” is no file in the folder “{root}” any more."
        raise DamError("no_such_path", message, status=404) from error
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _descend(root: Path, path: Path) -> int:
    """Return a descriptor of the regular file ``path`` below ``root``, both without links as of now."""
    *folders, name = path.relative_to(root).parts
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
    finally:
        os.close(here)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "no regular file")
    return descriptor


def _walk_folder(root: Path) -> Iterator[Path]:
    inside = root.resolve()
    for folder, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file() and path.resolve().is_relative_to(inside):
                yield path


def start_sample(owner: User) -> ImportRun | None:
    """Queue the import of the sample once, into a library that has never held anything.

    Returns:
        The new import, or ``None`` if the sample is switched off, was imported before, or the
        library is not empty.
    """
    if not settings.LACUNA_SAMPLE:
        return None
    with transaction.atomic():
        Counter.objects.select_for_update().get_or_create(pk="sample")
        if ImportRun.objects.filter(source=SAMPLE).exists() or Asset.objects.exists():
            return None
        run = ImportRun.objects.create(source=SAMPLE, owner=owner)
        nudges.nudge(nudges.IMPORTS)
    return run


def pending() -> QuerySet[ImportRun]:
    """Return the imports that are not finished and that nobody works on now."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
    return ImportRun.objects.filter(free, state__in=ImportRun.OPEN)


def catch_up(*, limit: int | None = None) -> int:
    """Carry on the oldest pending import for up to ``limit`` files and return how many were taken."""
    run = pending().order_by("created").first()
    return run_import(run, limit=limit) if run else 0


def cancel(run_id: UUID) -> bool:
    """Stop an import after the files in hand; return whether it was still running."""
    with transaction.atomic():
        run = ImportRun.objects.filter(pk=run_id, state__in=ImportRun.OPEN)
        stopped = bool(run.update(state=ImportRun.State.CANCELLED))
        if stopped:
            changes.mark(ImportRun.objects.filter(pk=run_id))
    return stopped


def resume(run_id: UUID) -> bool:
    """Queue a failed or cancelled import again, to go on where it ended; return whether it was either."""
    over = [ImportRun.State.FAILED, ImportRun.State.CANCELLED]
    if not ImportRun.objects.filter(pk=run_id, state__in=over).update(state=ImportRun.State.QUEUED, message=""):
        return False
    nudges.nudge(nudges.IMPORTS)
    return True


def run_import(run: ImportRun, *, limit: int | None = None) -> int:
    """Ingest and prepare what is left of an import, batch by batch, and return how many files.

    It goes on where the last finished batch ended. A batch cut short is repeated, which changes
    nothing, since the same bytes are the same asset. A cancelled import stops at the next batch.
    """
    if not pending().filter(pk=run.pk).update(state=ImportRun.State.RUNNING, leased_until=timezone.now() + LEASE):
        return 0
    run.refresh_from_db()
    taken = 0
    try:
        items = list(SOURCES[run.source]())
        left = islice(items, run.done + run.failed, None)
        while batch := list(islice(left, _BATCH)):
            if limit is not None and taken >= limit:
                break
            failed = _take(batch, owner=run.owner)
            taken += len(batch)
            if not _advance(run, done=len(batch) - failed, failed=failed, total=len(items)):
                return taken
        else:
            _finish(run, ImportRun.State.DONE, total=len(items))
    except DamError as error:
        _finish(run, ImportRun.State.FAILED, message=error.message)
    finally:
        ImportRun.objects.filter(pk=run.pk).update(leased_until=None)
    return taken


def _take(batch: list[Item], *, owner: User) -> int:
    """Ingest and prepare a batch; return how many of it failed."""
    ids = []
    for item in batch:
        try:
            ids.append(ingest_item(item, owner=owner).asset.pk)
        except OSError:
            _logger.exception("%s could not be read", item.path.name)
    prepare.catch_up(ids=ids, limit=len(ids))
    bad = Asset.objects.filter(pk__in=ids, state__in=[State.UNREADABLE, State.QUARANTINED]).count()
    return len(batch) - len(ids) + bad


def ingest_item(item: Item, *, owner: User) -> ingest.Ingested:
    """Ingest one file of a source under the rights its source states."""
    return ingest.ingest(
        item.path,
        owner=owner,
        file_name=item.path.name,
        origin=Origin.IMPORTED,
        title=item.title,
        title_zh=item.title_zh,
        licence=item.licence,
        credit=item.credit,
        source_url=item.source_url,
    )


def _advance(run: ImportRun, *, done: int, failed: int, total: int) -> bool:
    """Record a finished batch; return whether the import should go on."""
    run.done += done
    run.failed += failed
    running = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING)
    return bool(running.update(done=run.done, failed=run.failed, total=total, leased_until=timezone.now() + LEASE))


def _finish(run: ImportRun, state: ImportRun.State, **fields: object) -> None:
    with transaction.atomic():
        running = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING)
        if running.update(state=state, **fields):
            changes.mark(ImportRun.objects.filter(pk=run.pk))
