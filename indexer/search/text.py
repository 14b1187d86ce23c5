"""Answering a text: every sign proposes candidates, coverage judges them, the verdict sums up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assetdb.models import Asset
from assetdb.renditions import preview_image
from indexer import log, words
from indexer.calibration import calibration_of
from indexer.encoders.base import Vectors
from indexer.models import EmbeddingSpace, PictureFacts, Words
from indexer.replica import Replica, replica_of
from indexer.search.closely import look_closely
from indexer.search.coverage import (
    COVERED,
    DESCRIBED,
    SCATTERED,
    TITLE,
    Facts,
    Scored,
    Weighed,
    concept_of,
    weigh,
)
from indexer.search.filters import allowed
from indexer.search.order import in_order
from indexer.search.permitted import Permitted
from indexer.search.query import Concept, named, parse
from indexer.search.results import Ask, Hit, Judgement, Results, Verdict
from indexer.search.thesaurus import alike, sureness
from indexer.search.verdict import nothing_found, sum_up
from indexer.spaces import active_space, text_vectors

UNREAD = "Queries are understood in English and Chinese, and no title or tag here has these words."
EXPLAINS = 0.3
NEAREST = 200
"""How many candidates each sign proposes for each concept."""


def search_text(ask: Ask, space: EmbeddingSpace) -> Results:
    """Answer a query in words."""
    query = ask.query
    parsed = parse(query.text)
    concepts = concept_of(parsed, query.text)
    replica, calibration = replica_of(space), calibration_of(space)
    permitted = Permitted(ask.user, ask.filters, replica)
    carriers = [_worded(concept, permitted, ask.exclude_own_words) for concept in concepts]
    likewise = {} if ask.exclude_own_words else _alike(concepts, permitted)
    candidates = {asset for found in (*carriers, likewise) for asset in found}
    vectors = None
    if parsed.language != "other":
        asked = [named(query.text).strip().lower(), *(concept.words for concept in concepts)]
        vectors = text_vectors(space, asked)
        candidates |= _nearest(replica, vectors, permitted, ask.exclude_own_words)
    assets = sorted(candidates)
    if not assets and parsed.language == "other":
        unread = Verdict("unknown", 0.0, calibration.source, message=UNREAD)
        return Results(query, [], unread, encoder=space.name, total=0)
    if not assets:
        return Results(query, [], nothing_found(concepts, calibration), encoder=space.name, total=0)
    scene = _Scene(replica, assets, ask.exclude_own_words, vectors, permitted)
    weighed = weigh(
        concepts,
        words=carriers,
        pictures=scene.pictures,
        texts=scene.texts,
        called=scene.called,
        facts=_facts(assets, replica, ask.exclude_own_words),
        assets=assets,
        calibration=calibration,
        among=max(field.count(permitted.within) for field in (replica.pictures, replica.texts)),
    )
    _try_alone(weighed, assets, concepts, ask.exclude_own_words, space)
    by_words = _named(query.text, assets, ask.exclude_own_words)
    weighed.named = by_words if weighed.named is None else np.maximum(by_words, weighed.named)
    if not ask.exclude_own_words:
        weighed.put_words_first(np.array([likewise.get(asset, 0.0) for asset in assets]))
    order = weighed.order(scene.whole, weak=calibration.weak)
    verdict = sum_up(weighed, order, calibration)
    total = int((weighed.whole >= calibration.weak).sum())
    if ask.order and total:
        place = {assets[n]: n for n in order[:total]}
        order = np.array([place[asset] for asset in in_order(place, ask.order)], dtype=np.int64)
    hits = _resolve(ask, order[ask.offset : ask.offset + ask.limit], scene, weighed)
    return Results(query, hits, verdict, encoder=space.name, total=total)


def judge(text: str, *, image: Image.Image) -> Judgement:
    """Judge whether a picture that need not be in the library answers ``text``, without any words."""
    space = active_space()
    parts = look_closely(concept_of(parse(text), text), image, space=space, calibration=calibration_of(space))
    covered = {label: likely >= COVERED for label, likely in parts.items()}
    return Judgement(probability=math.prod(parts.values()), covered=covered)


def _nearest(replica: Replica, vectors: Vectors, permitted: Permitted, without_words: frozenset[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    within = permitted.within
    for origin, without in ((replica.pictures, frozenset()), (replica.texts, without_words)):
        for vector in vectors:
            found |= origin.best_assets(vector, NEAREST, within=within, without=without).keys()
    return found


class _Scene:
    """The candidates and their cosines to the query as a whole and to each concept."""

    def __init__(
        self,
        replica: Replica,
        assets: list[UUID],
        without_words: frozenset[UUID],
        vectors: Vectors | None,
        permitted: Permitted,
    ) -> None:
        self.assets = assets
        self.pictures: Scored | None = None
        self.texts: Scored | None = None
        self.called: Scored | None = None
        self.whole = np.zeros(len(assets))
        if vectors is None:
            return
        pictures = replica.pictures.scores(vectors, assets)
        texts = replica.texts.scores(vectors, assets)
        texts[:, [n for n, asset in enumerate(assets) if asset in without_words]] = -np.inf
        visible = permitted.visible.within
        self.pictures = Scored(vectors[1:], pictures[1:], replica.pictures.moments_of(visible))
        moments = replica.texts.moments_of(visible)
        self.texts, self.called = Scored(vectors[1:], texts[1:], moments), Scored(vectors[:1], texts[:1], moments)
        best = np.where(np.isfinite(pictures[0]), pictures[0], texts[0])
        self.whole = np.where(np.isfinite(best), best, 0.0)


def _try_alone(
    weighed: Weighed,
    assets: list[UUID],
    concepts: tuple[Concept, ...],
    on_trial: frozenset[UUID],
    space: EmbeddingSpace,
) -> None:
    """Judge assets whose words are left out as pictures made for this query, not as any of the library's."""
    for asset in Asset.objects.filter(pk__in=on_trial & set(assets)).select_related("blob"):
        row = assets.index(asset.pk)
        image = preview_image(asset, preset="thumb")
        closely = look_closely(concepts, image, space=space, calibration=calibration_of(space))
        for label, likely in closely.items():
            weighed.parts[label][row] = max(weighed.parts[label][row], likely)
        signs = weighed.signs.setdefault("picture", np.zeros(len(assets)))
        signs[row] = max(closely[concept.words] for concept in concepts)


def _named(text: str, assets: list[UUID], without_words: frozenset[UUID]) -> NDArray[np.float64]:
    """Return how sure the query makes as one name: “rock and roll” may be a title as it stands."""
    found = _matched([text], ("title", "tags"), set(assets).intersection) - without_words
    return np.array([TITLE if asset in found else 0.0 for asset in assets])


def _matched(
    asked: list[str],
    columns: Sequence[str],
    among: Callable[[Iterable[UUID]], set[UUID]],
    *,
    every: bool = True,
) -> set[UUID]:
    """Return assets that carry the words, ``among`` those there are; what others hide never crowds them out."""
    limit = NEAREST * 2
    while True:
        found = words.match(asked, columns=columns, limit=limit, every=every)
        seen = among(found)
        if len(found) < limit or len(seen) >= NEAREST:
            return seen
        limit *= 8


def _worded(concept: Concept, permitted: Permitted, without_words: frozenset[UUID]) -> dict[UUID, float]:
    """Return the permitted assets that carry the concept's words, and how sure that makes."""
    parts = concept.words.split()
    sure: dict[UUID, float] = {}
    named = ("title", "tags")
    for asked, columns, level in (
        ([concept.words], named, TITLE),
        (parts if len(parts) > 1 else [], named, SCATTERED),
        (parts, words.COLUMNS, DESCRIBED),
    ):
        for asset in _matched(asked, columns, permitted.among) - without_words:
            sure.setdefault(asset, level)
    return sure


def _alike(concepts: tuple[Concept, ...], permitted: Permitted) -> dict[UUID, float]:
    """Return the permitted assets that are called something like the one thing asked for, and how sure that makes."""
    names = alike(concepts[0].words) if len(concepts) == 1 else {}
    found = _matched(list(names), ("title", "tags"), permitted.among, every=False) if names else set()
    return {asset: sureness(names, text) for asset, text in _told(found).items()}


def _told(assets: Iterable[UUID]) -> dict[UUID, str]:
    """Return the title and tags of each asset in words."""
    rows = Words.objects.filter(asset_id__in=list(assets)).values_list("asset_id", "title", "tags")
    return {asset: f"{title} {tags}" for asset, title, tags in rows}


def _facts(assets: list[UUID], replica: Replica, without_words: frozenset[UUID]) -> list[Facts]:
    texts = _told(set(assets) - without_words)
    unknown = log.unknown_of(replica.space, assets)
    pictures = PictureFacts.objects.in_bulk([asset for asset in assets if asset not in unknown])
    return [Facts(texts.get(asset, ""), pictures.get(asset)) for asset in assets]


def _resolve(ask: Ask, chosen: NDArray[np.int64], scene: _Scene, weighed: Weighed) -> list[Hit]:
    found = allowed(ask.user, ask.filters).in_bulk([scene.assets[n] for n in chosen])
    whole = weighed.whole
    return [
        Hit(
            asset=found[scene.assets[n]],
            score=float(scene.whole[n]),
            probability=float(whole[n]),
            why=tuple(name for name, values in weighed.signs.items() if values[n] >= EXPLAINS),
        )
        for n in chosen
        if scene.assets[n] in found
    ]
