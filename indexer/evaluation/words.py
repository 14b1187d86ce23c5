"""Common words that no picture is called by, and the pictures that answer them, drawn from WordNet.

``words.tsv`` was written by ``draw``. A word and an emoji's name are related when they mean the same,
one is a kind of the other at most ``NEAR`` steps apart, one is part of the other, or both are kinds of
one narrow thing; a picture with the word among its Unicode keywords answers it too. The training
leaves these words out of every keyword, so the encoder is never told which picture they belong to.
WordNet 3.0, © Princeton University, WordNet licence; keywords © Unicode, Unicode licence.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.search.query import singular

FILE = Path(__file__).with_name("words.tsv")
COUNT, SEED, NEAR = 250, 12, 3
MOST_KINDS = 250
"""A thing with more kinds than this, such as a person, is too general to be the answer to one of them."""
NARROW = 20
"""Kinds of one thing with no more kinds than this answer each other."""
TIMES, MAINLY = 2, 0.66
"""How often WordNet's tagged texts use a word as this thing, and in what share of its uses."""
_UNKIND = frozenset({"whore"})
_CONCRETE = frozenset(("05", "06", "08", "13", "15", "17", "18", "19", "20"))
"""WordNet's files of animals, artefacts, bodies, foods, places, natural objects, people, phenomena and plants."""
_ABOVE, _BELOW = frozenset("@"), frozenset("~")
_PARTS = frozenset(("#p", "%p", "#m", "%m", "#s", "%s", "+", "="))


def pairs() -> dict[str, list[str]]:
    """Return the emoji that answer each word."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines() if line)
    return {word: emoji.split() for word, emoji in rows}


def found(scores: NDArray[np.floating], chars: Sequence[str]) -> float:
    """Return the share of words with a fitting one of ``chars`` among their five best ``scores`` (words, chars)."""
    nearest = np.argsort(-scores, axis=1)[:, :5]
    hits = [
        bool(set(fitting) & {chars[n] for n in best}) for fitting, best in zip(pairs().values(), nearest, strict=True)
    ]
    return round(float(np.mean(hits)), 4)


@dataclass
class _Synset:
    file: str
    links: list[tuple[str, str]] = field(default_factory=list)


def draw(
    named: Mapping[str, str], *, names: Iterable[str], keywords: Mapping[str, Iterable[str]], wordnet: Path
) -> dict[str, list[str]]:
    """Return ``COUNT`` words with the emoji that answer them, always the same ones.

    Args:
        named: each emoji's official English name.
        names: every name of every concept of the training.
        keywords: each emoji's Unicode keywords.
        wordnet: the folder of WordNet's files.
    """
    synsets = dict(_synsets(wordnet / "data.noun"))
    first = dict(_first_senses(wordnet / "index.noun"))
    used = {word for text in names for word in re.findall(r"[a-z]+", text.lower())}
    used |= {singular(word) for word in used}
    official = set(named.values())
    meant: dict[str, list[str]] = {}
    for emoji, name in named.items():
        animal = name.removesuffix(" face")
        key = first.get((animal if animal in official else name).replace(" ", "_"))
        if key is not None and len(_reach(synsets, key, _BELOW, 3)) <= MOST_KINDS:
            meant.setdefault(key, []).append(emoji)
    answers: dict[str, list[str]] = {}
    for word in _common(wordnet / "cntlist.rev"):
        key = first.get(word)
        if key is None or {word, singular(word)} & (used | _UNKIND) or synsets[key].file not in _CONCRETE:
            continue
        near = _reach(synsets, key, _ABOVE, NEAR) | _reach(synsets, key, _BELOW, NEAR) | _reach(synsets, key, _PARTS, 1)
        for above in _reach(synsets, key, _ABOVE, 1) - {key}:
            kinds = _reach(synsets, above, _BELOW, 3)
            near |= _reach(synsets, above, _BELOW, 1) if len(kinds) <= NARROW else set()
        if found := {emoji for other in near for emoji in meant.get(other, ())}:
            answers[word] = sorted(found | {emoji for emoji, said in keywords.items() if word in said})
    chosen = random.Random(SEED).sample(sorted(answers), min(COUNT, len(answers)))
    return {word: answers[word] for word in sorted(chosen)}


def _synsets(path: Path) -> Iterator[tuple[str, _Synset]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            continue
        parts = line.split(" | ")[0].split()
        pointers = parts[4 + 2 * int(parts[3], 16) + 1 :]
        links = zip(pointers[::4], pointers[1::4], pointers[2::4], strict=False)
        yield parts[0], _Synset(parts[1], [(symbol, target) for symbol, target, kind in links if kind == "n"])


def _first_senses(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            parts = line.split()
            yield parts[0], parts[-int(parts[2])]


def _common(path: Path) -> list[str]:
    """Return the single words that WordNet's tagged texts use mainly as what their first noun sense means."""
    meant: dict[str, int] = {}
    every: dict[str, int] = defaultdict(int)
    for line in path.read_text(encoding="utf-8").splitlines():
        key, sense, times = line.split()
        word, _, rest = key.partition("%")
        every[word] += int(times)
        if rest.startswith("1:") and sense == "1" and word.isalpha() and len(word) > 2:
            meant[word] = int(times)
    return [word for word, times in meant.items() if times >= max(TIMES, MAINLY * every[word])]


def _reach(synsets: dict[str, _Synset], start: str, way: frozenset[str], steps: int) -> set[str]:
    reached = front = {start}
    for _ in range(steps):
        front = {other for key in front for symbol, other in synsets[key].links if symbol in way} - reached
        reached = reached | front
    return reached
