"""The suggestion view: a few fitting tags for each picture, from its stored vector and its measured colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from assetdb.models import Asset, AssetTag, Tag
from indexer import log, views
from indexer.encoders.base import Vectors
from indexer.models import EmbeddingSpace, PictureFacts
from indexer.replica import PICTURE, replica_of
from indexer.spaces import active_space
from indexer.tagging import measured, reading, vocabulary

MOST = 10
"""How many suggestions an asset gets at most."""
THRESHOLD = 0.5
"""Least probability for a tag without a threshold of its own."""


def view_of(space: EmbeddingSpace, tags: list[Tag]) -> str:
    """Return the name under which this vocabulary, read this way, follows this space.

    What a score means depends on the pictures around it, so all are read anew each time the log has doubled.
    """
    size = space.head.bit_length()
    state = f"{size}.{vocabulary.digest(tags)}.{reading.digest()}.{measured.VERSION}"
    return f"suggest:{space.fingerprint[:16]}:{state}"


def pending() -> int:
    """Return how many rows of the embedding log the suggestions have not read."""
    space = active_space()
    return space.head - views.position_of(view_of(space, vocabulary.suggested()))


def catch_up(*, limit: int = 512) -> int:
    """Suggest tags for the next ``limit`` rows of the embedding log; return how many were read.

    Suggestions nobody has decided on are replaced. A person's decision is never touched.
    """
    space, tags = active_space(), vocabulary.suggested()
    with views.hold(view_of(space, tags)) as lease:
        if lease is None:
            return 0
        rows = next(log.read(space, after=lease.position, chunk=limit), [])
        if not rows:
            return 0
        assets = sorted({row.asset_id for row in rows if row.segment == PICTURE})
        chosen = suggest(space, tags, assets) if tags else {}
        with transaction.atomic():
            lease.advance(rows[-1].seq)
            _store(space, assets, chosen)
        return len(rows)


@dataclass(frozen=True)
class Suggestion:
    """A tag that may fit, with its probability."""

    tag: Tag
    probability: float


def suggest(space: EmbeddingSpace, tags: Sequence[Tag], assets: Sequence[UUID]) -> dict[UUID, list[Suggestion]]:
    """Return at most ten fitting tags for each asset whose picture the space knows, best first."""
    vectors = replica_of(space).pictures.vectors_of(assets)
    if not vectors:
        return {}
    table = probabilities(space, tags, list(vectors), np.stack(list(vectors.values())))
    chosen = {}
    for asset, row in zip(vectors, table, strict=True):
        fitting = [Suggestion(tags[n], float(row[n])) for n in np.argsort(-row) if row[n] >= threshold_of(tags[n])]
        chosen[asset] = fitting[:MOST]
    return chosen


def threshold_of(tag: Tag) -> float:
    """Return the least probability at which ``tag`` is suggested."""
    return THRESHOLD if tag.threshold is None else tag.threshold


def probabilities(
    space: EmbeddingSpace, tags: Sequence[Tag], assets: Sequence[UUID], pictures: Vectors
) -> NDArray[np.float64]:
    """Return how likely each tag fits each picture, shape (len(pictures), len(tags)).

    ``pictures`` are the vectors of ``assets``. Tags that can be measured are, the others are read
    off the vectors.
    """
    table = np.zeros((len(pictures), len(tags)))
    rules = {n: rule for n, tag in enumerate(tags) if (rule := measured.rule_of(tag))}
    facts = PictureFacts.objects.in_bulk(list(assets)) if rules else {}
    for row, asset in enumerate(assets):
        if asset in facts:
            table[row, list(rules)] = [rule(facts[asset]) for rule in rules.values()]
    read = [n for n in range(len(tags)) if n not in rules]
    if read:
        prompts = [tags[n].prompts or [tags[n].name] for n in read]
        moments = replica_of(space).pictures.moments
        table[:, read] = reading.probabilities(space, prompts, pictures, moments=moments)
    return table


def _store(space: EmbeddingSpace, assets: list[UUID], chosen: dict[UUID, list[Suggestion]]) -> None:
    undecided = AssetTag.objects.filter(asset__in=assets, decided_at__isnull=True, state=AssetTag.State.SUGGESTED)
    undecided.delete()
    alive = set(Asset.objects.filter(pk__in=chosen).values_list("pk", flat=True))
    AssetTag.objects.bulk_create(
        [
            AssetTag(
                asset_id=asset,
                tag=suggestion.tag,
                source=AssetTag.Source.ZERO_SHOT,
                score=round(suggestion.probability, 4),
                model=space.name,
            )
            for asset, suggestions in chosen.items()
            if asset in alive
            for suggestion in suggestions
        ],
        ignore_conflicts=True,
    )
