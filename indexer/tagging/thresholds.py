"""What a threshold would do, before it is set: which pictures a tag would be suggested for."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assetdb.access import Caller, visible_to
from assetdb.models import Tag
from indexer.replica import Replica, replica_of
from indexer.spaces import active_space
from indexer.tagging import suggest, vocabulary

SAMPLE = 4000
"""How many pictures are looked at; ids are random, so that the first ones are a fair sample."""


@dataclass(frozen=True)
class Outlook:
    """What ``threshold`` would do for one tag.

    ``count`` of ``total`` pictures would be suggested; both are scaled up from a sample when
    ``estimated``. ``above`` and ``below`` are the pictures nearest to the threshold with their probability.
    """

    threshold: float
    count: int
    total: int
    estimated: bool
    above: list[tuple[UUID, float]]
    below: list[tuple[UUID, float]]


@dataclass(frozen=True)
class _Table:
    """How likely each tag is for each picture of the sample, (pictures, tags)."""

    replica: Replica
    assets: list[UUID]
    size: int
    columns: dict[int, int]
    odds: NDArray[np.float32]


_lock = Lock()
_kept: dict[str, _Table] = {}


def outlook(user: Caller, tag: Tag, *, threshold: float, most: int = 12) -> Outlook:
    """Return for which of the pictures ``user`` may see ``tag`` would be suggested at ``threshold``."""
    tags = [known for known in vocabulary.suggested() if known.pk != tag.pk] + [tag]
    table = _table(tags)
    seen = set(visible_to(user).filter(pk__in=table.assets).values_list("pk", flat=True))
    rows = np.array([n for n, asset in enumerate(table.assets) if asset in seen], dtype=np.intp)
    if not len(rows):
        return Outlook(threshold, 0, 0, False, [], [])
    odds = table.odds[rows]
    own = odds[:, table.columns[tag.pk]]
    chosen = (own >= threshold) & (_ahead(odds, own, tags, table, tag) < suggest.MOST)
    scale = table.size / len(table.assets)
    order = np.argsort(-own)
    above = [n for n in order if own[n] >= threshold][-most:][::-1]
    below = [n for n in order if own[n] < threshold][:most]

    def shown(picked: list[np.intp]) -> list[tuple[UUID, float]]:
        return [(table.assets[rows[n]], float(own[n])) for n in picked]

    return Outlook(
        threshold,
        round(float(chosen.sum()) * scale),
        round(len(rows) * scale),
        table.size > len(table.assets),
        shown(above),
        shown(below),
    )


def _ahead(
    odds: NDArray[np.float32], own: NDArray[np.float32], tags: list[Tag], table: _Table, tag: Tag
) -> NDArray[np.int64]:
    """Return how many other tags each picture would get before this one, since it gets only so many."""
    others = [other for other in tags if other.pk != tag.pk]
    if not others:
        return np.zeros(len(own), dtype=np.int64)
    columns = odds[:, [table.columns[other.pk] for other in others]]
    least = np.array([suggest.threshold_of(other) for other in others], dtype=np.float32)
    return ((columns >= least) & (columns > own[:, None])).sum(axis=1)


def _table(tags: list[Tag]) -> _Table:
    """Return the odds of the sample, read once for a state of the vocabulary and of the log."""
    space = active_space()
    replica = replica_of(space)
    words = sorted((tag.pk, tag.group, tag.slug, tag.name, *tag.prompts) for tag in tags)
    key = f"{space.fingerprint}:{space.head}:{hash(tuple(words))}"
    with _lock:
        if key not in _kept or _kept[key].replica is not replica:
            pictures = replica.pictures
            assets = pictures.assets()[:SAMPLE]
            vectors = pictures.vectors_of(assets)
            odds = np.zeros((0, len(tags)))
            if vectors:
                odds = suggest.probabilities(space, tags, list(vectors), np.stack(list(vectors.values())))
            _kept.clear()
            columns = {tag.pk: n for n, tag in enumerate(tags)}
            _kept[key] = _Table(replica, list(vectors), pictures.count(None), columns, odds.astype(np.float32))
        return _kept[key]
