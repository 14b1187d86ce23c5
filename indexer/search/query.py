"""Reading a query: which concepts, of what colour, how many, and how they stand to each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Relation = Literal["on", "beside", "above", "behind"]
Language = Literal["en", "zh", "other"]

CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

COLOUR_WORDS: dict[str, str] = {
    **dict.fromkeys(("red", "crimson", "scarlet", "红", "红色", "赤"), "red"),
    **dict.fromkeys(("orange", "橙", "橙色", "橘色"), "orange"),
    **dict.fromkeys(("yellow", "golden", "gold", "黄", "黄色", "金色"), "yellow"),
    **dict.fromkeys(("green", "绿", "绿色"), "green"),
    **dict.fromkeys(("blue", "azure", "navy", "蓝", "蓝色"), "blue"),
    **dict.fromkeys(("purple", "violet", "lilac", "紫", "紫色"), "purple"),
    **dict.fromkeys(("pink", "magenta", "粉", "粉色", "粉红", "粉红色"), "pink"),
    **dict.fromkeys(("brown", "棕", "棕色", "褐色"), "brown"),
    **dict.fromkeys(("black", "黑", "黑色"), "black"),
    **dict.fromkeys(("white", "白", "白色"), "white"),
    **dict.fromkeys(("grey", "gray", "灰", "灰色"), "grey"),
}
_NUMBERS = (
    {
        word: n
        for n, words in enumerate(
            [
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
            ],
            start=1,
        )
        for word in (words, str(n))
    }
    | {word: n for n, word in enumerate("一二三四五六七八九十", start=1)}
    | {"两": 2, "十一": 11, "十二": 12}
)
_STOP = frozenset(
    (
        "a an the of with and some any my your our his her its their this that these those is are be in at for "
        "to picture image photo illustration icon drawing please me show find pair"
    ).split()
)
_RELATIONS: tuple[tuple[str, Relation], ...] = (
    (r"\b(?:sitting |standing |lying |riding |resting )?(?:on top of|upon|on|atop)\b|\briding\b", "on"),
    (r"\b(?:beside|next to|by the side of|near|alongside|and)\b", "beside"),
    (r"\b(?:above|over)\b", "above"),
    (r"\bbehind\b", "behind"),
)
_RELATIONS_ZH: tuple[tuple[str, Relation], ...] = (
    (r"在(?P<b>.+?)的?(?:上方|上空)", "above"),
    (r"在(?P<b>.+?)的?(?:旁边|边上|旁)", "beside"),
    (r"在(?P<b>.+?)的?(?:后面|背后|后)", "behind"),
    (r"在(?P<b>.+?)的?(?:上面|上)", "on"),
    (r"骑(?:着)?(?P<b>.+)", "on"),
    (r"(?:和|与|跟)(?P<b>.+)", "beside"),
)
_MEASURE = "只个条头匹辆朵棵颗张把件座架艘块位名本杯瓶双对"
_NUMERAL_ZH = re.compile(rf"^(?P<n>十一|十二|[一二两三四五六七八九十]|\d+)\s*[{_MEASURE}]")
_COLOUR_ZH = re.compile(
    "^(?P<c>" + "|".join(sorted((w for w in COLOUR_WORDS if not w.isascii()), key=len, reverse=True)) + ")的?"
)
_IRREGULAR = {
    "mice": "mouse", "geese": "goose", "children": "child", "people": "person", "men": "man", "women": "woman",
    "feet": "foot", "teeth": "tooth", "leaves": "leaf", "knives": "knife", "wolves": "wolf", "wives": "wife",
    "loaves": "loaf", "elves": "elf", "scarves": "scarf", "calves": "calf", "oxen": "ox", "dice": "die",
}  # fmt: skip
_UNCHANGED = frozenset(
    (
        "glasses sunglasses scissors pants jeans shorts news bus gas grass glass dress cross class boss kiss "
        "chess compass princess mistress octopus cactus walrus hippopotamus rhinoceros lotus virus campus "
        "bonus is this christmas canvas atlas iris tennis series species asparagus hibiscus fries goggles "
        "headphones"
    ).split()
)


@dataclass(frozen=True)
class Concept:
    """One thing asked for. ``words`` name it, singular and lower-case; the rest is None if not said."""

    words: str
    colour: str | None
    count: int | None


@dataclass(frozen=True)
class Parsed:
    """A query as concepts; the first stands in ``relation`` to the second."""

    concepts: tuple[Concept, ...]
    relation: Relation | None
    language: Language


def parse(text: str) -> Parsed:
    """Read a query in English or Chinese; other scripts are taken as they come."""
    plain = " ".join(text.lower().split())
    if re.search(f"[{CJK}]", plain):
        return _parse_zh(plain)
    foreign = re.search(r"[^\W\d_]", plain) and not re.search("[a-z]", plain)
    language: Language = "other" if foreign else "en"
    parts, relation = _split(plain)
    concepts = tuple(concept for part in parts if (concept := _concept(part)) is not None)
    return Parsed(concepts, relation if len(concepts) > 1 else None, language)


def _split(text: str) -> tuple[list[str], Relation | None]:
    """Split at the most telling relation; those said more than once or of a fixed name stay words."""
    for pattern, relation in _RELATIONS:
        pieces = [piece for piece in re.split(pattern, text) if piece.strip()]
        if len(pieces) > 1:
            parts = [part for piece in pieces for part in _split(piece)[0]]
            return parts, relation
    return [text], None


def _concept(part: str) -> Concept | None:
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", part)
    count = 2 if re.search(r"\bpair of\b", part) else None
    colour: str | None = None
    kept: list[str] = []
    for n, word in enumerate(words):
        last = n == len(words) - 1
        if word in _STOP:
            continue
        if not kept and word in _NUMBERS and not last:
            count = _NUMBERS[word]
        elif colour is None and word in COLOUR_WORDS and not (last and not kept):
            colour = COLOUR_WORDS[word]
        else:
            kept.append(word)
    if not kept:
        return None
    return Concept(" ".join([*kept[:-1], singular(kept[-1])]), colour, count)


def singular(word: str) -> str:
    """Return the singular of an English noun, by the usual rules and a few exceptions."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _UNCHANGED or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes", "toes")):
        return word[:-2]
    return word[:-1]


def _parse_zh(text: str) -> Parsed:
    compact = re.sub(rf"(?<=[{CJK}])\s+(?=[{CJK}])", "", text).strip(" 。，！？的")
    relation: Relation | None = None
    parts = [compact]
    for pattern, name in _RELATIONS_ZH:
        match = re.search(pattern, compact)
        if match:
            rest = (compact[: match.start()], compact[match.end() :])
            first = next((part.strip("的 ") for part in rest if part.strip("的 ")), "")
            parts, relation = [first, match["b"]], name
            break
    concepts = tuple(concept for part in parts if (concept := _concept_zh(part)) is not None)
    return Parsed(concepts, relation if len(concepts) > 1 else None, "zh")


def _concept_zh(part: str) -> Concept | None:
    part = part.strip(" 的")
    count = colour = None
    if match := _NUMERAL_ZH.match(part):
        count = _NUMBERS.get(match["n"]) or int(match["n"])
        part = part[match.end() :].strip(" 的")
    if (match := _COLOUR_ZH.match(part)) and part[match.end() :].strip():
        colour = COLOUR_WORDS[match["c"]]
        part = part[match.end() :].strip()
    return Concept(part, colour, count) if part else None


def names_colour(text: str, colour: str) -> bool:
    """Return whether a title or a tag says this colour."""
    lowered = text.lower()
    compact = lowered.replace(" ", "")
    said = (word for word, name in COLOUR_WORDS.items() if name == colour)
    return any(bool(re.search(rf"\b{w}\b", lowered)) if w.isascii() else w in compact for w in said)


def count_in(text: str) -> set[int]:
    """Return the numbers that a title or a tag says in words or digits."""
    lowered = text.lower()
    found = {_NUMBERS[word] for word in re.findall(r"[a-z]+|\d+", lowered) if word in _NUMBERS}
    compact = lowered.replace(" ", "")
    found |= {_NUMBERS[match] for match in re.findall(rf"(十一|十二|[一二两三四五六七八九十])[{_MEASURE}]", compact)}
    return found
