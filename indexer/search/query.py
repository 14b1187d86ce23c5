"""Reading a query: which concepts, of what colour, how many, and how they stand to each other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from indexer.search import chinese, english
from indexer.search.english import plural, singular
from indexer.search.meaning import (
    CJK,
    COLOUR_WORDS,
    NUMBERS,
    Arrangement,
    Background,
    Concept,
    Language,
    Parsed,
    Phrase,
    Place,
    Relation,
    Size,
)

__all__ = [
    "COLOUR_WORDS",
    "Arrangement",
    "Background",
    "Concept",
    "Language",
    "Parsed",
    "Place",
    "Relation",
    "Size",
    "count_in",
    "names_colour",
    "parse",
    "plural",
    "singular",
]


def parse(text: str) -> Parsed:
    """Read a query in English, Chinese or a mix of them; other scripts are taken as they come."""
    plain = english.bind(" ".join(unicodedata.normalize("NFKC", named(text)).lower().split()))
    language = _language(plain)
    rest, background = (chinese if language == "zh" else english).split_background(plain)
    parsed = _read(rest, language)
    if background is None or not parsed.concepts:
        return parsed if background is None else _read(plain, language)
    return replace(parsed, background=background)


def _read(plain: str, language: Language) -> Parsed:
    phrase = english.split(plain)
    if language == "zh" and isinstance(phrase, str):
        phrase = chinese.split(plain)
    concepts: list[Concept] = []
    arrangement = _arrange(phrase, concepts)
    relation = arrangement.relation if isinstance(arrangement, Arrangement) else None
    return Parsed(tuple(concepts), relation, language, arrangement)


def _arrange(phrase: Phrase, concepts: list[Concept]) -> int | Arrangement[int] | None:
    """Add the concepts of ``phrase`` to ``concepts`` and say how they stand; pieces that name nothing are dropped."""
    if isinstance(phrase, str):
        concept = _concept(phrase)
        if concept is None:
            return None
        concepts.append(concept)
        return len(concepts) - 1
    placed = [_arrange(member, concepts) for member in phrase.members]
    members = tuple(member for member in placed if member is not None)
    if len(members) < 2:
        return members[0] if members else None
    return Arrangement(phrase.relation, members, phrase.reverse)


def named(text: str) -> str:
    """Return ``text`` with each emoji replaced by its English name."""
    if text.isascii():
        return text
    import emoji

    return emoji.replace_emoji(text, lambda _, data: f" {data['en'].strip(':').replace('_', ' ')} ")


def _language(text: str) -> Language:
    if re.search(f"[{CJK}]", text):
        return "zh"
    return "other" if re.search(r"[^\W\d_]", text) and not re.search("[a-z]", text) else "en"


def _concept(part: str) -> Concept | None:
    return chinese.read_concept(part) if re.search(f"[{CJK}]", part) else english.read_concept(part)


def names_colour(text: str, colour: str) -> bool:
    """Return whether a title or a tag says this colour."""
    lowered = text.lower()
    compact = lowered.replace(" ", "")
    said = (word for word, name in COLOUR_WORDS.items() if name == colour)
    return any(bool(re.search(rf"\b{w}\b", lowered)) if w.isascii() else w in compact for w in said)


def count_in(text: str) -> set[int]:
    """Return the numbers that a title or a tag says in words or digits."""
    lowered = text.lower()
    found = {NUMBERS[word] for word in re.findall(r"[a-z]+|\d+", lowered) if word in NUMBERS}
    compact = lowered.replace(" ", "")
    said = re.findall(rf"([一二两三四五六七八九十]{{1,3}})[{chinese.MEASURE}]", compact)
    return found | {number for word in said if (number := chinese.read_number(word))}
