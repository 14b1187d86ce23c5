"""What the verdict is tested on: a library in memory, queries that share no word with their answers, equivalents."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assetdb import openmoji
from assetdb.items import Item
from indexer.embed import look
from indexer.encoders.base import Encoder, Vectors
from indexer.evaluation import words
from indexer.evaluation.noto import code_of
from indexer.evaluation.tagging import GROUPS
from indexer.models import Embedding
from indexer.replica import TEXT, Field
from indexer.search.coverage import Facts
from indexer.search.query import parse, singular
from indexer.training.pictures import render

NEAR, NEAR_IN_GROUP = 6, 26
"""Among so many nearest of an answer, by picture or by title, all or those of its subgroup pass for equivalent."""
GENERIC = 20
"""A word in more titles than this, such as “face” or “button”, makes no two things equivalent."""
MOST_ANSWERS = 5
"""A word with more answers than this says too little to have equivalents."""
A_SOURCE, SEED = 150, 3
"""How many queries of each source are asked at most, and the seed that picks them."""
SIDE, AT_ONCE = 160, 64
_EMPTY = frozenset("a an the of and or with in on at to for no".split())


@dataclass(frozen=True)
class Query:
    """A text and its answers, as places in the library's list."""

    source: str
    text: str
    answers: tuple[int, ...]


class Library:
    """The sample library as the product embeds it, in the product's own fields, without a database.

    ``pictures`` and ``texts`` hold every view of a picture and every title; ``wholes`` and ``said``
    are the plain vectors of pictures and titles, shape (n, dim), in the order of ``titles``.
    """

    def __init__(self, encoder: Encoder, sample: Sequence[Item]) -> None:
        self.encoder = encoder
        self.pictures, self.texts = Field(encoder.spec.dim), Field(encoder.spec.dim)
        self.facts: dict[UUID, Facts] = {}
        self._rows = 0
        self.titles = [item.title.lower() for item in sample]
        self.chinese = [item.title_zh for item in sample]
        self.codes = [item.path.stem.replace("-FE0F", "") for item in sample]
        self.aliases = _aliases(self.codes)
        self.paths = [item.path for item in sample]
        self.assets: list[UUID] = []
        for start in range(0, len(sample), AT_ONCE):
            part = sample[start : start + AT_ONCE]
            drawn = [Image.fromarray(render(item.path, side=SIDE)) for item in part]
            self.assets += self.add(drawn, [item.title for item in part])
        self.said = self.tell(self.assets, [item.title for item in sample])
        held = self.pictures.vectors_of(self.assets)
        self.wholes = np.stack([held[asset] for asset in self.assets])
        self.names = [content(" ".join([title, *self.aliases[n]])) for n, title in enumerate(self.titles)]
        self._group = _groups(self.codes)
        spread = Counter(word for title in self.titles for word in content(title))
        self._generic = {word for word, count in spread.items() if count > GENERIC}

    def add(self, pictures: Sequence[Image.Image], titles: Sequence[str]) -> list[UUID]:
        """Put pictures in with all their views; return their assets. A title is what is known of one in words."""
        segments: list[tuple[UUID, str]] = []
        views: list[Image.Image] = []
        first = len(self.facts) + 1
        for n, (picture, title) in enumerate(zip(pictures, titles, strict=True)):
            seen = look(picture, asset_id=UUID(int=first + n), digest="")
            segments += [(seen.facts.asset_id, name) for name in seen.segments]
            views += seen.segments.values()
            self.facts[seen.facts.asset_id] = Facts(title.lower(), seen.facts)
        self._put(self.pictures, segments, self.encoder.encode_images(views))
        return [UUID(int=first + n) for n in range(len(pictures))]

    def tell(self, assets: Sequence[UUID], titles: Sequence[str]) -> Vectors:
        """Put the titles of assets in; return their vectors."""
        vectors = self.encoder.encode_texts(titles)
        self._put(self.texts, [(asset, TEXT) for asset in assets], vectors)
        return vectors

    def _put(self, target: Field, segments: Sequence[tuple[UUID, str]], vectors: Vectors) -> None:
        first, self._rows = self._rows + 1, self._rows + len(segments)
        rows = [Embedding(pk=first + n, asset_id=asset, segment=name) for n, (asset, name) in enumerate(segments)]
        target.put(rows, vectors)

    def worded(self, query: str) -> set[int]:
        """Return the assets whose title shares a word with ``query``."""
        return {n for n, title in enumerate(self.titles) if shares(query, title)}

    def equivalents(self, query: Query) -> set[int]:
        """Return the answers and what would do as well.

        Those are assets with a word of the query or of an answer's names, the ``NEAR`` nearest of
        an answer by picture and by title, and of its Unicode subgroup the ``NEAR_IN_GROUP`` nearest.
        """
        told = set(content(query.text)).union(*(self.names[n] for n in query.answers)) - self._generic
        found = set(query.answers) | {n for n, names in enumerate(self.names) if names & told}
        for rows in (self.wholes, self.said):
            centred = rows - rows.mean(axis=0)
            centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
            for answer in query.answers:
                nearest = np.argsort(-(centred @ centred[answer]), kind="stable")[:NEAR_IN_GROUP].tolist()
                group = self._group.get(answer)
                found |= {n for k, n in enumerate(nearest) if k < NEAR or (group and self._group.get(n) == group)}
        return found


def build(encoder: Encoder) -> Library:
    """Return the sample library embedded with ``encoder``."""
    return Library(encoder, list(openmoji.items()))


def content(text: str) -> frozenset[str]:
    """Return the words of ``text`` that mean something, singular."""
    return frozenset(singular(word) for word in re.findall(r"[a-z0-9]+", text.lower())) - _EMPTY


def shares(one: str, other: str) -> bool:
    """Return whether two texts have a content word in common, “bee” in “honeybee” and “fuelpump” included."""
    compact = re.sub(r"[^a-z0-9]", "", one.lower())
    if len(compact) > 2 and compact in re.sub(r"[^a-z0-9]", "", other.lower()):
        return True
    pairs = [(a, b) for a in content(one) for b in content(other)]
    return any(a == b or (min(len(a), len(b)) > 2 and (a in b or b in a)) for a, b in pairs)


def queries(library: Library) -> list[Query]:
    """Return at most ``A_SOURCE`` queries of each source, none of which shares a word with an answer's title.

    ``alias`` are the other names the ``emoji`` package has, ``word`` the words of ``words.tsv``,
    ``chinese`` the official Chinese names, which the title in English does not say.
    """
    every = [*_by_alias(library), *_by_word(library), *_by_chinese(library)]
    dice = random.Random(SEED)
    chosen: list[Query] = []
    for source in ("alias", "word", "chinese"):
        own = [query for query in every if query.source == source and parse(query.text).concepts]
        chosen += dice.sample(own, min(A_SOURCE, len(own)))
    return chosen


def _by_alias(library: Library) -> Iterator[Query]:
    for n, title in enumerate(library.titles):
        for alias in library.aliases[n]:
            if re.fullmatch("[a-z][a-z -]{2,}", alias) and not title.startswith("flag") and not shares(alias, title):
                yield Query("alias", alias, (n,))


def _by_word(library: Library) -> Iterator[Query]:
    place = {code: n for n, code in enumerate(library.codes)}
    for word, characters in words.pairs().items():
        found = [place[code] for code in map(code_of, characters) if code in place]
        answers = tuple(n for n in found if not shares(word, library.titles[n]))
        if 0 < len(answers) <= MOST_ANSWERS:
            yield Query("word", word, answers)


def _by_chinese(library: Library) -> Iterator[Query]:
    for n, name in enumerate(library.chinese):
        if (
            re.search(r"[\u4e00-\u9fff]", name)
            and not content(name)
            and not library.titles[n].startswith(("flag", "keycap"))
        ):
            yield Query("chinese", name, (n,))


def apart(asked: Sequence[Query]) -> NDArray[np.int64]:
    """Return a number for each query, the same for queries that any chain of shared answers connects."""
    number = np.arange(len(asked))
    first: dict[int, int] = {}
    for n, query in enumerate(asked):
        for answer in query.answers:
            number[number == number[n]] = number[first.setdefault(answer, n)]
    return number


def _aliases(codes: Sequence[str]) -> list[list[str]]:
    import emoji

    known = {code_of(character): data.get("alias", ()) for character, data in emoji.EMOJI_DATA.items()}
    return [[alias.strip(":").replace("_", " ").lower() for alias in known.get(code, ())] for code in codes]


def _groups(codes: Sequence[str]) -> dict[int, str]:
    """Return the Unicode subgroup of each place in ``codes`` that is a single character."""
    lines = [line.split("\t") for line in GROUPS.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    group = {code_of(character): name for _, name, inside, *_ in lines for character in inside}
    return {n: group[code] for n, code in enumerate(codes) if code in group}
