"""The embedding log: written in order, read in order, whole.

A position is taken from the space's ``head`` in the transaction that writes the rows; the lock
on that row is held until the commit, so a reader that has seen position N has seen all up to N.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import F
from numpy.typing import NDArray

from assetdb.models import Asset
from indexer.models import Embedding, EmbeddingSpace

STORED = np.dtype("<f2")


@dataclass(frozen=True)
class Entry:
    """What is to stand in the log for one segment; ``vector`` None writes a tombstone."""

    asset_id: UUID
    segment: str
    vector: NDArray[np.float32] | None
    source_digest: str = ""
    known: bool = True


def write(space: EmbeddingSpace, entries: Sequence[Entry]) -> None:
    """Append ``entries`` to the log of ``space``; a segment's earlier row is rewritten.

    Must run inside a transaction, after everything slow.
    """
    if not entries:
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the log is written inside a transaction")
    EmbeddingSpace.objects.filter(pk=space.pk).update(head=F("head") + len(entries))
    first = EmbeddingSpace.objects.values_list("head", flat=True).get(pk=space.pk) - len(entries) + 1
    Embedding.objects.bulk_create(
        [
            Embedding(
                space=space,
                asset_id=entry.asset_id,
                segment=entry.segment,
                seq=first + n,
                vector=None if entry.vector is None else entry.vector.astype(STORED).tobytes(),
                source_digest=entry.source_digest,
                known=entry.known,
            )
            for n, entry in enumerate(entries)
        ],
        update_conflicts=True,
        unique_fields=["space", "asset_id", "segment"],
        update_fields=["seq", "vector", "source_digest", "known"],
    )


def read(
    space: EmbeddingSpace, *, after: int, until: int | None = None, chunk: int = 5000
) -> Iterator[list[Embedding]]:
    """Yield the rows of ``space`` beyond position ``after`` in order, up to ``until`` if given, a chunk at a time."""
    beyond = Embedding.objects.filter(space=space)
    if until is not None:
        beyond = beyond.filter(seq__lte=until)
    while True:
        rows = list(beyond.filter(seq__gt=after).order_by("seq")[:chunk])
        if not rows:
            return
        yield rows
        after = rows[-1].seq


def vector_of(row: Embedding) -> NDArray[np.float32] | None:
    """Return the row's vector, shape (dim,), of length 1; None for a tombstone."""
    if row.vector is None:
        return None
    vector = np.frombuffer(row.vector, STORED).astype(np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def unknown_of(space: EmbeddingSpace, assets: Iterable[UUID]) -> set[UUID]:
    """Return those of ``assets`` whose picture is of a kind the space was not made for."""
    rows = Embedding.objects.filter(space=space, asset_id__in=list(assets), segment="image", known=False)
    return set(rows.values_list("asset_id", flat=True))


def prune(space: EmbeddingSpace, *, chunk: int = 1000) -> int:
    """Write tombstones for rows whose asset has been purged; return how many."""
    live = Embedding.objects.filter(space=space, vector__isnull=False)
    gone = live.exclude(asset_id__in=Asset.objects.values("pk"))[:chunk]
    with transaction.atomic():
        entries = [Entry(row.asset_id, row.segment, None) for row in gone]
        write(space, entries)
    return len(entries)
