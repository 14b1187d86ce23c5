"""What of a space is sealed on disk: immutable segments, named by a manifest that is replaced in one step.

A view of the embedding log like any other: when it is missing, foreign or damaged, the log is read instead and
new segments are built. Nothing is lost with it but the time.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from indexer import views
from indexer.indexes import segment as segments
from indexer.indexes.segment import BrokenSegmentError, Segment
from indexer.models import Embedding, EmbeddingSpace
from indexer.spaces import active_space

if TYPE_CHECKING:
    from indexer.replica import Field

FORMAT = 1
MANIFEST = "manifest.json"
GRACE = 600
"""Seconds for which files that the manifest no longer names are kept for whoever is opening them."""
KNOWN_BY = 32
"""Rows by which a log is known again."""
AT_ONCE = 20_000
"""Rows that are copied into a new segment at once."""
_logger = logging.getLogger(__name__)

StoredMoments = tuple[int, NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Sizes:
    """From how many rows on things are done otherwise."""

    seal: int = 50_000
    at_most: int = 250_000
    partition: int = 5_000_000
    lists: int = 4_096

    def lists_for(self, count: int) -> int:
        """Return into how many lists a segment of ``count`` rows is partitioned; 0 is a graph."""
        return min(self.lists, max(8, count // 40)) if count >= self.partition else 0


SIZES = Sizes()


@dataclass(frozen=True)
class Opened:
    """One field's segments, and the moments of the living rows in them."""

    segments: tuple[Segment, ...]
    moments: StoredMoments


@dataclass(frozen=True)
class OpenedSpace:
    """What is sealed of a space up to ``position`` of its log; ``stamp`` tells one manifest from the next."""

    position: int
    stamp: int
    fields: dict[str, Opened]


def folder_of(space: EmbeddingSpace) -> Path:
    """Return where the segments of a space are."""
    return Path(settings.LACUNA_HOME) / "indexes" / space.fingerprint[:16]


def stamp(space: EmbeddingSpace) -> int:
    """Return when the manifest was written, 0 if there is none."""
    try:
        return (folder_of(space) / MANIFEST).stat().st_mtime_ns
    except OSError:
        return 0


def opened(space: EmbeddingSpace) -> OpenedSpace | None:
    """Map what is sealed of a space, or return None where nothing is that can be used."""
    folder = folder_of(space)
    for _ in range(3):
        written = stamp(space)
        if not written:
            return None
        try:
            about = json.loads((folder / MANIFEST).read_text())
            if (about["format"], about["fingerprint"], about["dim"]) != (FORMAT, space.fingerprint, space.dim):
                raise BrokenSegmentError("the manifest belongs to something else")
            if not _same_log(space, about["latest"]):
                raise BrokenSegmentError("the log is not the one that was sealed, such as after a backup was restored")
            fields = {name: _opened(folder, one) for name, one in about["fields"].items()}
            return OpenedSpace(int(about["position"]), written, fields)
        except (BrokenSegmentError, OSError, ValueError, KeyError, TypeError) as error:
            # A newer manifest may have come, and its segments taken the place of these.
            if stamp(space) == written:
                _logger.warning("the sealed index of %s cannot be used and is built anew: %s", space.name, error)
                shutil.rmtree(folder, ignore_errors=True)
                return None
    return None


def _latest(space: EmbeddingSpace, position: int) -> list[list[Any]]:
    """Return the last rows that were sealed: key, asset and place in the log."""
    rows = Embedding.objects.filter(space=space, seq__lte=position).order_by("-seq")[:KNOWN_BY]
    return [[row_id, asset.hex, seq] for row_id, asset, seq in rows.values_list("pk", "asset_id", "seq")]


def _same_log(space: EmbeddingSpace, latest: list[list[Any]]) -> bool:
    """Whether the rows last sealed are still there; a row may have moved on, never back."""
    rows = Embedding.objects.filter(space=space, pk__in=[row_id for row_id, _, _ in latest])
    now = {row_id: (asset.hex, seq) for row_id, asset, seq in rows.values_list("pk", "asset_id", "seq")}
    return all(row_id in now and now[row_id][0] == asset and now[row_id][1] >= seq for row_id, asset, seq in latest)


def _opened(folder: Path, about: dict[str, Any]) -> Opened:
    found = []
    for one in about["segments"]:
        part = Segment(folder / one["name"])
        part.bury(part.ids[np.load(folder / one["dead"])])
        found.append(part)
    moments = np.load(folder / about["moments"])
    return Opened(tuple(found), (int(moments["count"]), moments["total"], moments["outer"]))


def pending(*, sizes: Sizes = SIZES) -> int:
    """Return how many rows of the log wait to be sealed; fewer than make a segment are none."""
    space = active_space()
    waiting = space.head - _position(space)
    return waiting if waiting >= sizes.seal else 0


def _position(space: EmbeddingSpace) -> int:
    """Return how far the manifest reaches, 0 without a readable one."""
    try:
        return int(json.loads((folder_of(space) / MANIFEST).read_text())["position"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def catch_up(*, sizes: Sizes = SIZES) -> int:
    """Seal the next rows of the log, at most ``sizes.at_most`` of them; return how many were sealed."""
    from indexer.replica import Replica

    if not pending(sizes=sizes):
        return 0
    space = active_space()
    with views.hold(_view(space)) as lease:
        if lease is None:
            return 0
        replica = Replica(space)
        start = replica.position
        replica.catch_up(until=start + sizes.at_most)
        folder = folder_of(space)
        folder.mkdir(parents=True, exist_ok=True)
        fields = {
            name: _seal(folder, held, sizes=sizes, renew=lease.renew)
            for name, held in (("image", replica.pictures), ("text", replica.texts))
        }
        about = {"format": FORMAT, "fingerprint": space.fingerprint, "dim": space.dim}
        about |= {"position": replica.position, "latest": _latest(space, replica.position), "fields": fields}
        with transaction.atomic():
            lease.advance(replica.position)
            _replace(folder / MANIFEST, json.dumps(about).encode())
        _tidy(folder, about)
        return replica.position - start


def _view(space: EmbeddingSpace) -> str:
    return f"seal:{space.fingerprint[:16]}"


def _seal(folder: Path, held: Field, *, sizes: Sizes, renew: Callable[[], None]) -> dict[str, Any]:
    """Write a field's recent rows as a segment, together with segments that are not much larger or half dead."""
    index = held.index
    kept, merged, size = list(index.segments), [], len(index.recent)
    while kept and (len(kept[-1]) < 2 * size or len(kept[-1]) * 2 < kept[-1].count):
        merged.append(kept.pop())
        size += len(merged[-1])
    ids = np.concatenate([index.recent.ids(), *(part.ids[~part.dead] for part in merged)])
    names = [part.folder.name for part in kept]
    if len(ids):
        names.append(uuid.uuid4().hex[:12])

        def vectors() -> Iterator[NDArray[np.float16]]:
            for start in range(0, len(ids), AT_ONCE):
                yield index.vectors(ids[start : start + AT_ONCE]).astype(segments.STORED)

        segments.write(
            folder / names[-1],
            ids=ids,
            owners=index.owners(ids),
            vectors=vectors,
            dim=index.dim,
            lists=sizes.lists_for(len(ids)),
            renew=renew,
        )
    mark = f"{time.time_ns():x}"
    dead = [np.flatnonzero(part.dead) for part in kept] + [np.zeros(0, dtype=np.int64)] * (len(names) - len(kept))
    rows = []
    for name, places in zip(names, dead, strict=True):
        np.save(folder / f"{name}.{mark}.dead.npy", places)
        rows.append({"name": name, "dead": f"{name}.{mark}.dead.npy"})
    moments = held.moments
    about = f"{uuid.uuid4().hex[:8]}.{mark}.moments.npz"
    np.savez(folder / about, count=moments.count, total=moments.total, outer=moments.outer)
    return {"segments": rows, "moments": about}


def _replace(path: Path, data: bytes) -> None:
    """Put a file in the place of another, in one step that outlives a power cut."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _tidy(folder: Path, about: dict[str, Any]) -> None:
    """Remove what the manifest does not name, once nobody can be opening it any more."""
    named = {MANIFEST}
    for one in about["fields"].values():
        named |= {one["moments"], *(row["dead"] for row in one["segments"]), *(row["name"] for row in one["segments"])}
    before = time.time() - GRACE
    for path in folder.iterdir():
        if path.name in named or path.stat().st_mtime > before:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
