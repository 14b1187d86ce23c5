"""Every word a drawing may be called by, and which drawings each word is true of."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer import colours
from indexer.training.fetch import Concept

COLOURS_ZH = dict(
    zip(
        colours.COLOURS,
        ("红色", "橙色", "黄色", "绿色", "蓝色", "紫色", "粉色", "棕色", "黑色", "白色", "灰色"),
        strict=True,
    )
)
COUNTS_ZH = "零一两三四五六"
COUNTS = ("zero", "one", "two", "three", "four", "five", "six")
RELATIONS = ("on", "beside", "above", "behind")
_RELATIONS_ZH = dict(zip(RELATIONS, ("上面", "旁边", "上方", "后面"), strict=True))
_TEMPLATES = ("{}", "{}", "a {}", "an illustration of {}", "{} icon", "a picture of a {}")
NAMED, TOLD = 0.65, 0.35
"""How a picture's words share its weight: its names, and its keywords."""


@dataclass(frozen=True)
class Caption:
    """A text and what must be true of a scene for it to fit; -1 where the text does not say."""

    text: str
    key: int
    colour: int = -1
    count: int = -1
    other: int = -1
    relation: int = -1


class Lexicon:
    """The texts of all concepts, ``keys``, and which of them are Chinese.

    ``truth`` (texts, concepts) says which name which; ``weights`` (concepts, texts) how much of a
    picture of the concept each text makes up; ``english`` is a text of the same meaning for each.
    """

    def __init__(self, every: Sequence[Concept], *, without: set[str]) -> None:
        self.keys: list[str] = []
        self.chinese: list[bool] = []
        self.english: list[str] = []
        index: dict[str, int] = {}
        self.names: list[list[int]] = [[] for _ in every]
        self.words: list[list[int]] = [[] for _ in every]
        self.trained = [n for n, concept in enumerate(every) if concept.code not in without]
        for n in self.trained:
            concept = every[n]
            for texts, chinese, target in (
                (concept.names, False, self.names),
                (concept.names_zh, True, self.names),
                (concept.keywords, False, self.words),
                (concept.keywords_zh, True, self.words),
            ):
                for text in texts:
                    if text not in index:
                        index[text] = len(self.keys)
                        self.keys.append(text)
                        self.chinese.append(chinese)
                        self.english.append(concept.names[0] if chinese else text)
                    target[n].append(index[text])
        self.truth = np.zeros((len(self.keys), len(every)), dtype=np.bool_)
        self.weights = np.zeros((len(every), len(self.keys)), dtype=np.float32)
        for n in self.trained:
            for keys, share in ((self.names[n], NAMED), (self.words[n], TOLD)):
                self.truth[keys, n] = True
                for key in keys:
                    self.weights[n, key] += share / len(keys)
        self.weights /= np.maximum(self.weights.sum(axis=1, keepdims=True), 1e-6)

    def english_words(self) -> list[str]:
        """Return every word of the English texts, most used first."""
        uses = Counter(
            word
            for text, chinese in zip(self.keys, self.chinese, strict=True)
            if not chinese
            for word in re.findall("[a-z]+", text)
        )
        return [word for word, _ in uses.most_common()]

    def pick(self, concept: int, dice: random.Random, *, name: bool = False) -> int:
        """Return a text of ``concept``: mostly a name, sometimes a keyword; ``name`` asks for a name."""
        words = self.words[concept]
        if not name and words and dice.random() < 0.35:
            return dice.choice(words)
        return dice.choice(self.names[concept])

    def write(
        self,
        concept: int,
        dice: random.Random,
        *,
        colour: int = -1,
        count: int = -1,
        other: int = -1,
        relation: int = -1,
    ) -> Caption:
        """Return a caption that says what is asked for, in English or Chinese."""
        special = colour >= 0 or count > 1 or other >= 0
        key = self.pick(concept, dice, name=special)
        if not special:
            text = self.keys[key]
            return Caption(text if self.chinese[key] else dice.choice(_TEMPLATES).format(text), key)
        mate = -1
        if other >= 0:
            mates = [k for k in self.names[other] if self.chinese[k] == self.chinese[key]]
            mate = dice.choice(mates or self.names[other])
        return self.spell(Caption("", key, colour, count if count > 1 else -1, mate, relation))

    def said_by(self, caption: Caption) -> list[str]:
        """Return what ``caption`` says beside naming one thing, and ``key`` for that thing."""
        said = [name for name in ("colour", "count", "relation", "other") if getattr(caption, name) >= 0]
        return [*said, "key"]

    def differ(self, caption: Caption, what: str, dice: random.Random, *, concepts: Sequence[int]) -> Caption:
        """Return a caption that differs from ``caption`` in ``what`` alone, one of ``said_by``."""
        if what in ("key", "other"):
            chinese = self.chinese[caption.key]
            stranger = [key for key in self.names[dice.choice(concepts)] if self.chinese[key] == chinese]
            return self.spell(_with(caption, what, dice.choice(stranger))) if stranger else caption
        if what == "relation" and dice.random() < 0.5 and caption.relation != RELATIONS.index("beside"):
            return self.spell(replace(caption, key=caption.other, other=caption.key))
        options = {"colour": range(len(colours.COLOURS)), "count": range(2, 7), "relation": range(len(RELATIONS))}
        others = [value for value in options[what] if value != getattr(caption, what)]
        return self.spell(_with(caption, what, dice.choice(others)))

    def spell(self, caption: Caption, *, english: bool = False) -> Caption:
        """Return ``caption`` with its text written out; ``english`` takes the English twins."""
        texts = self.english if english else self.keys
        chinese = self.chinese[caption.key] and not english
        said = _phrase(texts[caption.key], caption.colour, caption.count, chinese=chinese)
        if caption.other >= 0:
            relation, mate = RELATIONS[caption.relation], texts[caption.other]
            said = f"{said}在{mate}{_RELATIONS_ZH[relation]}" if chinese else f"a {said} {relation} a {mate}"
        return replace(caption, text=said)


def _with(caption: Caption, name: str, value: int) -> Caption:
    return Caption(**{**vars(caption), name: value})


def _phrase(text: str, colour: int, count: int, *, chinese: bool) -> str:
    tint = colours.COLOURS[colour] if colour >= 0 else ""
    if chinese:
        numeral = f"{COUNTS_ZH[count]}个" if count > 1 else ""
        return numeral + (f"{COLOURS_ZH[tint]}的" if tint else "") + text
    if count > 1:
        plural = text if text.endswith("s") else text + "s"
        return " ".join(filter(None, (COUNTS[count], tint, plural)))
    return f"{tint} {text}" if tint else text


def truth_of(
    captions: Sequence[Caption],
    truth: NDArray[np.bool_],
    *,
    concept: NDArray[np.int64],
    other: NDArray[np.int64],
    colour: NDArray[np.int64],
    count: NDArray[np.int64],
    relation: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return which caption (column) is true of which scene (row); 0.5 where it tells half of a scene.

    ``truth`` is the lexicon's; the arrays, shape (scenes,), say what each scene shows, -1 for nothing.
    """

    def said(name: str) -> NDArray[np.int64]:
        return np.array([getattr(caption, name) for caption in captions])[None, :]

    def agrees(name: str, shown: NDArray[np.int64]) -> NDArray[np.bool_]:
        return (said(name) < 0) | (said(name) == shown[:, None])

    two = (other >= 0)[:, None]
    called = truth[said("key")[0]]
    first, second = called[:, concept].T, called[:, np.maximum(other, 0)].T & two
    mates = truth[np.maximum(said("other")[0], 0)]
    mate = mates[:, np.maximum(other, 0)].T & two & (said("relation") == relation[:, None])
    beside = RELATIONS.index("beside")
    either_way = (said("relation") == beside) & (relation[:, None] == beside) & (said("colour") < 0)
    mate_first = mates[:, concept].T & second & either_way
    whole = first & agrees("colour", colour) & agrees("count", count) & ((said("other") < 0) | mate)
    whole = whole | ((said("other") >= 0) & mate_first)
    plain = (said("other") < 0) & (said("colour") < 0) & (said("count") < 0)
    return np.maximum(whole.astype(np.float32), 0.5 * (second & plain))
