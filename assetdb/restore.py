"""A backup becomes a library again, in a home and a database that hold nothing yet."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from assetdb import backup, dump, integrity, manifest
from assetdb.errors import DamError
from assetdb.manifest import Backup, Report
from assetdb.models import Blob
from assetdb.models.file import originals


def restore(kept: Backup, *, report: Report) -> None:
    """Put originals, database and key in place. Interrupted, it may be run again.

    The database comes last of what is large, and wholly or not at all: until it is there, nothing is.

    Raises:
        DamError: ``newer_backup``, ``other_database``, ``not_empty``, ``no_room``, ``damaged_backup`` or as
            ``dump.load``.
    """
    _require_known(kept)
    _require_empty(kept)
    _require_whole(kept)
    _require_room(kept)
    _put_originals(kept, report)
    _put_key(kept)
    report("database", 0, 1)
    dump.load(kept.dump)
    report("database", 1, 1)


def _require_known(kept: Backup) -> None:
    known = set(MigrationLoader(None).disk_migrations)
    unknown = [f"{app}.{name}" for app, name in kept.manifest.migrations if (app, name) not in known]
    if unknown:
        raise DamError(
            "newer_backup",
            f"This backup was made by a newer version of Lacuna: {unknown[0]} is not known here. Install that version "
            "first.",
            status=409,
        )
    if kept.manifest.vendor != connection.vendor:
        raise DamError(
            "other_database",
            f"This backup is of a library on {kept.manifest.vendor}, and DATABASE_URL names {connection.vendor}. "
            "Name a database of the same kind.",
            status=409,
        )


def _require_empty(kept: Backup) -> None:
    """Refuse to mix a backup with anything but what an interrupted restoring of the same one left."""
    if not dump.is_empty():
        message = "The database has tables already. Name an empty one, or another LACUNA_HOME: nothing is overwritten."
        raise DamError("not_empty", message, status=409)
    blobs = kept.blobs()
    folders = integrity.folders(originals())
    foreign = next((key for key in chain.from_iterable(folders) if integrity.sha256_of(key) not in blobs), None)
    if foreign is not None:
        raise DamError(
            "not_empty",
            f"The storage of originals holds files of another library already, such as {foreign}. Name an empty one.",
            status=409,
        )


def _require_whole(kept: Backup) -> None:
    """Look at the small files now, and at each original before it is put in place."""
    for name, digest in kept.manifest.files.items():
        path = kept.folder / name
        if not path.exists() or manifest.digest_of(path) != digest:
            raise _damaged(kept, path)
    for sha256, size in kept.blobs().items():
        path = kept.original(sha256)
        if not path.exists() or path.stat().st_size != size:
            raise _damaged(kept, path)


def _require_room(kept: Backup) -> None:
    target, blobs = originals(), kept.blobs()
    if isinstance(target, FileSystemStorage):
        folder = Path(target.location)
        folder.mkdir(parents=True, exist_ok=True)
        needed = sum(size for sha256, size in blobs.items() if not target.exists(Blob(sha256=sha256).key))
        backup.require_room(folder, needed + kept.dump.stat().st_size)


def _put_originals(kept: Backup, report: Report) -> None:
    blobs = kept.blobs()
    for number, (sha256, size) in enumerate(blobs.items()):
        key, path = Blob(sha256=sha256).key, kept.original(sha256)
        if not (originals().exists(key) and originals().size(key) == size):
            if manifest.digest_of(path) != sha256:
                raise _damaged(kept, path)
            with path.open("rb") as file:
                originals().save(key, File(file))
        report("originals", number + 1, len(blobs))


def _put_key(kept: Backup) -> None:
    """Put the key in the place of the one that this very process made for an empty home."""
    if backup.KEY in kept.manifest.files and not os.environ.get("LACUNA_SECRET_KEY"):
        beside = backup.secret_key_file().with_suffix(".restored")
        manifest.put(beside, (kept.folder / backup.KEY).read_text())
        beside.replace(backup.secret_key_file())


def _damaged(kept: Backup, path: Path) -> DamError:
    name = path.relative_to(kept.folder.parent).as_posix()
    return DamError(
        "damaged_backup",
        f"{name} is not there, or not what was written. See what else is wrong with backup --verify, and use an "
        "earlier backup.",
        extra={"file": name},
    )
