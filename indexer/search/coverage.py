"""Judging by coverage: one asset must show every concept, colour and count that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from indexer import colours
from indexer.encoders.base import Vectors
from indexer.evidence import Calibration, Curve, Ground, crowding, either, fused, likely, stand
from indexer.models import PictureFacts
from indexer.replica import Moments
from indexer.search.query import Concept, Parsed, count_in, names_colour

Probabilities = NDArray[np.float64]

TITLE, SCATTERED, DESCRIBED = 0.97, 0.8, 0.5
"""How sure a word in the title or a tag makes, all words apart from each other, and a mere mention."""
SHOWN, AMONG, PARTLY, ABSENT = 0.95, 0.85, 0.7, 0.04
LEAST_SHARE, LEAST_AMONG = 0.25, 0.03
"""Share of the figure's area a colour needs to be its own, and to be that of one thing among several."""
COVERED = 0.5
WORDS_FIRST = 10.0
"""How much more than the probability the words of an asset count in the order of what answers."""
CALLED = 0.8
"""Cosine from which a title says the same as a whole query, colour and all."""


@dataclass(frozen=True)
class Facts:
    """What is known of one candidate besides its vectors."""

    text: str = ""
    picture: PictureFacts | None = None


@dataclass
class Weighed:
    """Per part of the query, how likely each candidate shows it; every array has shape (m,)."""

    parts: dict[str, Probabilities] = field(default_factory=dict)
    signs: dict[str, Probabilities] = field(default_factory=dict)
    named: Probabilities | None = None
    things: tuple[str, ...] = ()
    worded: Probabilities | None = None

    @property
    def whole(self) -> Probabilities:
        """Return the probability that a candidate shows all parts, or is named by the whole query."""
        covered = np.prod(list(self.parts.values()), axis=0)
        return covered if self.named is None else np.maximum(covered, self.named)

    def order(self, scores: Probabilities, *, weak: float) -> NDArray[np.intp]:
        """Return the candidates, best first.

        Those that answer go by how likely they do. The rest are only near: they go by the things
        they show, whatever the colour and the count. Where one thing is all that was asked for,
        words that say it, or are like it, go first: the thesaurus reads them better than the space.
        """
        whole = self.whole
        near = np.mean([self.parts[name] for name in self.things], axis=0) if self.things else whole
        answers = whole >= weak
        sure = np.where(answers, whole, near)
        if self.worded is not None:
            sure, answers = sure + WORDS_FIRST * self.worded, answers | (self.worded > 0)
        return np.lexsort((-scores, -sure, ~answers))

    def put_words_first(self, likewise: Probabilities) -> None:
        """Order by words, if one thing is all that was asked for; ``likewise`` (m,) is how sure the thesaurus is.

        It only orders: against the verdict's own test, letting it decide made more false hits.
        """
        if len(self.parts) == 1:
            self.worded = np.maximum(self.signs["words"], likewise)

    def sign(self, name: str, values: Probabilities) -> None:
        """Remember the strongest evidence of one kind, for explaining a hit."""
        self.signs[name] = np.maximum(self.signs.get(name, np.zeros_like(values)), values)


@dataclass(frozen=True)
class Scored:
    """Cosines of concept vectors (n, dim) to candidates (n, m), and the moments they are read against."""

    vectors: Vectors
    scores: NDArray[np.float32]
    moments: Moments


def concept_of(parsed: Parsed, text: str) -> tuple[Concept, ...]:
    """Return the concepts of a query; a text without any is one concept itself."""
    return parsed.concepts or (Concept(words=text.strip().lower(), colour=None, count=None),)


def weigh(
    concepts: Sequence[Concept],
    *,
    words: Sequence[Mapping[UUID, float]],
    pictures: Scored | None,
    texts: Scored | None,
    called: Scored | None = None,
    facts: Sequence[Facts],
    assets: Sequence[UUID],
    calibration: Calibration,
    among: int,
) -> Weighed:
    """Weigh every candidate against every part of the query.

    Args:
        concepts: what was asked for.
        words: per concept, the assets that carry its words and how sure that makes.
        pictures: the candidates' pictures against the concepts; None when vectors say nothing.
        texts: the candidates' text vectors against the concepts, likewise.
        called: the candidates' text vectors against the whole query, which may be a name as it stands.
        facts: per candidate, what was measured.
        assets: the m candidates.
        calibration: of the space.
        among: how many assets the candidates were picked from.
    """
    weighed = Weighed(things=tuple(dict.fromkeys(concept.words for concept in concepts)))

    def odds_of(channel: Scored, curve: Curve, ground: Ground | None) -> NDArray[np.float64]:
        standing = stand(channel.vectors, channel.scores, channel.moments, ground)
        return curve.log_odds(standing, crowding(channel.vectors, calibration.language), among=among)

    odds: dict[str, NDArray[np.float64]] = {}
    for name, channel, curve, ground in (
        ("picture", pictures, calibration.by_picture, calibration.pictures),
        ("text", texts, calibration.by_text, calibration.texts),
    ):
        if channel is not None:
            odds[name] = odds_of(channel, curve, ground)
    if called is not None and len(concepts) == 1:
        sure = likely(odds_of(called, calibration.by_text, calibration.texts))[0]
        weighed.named = np.where(called.scores[0] >= CALLED, sure, 0.0)
    shown = fused(odds.get("picture"), odds.get("text")) if odds else None
    for n, concept in enumerate(concepts):
        named = np.array([words[n].get(asset, 0.0) for asset in assets])
        weighed.sign("words", named)
        for name, table in odds.items():
            weighed.sign(name, likely(table[n]))
        weighed.parts[concept.words] = named if shown is None else either(named, shown[n])
        if concept.colour is not None:
            seen = np.array([_colour(concept.colour, len(concepts), fact) for fact in facts])
            weighed.parts[f"{concept.colour} {concept.words}"] = seen
        if concept.count is not None and concept.count > 1:
            together = sum(other.count or 1 for other in concepts)
            counted = np.array([_count(concept.count, together, fact) for fact in facts])
            weighed.parts[f"{concept.count} × {concept.words}"] = counted
    return weighed


def _colour(colour: str, concepts: int, fact: Facts) -> float:
    """Return how sure a picture of so many ``concepts`` makes that one of them has this colour."""
    if names_colour(fact.text, colour):
        return SHOWN
    if fact.picture is None:
        return ABSENT
    shares = fact.picture.colours
    return tinted(colour, main=colours.dominant(shares), share=shares.get(colour, 0.0), concepts=concepts)


def tinted(colour: str, *, main: str | None, share: float, concepts: int) -> float:
    """Return how sure the ``main`` colour of what is seen, and the ``share`` that ``colour`` has, make of it."""
    if main == colour:
        return SHOWN
    if concepts > 1:
        return AMONG if share >= LEAST_AMONG else ABSENT
    return PARTLY if share >= LEAST_SHARE else ABSENT


def _count(count: int, together: int, fact: Facts) -> float:
    """Return how sure a picture makes that it shows ``count`` of a thing, and ``together`` things in all."""
    if count in count_in(fact.text):
        return SHOWN
    if fact.picture is None:
        return ABSENT
    if fact.picture.figures == together:
        return SHOWN
    return PARTLY if together > count and fact.picture.figures >= count else ABSENT
