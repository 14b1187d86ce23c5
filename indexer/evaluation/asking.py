"""A query asked of the sample library as the product asks it, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

import numpy as np

from indexer.evaluation.verdict_cases import Library, content
from indexer.evidence import Calibration
from indexer.search.coverage import SCATTERED, TITLE, Scored, Weighed, concept_of, weigh
from indexer.search.query import Concept, named, parse
from indexer.search.thesaurus import alike, sureness


class Asking:
    """What the product makes of ``text`` over ``assets``, all of them being candidates."""

    def __init__(self, library: Library, text: str, assets: list[UUID]) -> None:
        self.assets = assets
        self.concepts = concept_of(parse(text), text)
        asked = [named(text).strip().lower(), *(concept.words for concept in self.concepts)]
        vectors = library.encoder.encode_texts(asked)
        self.pictures, self.texts = (
            Scored(vectors[1:], field.scores(vectors[1:], assets), field.moments_of(field.within(assets)))
            for field in (library.pictures, library.texts)
        )
        self.called = Scored(vectors[:1], library.texts.scores(vectors[:1], assets), self.texts.moments)
        self.words = [_worded(library, concept, assets) for concept in self.concepts]
        self.facts = [library.facts[asset] for asset in assets]

    def weigh(self, calibration: Calibration, *, alone: bool = False) -> Weighed:
        """Weigh every asset; ``alone`` takes picture vectors as the only sign."""
        return weigh(
            self.concepts,
            words=[{} for _ in self.concepts] if alone else self.words,
            pictures=self.pictures,
            texts=None if alone else self.texts,
            called=None if alone else self.called,
            facts=self.facts,
            assets=self.assets,
            calibration=calibration,
            among=len(self.assets),
        )

    def best(self, calibration: Calibration, *, alone: bool = False) -> float:
        """Return the best asset's probability."""
        return float(self.weigh(calibration, alone=alone).whole.max())

    def first(self, count: int, calibration: Calibration) -> list[UUID]:
        """Return the first assets of the answer."""
        scores = self.pictures.scores[0].astype(np.float64)
        names = alike(self.concepts[0].words)
        weighed = self.weigh(calibration)
        weighed.put_words_first(np.array([sureness(names, fact.text) for fact in self.facts]))
        order = weighed.order(scores, weak=calibration.weak)
        return [self.assets[n] for n in order[:count]]


def _worded(library: Library, concept: Concept, assets: Iterable[UUID]) -> Mapping[UUID, float]:
    """Return the assets whose title has the concept's words, as the search's text index would."""
    parts = content(concept.words)
    found = {}
    for asset in assets:
        title = library.facts[asset].text
        if parts and parts <= content(title):
            found[asset] = TITLE if concept.words in title else SCATTERED
    return found
