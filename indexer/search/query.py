"""Reading a query: which concepts, of what colour, how many, and how they stand to each other."""

from __future__ import annotations

import re
import unicodedata

from indexer.search import chinese, english
from indexer.search.english import plural, singular
from indexer.search.meaning import CJK, COLOUR_WORDS, NUMBERS, Concept, Language, Parsed, Relation

__all__ = [
    "COLOUR_WORDS",
    "Concept",
    "Language",
    "Parsed",
    "Relation",
    "count_in",
    "names_colour",
    "parse",
    "plural",
    "singular",
]


def parse(text: str) -> Parsed:
    """Read a query in English, Chinese or a mix of them; other scripts are taken as they come."""
    plain = english.bind(" ".join(unicodedata.normalize("NFKC", text).lower().split()))
    language = _language(plain)
    parts, relation = english.split(plain)
    if language == "zh" and len(parts) == 1:
        parts, relation = chinese.split(plain)
    concepts = tuple(concept for part in parts if (concept := _concept(part)) is not None)
    return Parsed(concepts, relation if len(concepts) > 1 else None, language)


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
