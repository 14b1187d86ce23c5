"""Words that name no picture by themselves and the pictures that answer them, drawn from WordNet.

``words.tsv`` was written by ``draw``: a word's first noun sense and an emoji's name are related when
they mean the same, or one is a kind of the other, at most ``NEAR`` steps apart. No word is part of
any name or keyword that the encoder is trained on. WordNet 3.0, © Princeton University, WordNet licence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from indexer.search.query import singular

FILE = Path(__file__).with_name("words.tsv")
COUNT, SEED, NEAR = 400, 12, 3
MOST_KINDS = 250
"""A thing with more kinds than this, such as a person, is too general to be the answer to one of them."""
_CONCRETE = frozenset(("05", "06", "08", "13", "15", "17", "18", "19", "20"))
"""WordNet's files of animals, artefacts, bodies, foods, places, natural objects, people, phenomena and plants."""


def pairs() -> dict[str, list[str]]:
    """Return the emoji that answer each word."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines() if line)
    return {word: emoji.split() for word, emoji in rows}


@dataclass
class _Synset:
    file: str
    lemmas: list[str]
    above: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


def draw(named: dict[str, str], *, known: Iterable[str], wordnet: Path) -> dict[str, list[str]]:
    """Return ``COUNT`` words with the emoji that answer them, always the same ones.

    Args:
        named: each emoji's official English name.
        known: every name and keyword of the training.
        wordnet: the folder of WordNet's files.
    """
    synsets = dict(_synsets(wordnet / "data.noun"))
    first = dict(_first_senses(wordnet / "index.noun"))
    used = {singular(word) for text in known for word in re.findall(r"[a-z]+", text.lower())}
    used |= {word for text in known for word in re.findall(r"[a-z]+", text.lower())}
    official = set(named.values())
    meant: dict[str, list[str]] = {}
    for emoji, name in named.items():
        animal = name.removesuffix(" face")
        key = first.get((animal if animal in official else name).replace(" ", "_"))
        if key is not None and synsets[key].file in _CONCRETE and len(_reach(synsets, key, "below")) <= MOST_KINDS:
            meant.setdefault(key, []).append(emoji)
    answers: dict[str, list[str]] = {}
    for word in _frequent(wordnet / "cntlist.rev"):
        key = first.get(word)
        if key is None or word in used or singular(word) in used or synsets[key].file not in _CONCRETE:
            continue
        near = {key, *_reach(synsets, key, "above"), *_reach(synsets, key, "below")}
        if found := sorted(emoji for other in near for emoji in meant.get(other, ())):
            answers[word] = found
    chosen = random.Random(SEED).sample(sorted(answers), min(COUNT, len(answers)))
    return {word: answers[word] for word in sorted(chosen)}


def _synsets(path: Path) -> Iterator[tuple[str, _Synset]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            continue
        parts = line.split(" | ")[0].split()
        count = int(parts[3], 16)
        synset = _Synset(parts[1], [parts[4 + 2 * n].lower() for n in range(count)])
        pointers = parts[4 + 2 * count + 1 :]
        for symbol, target, kind in zip(pointers[::4], pointers[1::4], pointers[2::4], strict=False):
            if kind == "n" and symbol in ("@", "~"):
                (synset.above if symbol == "@" else synset.below).append(target)
        yield parts[0], synset


def _first_senses(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            parts = line.split()
            yield parts[0], parts[-int(parts[2])]


def _frequent(path: Path) -> list[str]:
    """Return the single words whose first noun sense occurs in WordNet's tagged texts, in their order."""
    words = []
    for line in path.read_text(encoding="utf-8").splitlines():
        key, sense, _ = line.split()
        word, _, rest = key.partition("%")
        if rest.startswith("1:") and sense == "1" and word.isalpha() and len(word) > 2:
            words.append(word)
    return list(dict.fromkeys(words))


def _reach(synsets: dict[str, _Synset], start: str, way: str) -> set[str]:
    reached: set[str] = set()
    front = {start}
    for _ in range(NEAR):
        front = {other for key in front for other in getattr(synsets[key], way)} - reached
        reached |= front
    return reached
