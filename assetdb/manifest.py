"""What a backup says of itself, and whether its files are still what it says."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assetdb.errors import DamError
from assetdb.models import Blob

MANIFEST, LISTED, ORIGINALS = "manifest.json", "originals.tsv", "originals"
PARTIAL = ".partial"
FORMAT = 1
_CHUNK = 1 << 20
Report = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Manifest:
    """The contents of ``manifest.json``. ``files`` has the sha256 of each file of the backup's own folder."""

    made: str
    vendor: str
    database: str
    files: dict[str, str]
    originals: dict[str, int]
    counts: dict[str, int]
    migrations: list[list[str]]
    versions: dict[str, str]
    settings: dict[str, str]
    left_out: list[str]
    lost: list[str] = field(default_factory=list)
    format: int = FORMAT


@dataclass(frozen=True)
class Backup:
    """One finished backup: its folder, what it says of itself, and the originals it shares with others."""

    folder: Path
    manifest: Manifest

    @property
    def dump(self) -> Path:
        return self.folder / self.manifest.database

    def original(self, sha256: str) -> Path:
        """Return where an original is kept."""
        return self.folder.parent / ORIGINALS / Blob(sha256=sha256).key

    def blobs(self) -> dict[str, int]:
        """Return the bytes of each original that is kept, by its sha256."""
        lines = (self.folder / LISTED).read_text().splitlines()
        listed = {sha256: int(size) for sha256, _, size in (line.partition("\t") for line in lines)}
        return {sha256: size for sha256, size in listed.items() if sha256 not in set(self.manifest.lost)}


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, as the last file of a backup."""
    put(folder / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


def put(path: Path, text: str) -> None:
    """Write a small file for its owner's eyes that is whole after a power cut."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def find(folder: Path) -> Backup:
    """Return the backup in ``folder``, or the latest of those below it.

    Raises:
        DamError: ``not_a_backup`` or ``newer_backup``.
    """
    within = [folder] if (folder / MANIFEST).exists() else sorted(folder.glob(f"*/{MANIFEST}"), reverse=True)
    finished = [path if path.is_dir() else path.parent for path in within]
    finished = [path for path in finished if path.suffix != PARTIAL]
    if not finished:
        unfinished = folder.suffix == PARTIAL or any(folder.glob(f"*{PARTIAL}"))
        why = "what is there was not finished" if unfinished else "there is no manifest.json"
        raise DamError("not_a_backup", f"“{folder}” is no backup of a library: {why}.", status=404)
    return Backup(finished[0], _read(finished[0] / MANIFEST))


def damages(backup: Backup, *, report: Report) -> list[dict[str, Any]]:
    """Read every file of a backup and return what is wrong, one dict a file: ``code``, ``file`` and ``message``."""
    found = list(_own_damages(backup))
    if any(damage["file"] == LISTED for damage in found):
        return found
    blobs = backup.blobs()
    for number, (sha256, size) in enumerate(blobs.items()):
        found += _look(backup.original(sha256), sha256, backup.folder.parent, size=size)
        report("checking", number + 1, len(blobs))
    return found


def digest_of(path: Path) -> str:
    """Return the sha256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _own_damages(backup: Backup) -> Iterator[dict[str, Any]]:
    for name, digest in backup.manifest.files.items():
        yield from _look(backup.folder / name, digest, backup.folder)


def _look(path: Path, digest: str, root: Path, *, size: int | None = None) -> Iterator[dict[str, Any]]:
    name = path.relative_to(root).as_posix()
    if not path.exists():
        yield {"code": "missing", "file": name, "message": f"{name} is not there."}
    elif (size is not None and path.stat().st_size != size) or digest_of(path) != digest:
        yield {"code": "damaged", "file": name, "message": f"{name} is not what was written."}


def _read(path: Path) -> Manifest:
    try:
        said = json.loads(path.read_text())
        if said["format"] > FORMAT:
            message = "This backup was made by a newer version of Lacuna. Install that version first."
            raise DamError("newer_backup", message, status=409)
        return Manifest(**said)
    except (ValueError, KeyError, TypeError) as error:
        raise DamError("not_a_backup", f"“{path}” cannot be read. Use another backup.") from error
