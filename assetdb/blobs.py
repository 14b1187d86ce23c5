"""Byte strings in content-addressed storage: putting them there, and taking the last one away."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files import File
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, QuerySet

from assetdb import sniff
from assetdb.errors import DamError, StorageError
from assetdb.models import Blob, Counter, Rendition
from assetdb.models.file import originals, renditions

_CHUNK = 1 << 20
_logger = logging.getLogger(__name__)
_IN_MEMORY = 4 << 20
_KEPT = "files_kept_until"
"""The counter that holds the time, in seconds since 1970, until which no file is deleted."""


@contextmanager
def blob_lock(sha256: str) -> Iterator[None]:
    """Hold the right to add or remove the row and the files of one blob, until the commit.

    On SQLite a transaction is the only writer already; PostgreSQL takes an advisory lock.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])
        yield


@contextmanager
def received(source: IO[bytes] | Path) -> Iterator[tuple[IO[bytes], Blob]]:
    """Copy ``source`` aside while hashing it; yield the copy and its unsaved ``Blob``.

    The copy vanishes with the process: it is in memory or an unlinked file.

    Raises:
        DamError: ``too_large``.
        StorageError: the copy cannot be written.
        OSError: ``source`` is a path that cannot be read.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR)) as copy:
        if isinstance(source, Path):
            with source.open("rb") as file:
                digest, size = _copy(file, copy)
        else:
            digest, size = _copy(source, copy)
        copy.seek(0)
        media_type = sniff.media_type(copy.read(sniff.HEAD))
        yield copy, Blob(sha256=digest, size=size, media_type=media_type)


def _copy(source: IO[bytes], copy: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > settings.LACUNA_UPLOAD_LIMIT:
            limit = settings.LACUNA_UPLOAD_LIMIT // (1 << 20)
            raise DamError(
                "too_large",
                f"The file is over {limit} MB. Upload a smaller one, or raise LACUNA_UPLOAD_LIMIT.",
                status=413,
            )
        digest.update(chunk)
        with _storing():
            copy.write(chunk)
    return digest.hexdigest(), size


def store(copy: IO[bytes], blob: Blob) -> None:
    """Put the bytes into storage unless they are there. Nothing refers to them yet.

    Raises:
        StorageError: the storage does not take them now.
    """
    with _storing():
        if not originals().exists(blob.key):
            copy.seek(0)
            originals().save(blob.key, File(copy))


@contextmanager
def _storing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _logger.exception("the storage failed")
        raise StorageError(error) from error


def keep(copy: IO[bytes], blob: Blob) -> Blob:
    """Make the blob's row, inside ``blob_lock``, and return it.

    A purge may have removed the file since ``store``; then it is written again.
    """
    store(copy, blob)
    kept, _ = Blob.objects.get_or_create(
        sha256=blob.sha256, defaults={"size": blob.size, "media_type": blob.media_type}
    )
    return kept


def add(source: IO[bytes] | Path) -> Blob:
    """Keep bytes that are no asset yet. Refer to the blob within the hour, or it is swept.

    Raises:
        DamError: ``too_large``.
    """
    with received(source) as (copy, blob):
        store(copy, blob)
        with blob_lock(blob.sha256):
            return keep(copy, blob)


def unused() -> QuerySet[Blob]:
    """Return the blobs that no row of any floor protects."""
    holders = [relation for relation in Blob._meta.related_objects if relation.on_delete is models.PROTECT]
    rows = Blob.objects.all()
    for relation in holders:
        holder = cast("type[models.Model]", relation.related_model)
        held = holder._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        rows = rows.filter(~Exists(held))
    return rows


def release(sha256s: Iterable[str]) -> None:
    """Delete each blob that nothing refers to any more, and its files once that is committed."""
    for sha256 in sorted(set(sha256s)):
        with blob_lock(sha256):
            if unused().filter(pk=sha256).delete()[0]:
                transaction.on_commit(partial(remove_files, sha256))


def keep_files(*, seconds: int) -> None:
    """Have no file deleted for so long, whatever becomes of its row: a backup copies what its snapshot names.

    What nothing refers to by then is left to the sweeper.
    """
    Counter.objects.update_or_create(pk=_KEPT, defaults={"value": int(time.time()) + seconds})


def remove_files(sha256: str) -> None:
    """Delete the files of a blob that has no row. An upload of the same bytes waits meanwhile."""
    with blob_lock(sha256):
        kept = Counter.objects.filter(pk=_KEPT, value__gt=int(time.time())).exists()
        if kept or Blob.objects.filter(pk=sha256).exists():
            return
        blob = Blob(sha256=sha256)
        for preset in Rendition.Preset.values:
            renditions().delete(Rendition(blob=blob, preset=preset).key)
        originals().delete(blob.key)
