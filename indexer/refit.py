"""The library moves the verdict's curve by its own pictures, when it has enough of them and is better for it.

A title or an accepted tag is a query whose answers are known: the assets that carry it. Each is asked
of the library's pictures as they are, and without the answers and what looks like them. Only the
curve of pictures moves: the library's texts hold the very words of these queries.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assetdb.models import Asset, AssetTag, State
from indexer.calibration import calibration_of
from indexer.curves import Scores, search_curve
from indexer.encoders.base import Vectors
from indexer.evidence import Curve, Standing, crowding, stand
from indexer.models import EmbeddingSpace
from indexer.replica import replica_of
from indexer.search.query import parse
from indexer.spaces import text_vectors

LEAST, MOST = 200, 600
"""How many usable queries it takes, and how many are asked at most."""
MOST_ANSWERS = 20
"""A query with more answers than this has too many of its like left when they are taken away."""
ALIKE = 6
"""So many nearest of an answer pass for answers too."""


@dataclass(frozen=True)
class Refit:
    """What came of it: how many queries were usable, log-loss on the unseen half before and after, if adopted."""

    queries: int
    before: float | None = None
    after: float | None = None
    adopted: bool = False

    @property
    def message(self) -> str:
        """Say what came of it."""
        if self.before is None or self.after is None:
            few = f"{self.queries} usable queries; it takes {LEAST}. Give more assets titles or tags."
            return f"{few} Nothing was changed."
        gain = f"log-loss on unseen queries {self.before:.3f} before, {self.after:.3f} after"
        return f"{self.queries} queries, {gain}. " + (
            "The verdict now follows the library." if self.adopted else "Nothing was changed."
        )


def refit(space: EmbeddingSpace) -> Refit:
    """Fit the curve of pictures to the library; keep it if it predicts unseen queries better than the one in use."""
    held = replica_of(space).pictures
    assets = held.assets()
    asked = _usable(assets)
    if len(asked) < LEAST:
        return Refit(len(asked))
    place = {asset: n for n, asset in enumerate(assets)}
    vectors = held.vectors_of(assets)
    rows = np.stack([vectors[asset] for asset in assets])
    calibration = calibration_of(space)
    texts = list(asked)
    queries = text_vectors(space, texts)
    standing = stand(queries, queries @ rows.T, held.moments, calibration.pictures)
    crowd = crowding(queries, calibration.language)
    kept = _kept([[place[asset] for asset in asked[text]] for text in texts], rows)
    unseen = np.array([hashlib.sha256(text.encode()).digest()[0] % 2 == 0 for text in texts])
    tried = Curve(*search_curve(_part(standing, ~unseen), crowd[~unseen], kept[:, ~unseen]))
    before, after = (
        _log_loss(curve, _part(standing, unseen), crowd[unseen], kept[:, unseen])
        for curve in (calibration.by_picture, tried)
    )
    if after >= before:
        return Refit(len(texts), before, after)
    curve = search_curve(standing, crowd, kept)
    EmbeddingSpace.objects.filter(pk=space.pk).update(
        calibration={"by_picture": curve, "queries": len(texts), "log_loss": [before, after]}
    )
    return Refit(len(texts), before, after, adopted=True)


def _usable(assets: Sequence[UUID]) -> dict[str, list[UUID]]:
    """Return the queries with few answers among ``assets``: titles and accepted tags that name one thing."""
    here = set(assets)
    answers: Mapping[str, set[UUID]] = defaultdict(set)
    titles = Asset.objects.filter(state=State.READY).values_list("pk", "title")
    tags = AssetTag.objects.filter(state=AssetTag.State.ACCEPTED).values_list("asset", "tag__name")
    for asset, text in (*titles, *tags):
        parsed = parse(text)
        if asset in here and parsed.language != "other" and len(parsed.concepts) == 1:
            concept = parsed.concepts[0]
            if concept.words == text.strip().lower() and not any(char.isdigit() for char in text):
                answers[concept.words].add(asset)
    usable = {text: sorted(found) for text, found in answers.items() if len(found) <= MOST_ANSWERS}
    chosen = sorted(usable, key=lambda text: hashlib.sha256(text.encode()).digest())[:MOST]
    return {text: usable[text] for text in chosen}


def _kept(answers: Sequence[Sequence[int]], rows: Vectors) -> NDArray[np.bool_]:
    """Return which assets each query is asked of, with its answers and without, shape (2, n, m)."""
    kept = np.ones((2, len(answers), len(rows)), dtype=np.bool_)
    for n, own in enumerate(answers):
        for answer in own:
            kept[1, n, np.argsort(-(rows @ rows[answer]))[: ALIKE + 1]] = False
        kept[1, n, list(own)] = False
    return kept


def _part(standing: Standing, chosen: NDArray[np.bool_]) -> Standing:
    return Standing(standing.cosines[chosen], standing.z[chosen], standing.deviations[chosen])


def _log_loss(curve: Curve, standing: Standing, crowd: Scores, kept: NDArray[np.bool_]) -> float:
    """Return the mean log-loss of the best asset's probability, over searches with an answer and without."""
    odds = curve.log_odds(standing, crowd, among=kept.shape[2])
    hit, miss = (np.where(inside, odds, -np.inf).max(axis=1) for inside in kept)
    return float((np.logaddexp(0, -hit).mean() + np.logaddexp(0, miss).mean()) / 2)
