"""Every word a drawing may be called by, and which drawings each word is true of."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

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
    """The texts of all concepts. ``truth`` (texts, concepts) says which name which."""

    def __init__(self, every: list[Concept], *, without: set[str]) -> None:
        self.keys: list[str] = []
        self.chinese: list[bool] = []
        index: dict[str, int] = {}
        rows: list[tuple[int, int]] = []
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
                    rows.append((index[text], n))
                    target[n].append(index[text])
        self.truth = np.zeros((len(self.keys), len(every)), dtype=np.bool_)
        for key, n in rows:
            self.truth[key, n] = True

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
        count = count if count > 1 else -1
        key = self.pick(concept, dice, name=special)
        if not special:
            text = self.keys[key]
            return Caption(text if self.chinese[key] else dice.choice(_TEMPLATES).format(text), key)
        said = self._phrase(key, colour, count)
        if other < 0:
            return Caption(said, key, colour, count)
        mates = [k for k in self.names[other] if self.chinese[k] == self.chinese[key]] or self.names[other]
        mate = dice.choice(mates)
        joined = f"a {said} {RELATIONS[relation]} a {self.keys[mate]}"
        if self.chinese[key]:
            joined = f"{said}在{self.keys[mate]}{_RELATIONS_ZH[RELATIONS[relation]]}"
        return Caption(joined, key, colour, count, mate, relation)

    def _phrase(self, key: int, colour: int, count: int) -> str:
        text, tint = self.keys[key], colours.COLOURS[colour] if colour >= 0 else ""
        if self.chinese[key]:
            numeral = f"{COUNTS_ZH[count]}个" if count > 1 else ""
            return numeral + (f"{COLOURS_ZH[tint]}的" if tint else "") + text
        if count > 1:
            plural = text if text.endswith("s") else text + "s"
            return " ".join(filter(None, (COUNTS[count], tint, plural)))
        return f"{tint} {text}" if tint else text
