"""Keeping a library: its database at one moment, and beside it every original that this names.

``DIR/originals`` holds originals by their sha256, for all backups in ``DIR``, so that the next one copies only
what is new. ``DIR/20261125T162411.042Z`` is one backup; it bears ``.partial`` until it is whole. The database is
written first, and then what it names: originals are never changed, and none is deleted meanwhile.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import connection
from django.utils import timezone

from assetdb import blobs, dump, manifest
from assetdb.errors import DamError
from assetdb.manifest import LISTED, ORIGINALS, PARTIAL, Backup, Manifest, Report
from assetdb.models import Blob
from assetdb.models.file import originals
from assetdb.storage import DurableStorage

LEFT_OUT = [
    "renditions: made again from the originals when somebody looks",
    "the vector index: read again from the database",
    "messages of the broker: the sweeper rings for whatever is left to do",
    "static files, logs and unfinished uploads",
    "weights of models that are not built in",
]
KEY = "secret_key"
SECRET = ("SECRET", "TOKEN", "PASSWORD", "KEY", "URL")
"""A variable whose name holds one of these may hold a secret: that it is set is kept, and not its value."""
_OURS = ("LACUNA_", "AWS_", "DATABASE_URL", "CELERY_BROKER_URL", "HOST", "PORT", "TZ")
_PACKAGES = ("Django", "torch", "open_clip_torch")
_LONGEST = 24 * 3600
"""Seconds after which files are deleted again, should a backup have died."""
_SPARE = 64 << 20
_CHUNK = 1 << 20


class _DamagedError(Exception):
    """An original's bytes are not those that its name promises."""


def make(folder: Path, *, report: Report) -> Backup:
    """Keep the library in a new folder of ``folder`` and return it. An interrupted one is gone on with.

    Originals that the library itself has lost are listed in the manifest's ``lost``, and the rest is kept.

    Raises:
        DamError: ``no_room``, ``backup_running``, ``not_writable`` or as ``dump.write``.
    """
    with _held(folder):
        for left in folder.glob(f"*{PARTIAL}"):
            shutil.rmtree(left)
        now = timezone.now()
        name = f"{now:%Y%m%dT%H%M%S}.{now.microsecond // 1000:03}Z"
        partial = folder / f"{name}{PARTIAL}"
        partial.mkdir(mode=0o700)
        snapshot, lost = _taken(partial, folder, report)
        listed = "".join(f"{sha256}\t{size}\n" for sha256, size in sorted(snapshot.blobs.items()))
        manifest.put(partial / LISTED, listed)
        _keep_key(partial)
        told = _manifest(partial, snapshot, lost)
        manifest.write(partial, told)
        _settle(partial)
        partial.rename(folder / name)
        _settle(folder)
        return Backup(folder / name, told)


def secret_key_file() -> Path:
    """Return where a library keeps the key it signs with, unless the environment has it."""
    return Path(settings.LACUNA_HOME) / KEY


def require_room(folder: Path, needed: int) -> None:
    """Refuse to begin what cannot end.

    Raises:
        DamError: ``no_room``.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise DamError(
            "no_room",
            f"There is not enough room in “{folder}”: {(needed + _SPARE) >> 20} MB are needed and {free >> 20} MB are "
            "free. Nothing was begun.",
            status=507,
        )


def _taken(partial: Path, folder: Path, report: Report) -> tuple[dump.Snapshot, list[str]]:
    """Write the database, and copy what it names while no file may go."""
    dump.require_library()
    require_room(folder, dump.size())
    blobs.keep_files(seconds=_LONGEST)
    try:
        report("database", 0, 1)
        snapshot = dump.write(partial / dump.FILES[connection.vendor])
        report("database", 1, 1)
        return snapshot, _copied(snapshot.blobs, folder, report)
    finally:
        blobs.keep_files(seconds=0)


def _copied(named: dict[str, int], folder: Path, report: Report) -> list[str]:
    """Copy the originals that are not there yet; return those that the library's own storage has not whole."""
    target = DurableStorage(location=folder / ORIGINALS)
    new = {sha256: size for sha256, size in sorted(named.items()) if not _there(target, sha256, size)}
    require_room(folder, sum(new.values()))
    lost = []
    for number, sha256 in enumerate(new):
        key = Blob(sha256=sha256).key
        try:
            with originals().open(key) as file:
                target.save(key, _Checked(file, sha256))
        except (FileNotFoundError, _DamagedError):
            lost.append(sha256)
        report("originals", number + 1, len(new))
    return lost


class _Checked(File):
    """A file that ends in an error when its bytes were not those of ``sha256``."""

    def __init__(self, file: File, sha256: str) -> None:
        super().__init__(file.file)
        self.sha256 = sha256

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for chunk in super().chunks(chunk_size or _CHUNK):
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != self.sha256:
            raise _DamagedError


def _there(target: DurableStorage, sha256: str, size: int) -> bool:
    path = Path(target.path(Blob(sha256=sha256).key))
    return path.exists() and path.stat().st_size == size


def _keep_key(partial: Path) -> None:
    if not os.environ.get("LACUNA_SECRET_KEY") and secret_key_file().exists():
        manifest.put(partial / KEY, secret_key_file().read_text())


def _manifest(partial: Path, snapshot: dump.Snapshot, lost: list[str]) -> Manifest:
    kept = [size for sha256, size in snapshot.blobs.items() if sha256 not in set(lost)]
    return Manifest(
        made=timezone.now().isoformat(timespec="seconds"),
        vendor=connection.vendor,
        database=dump.FILES[connection.vendor],
        files={path.name: manifest.digest_of(path) for path in sorted(partial.iterdir())},
        originals={"count": len(kept), "bytes": sum(kept)},
        counts=snapshot.counts,
        migrations=[list(one) for one in snapshot.migrations],
        versions={"Python": platform.python_version()} | dict(_versions()),
        settings=dict(_settings()),
        left_out=LEFT_OUT,
        lost=lost,
    )


def _versions() -> Iterator[tuple[str, str]]:
    yield connection.vendor, ".".join(map(str, connection.get_database_version()))
    for name in _PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _settings() -> Iterator[tuple[str, str]]:
    """Yield what the environment says of this library, without its secrets."""
    for name, value in sorted(os.environ.items()):
        if name.startswith(_OURS):
            yield name, "set, and not kept here" if any(word in name for word in SECRET) else value


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Make ``folder`` if need be and hold it, so that two backups never share an unfinished one."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise DamError("not_writable", f"“{folder}” cannot be written to: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Another backup into “{folder}” is under way. Wait until it is done."
            raise DamError("backup_running", message, status=409) from None
        yield


def _settle(folder: Path) -> None:
    """Have the names in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
