"""What a query can mean, and the words for it that every language's reading shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Relation = Literal["on", "in", "beside", "above", "behind", "between", "around"]
Size = Literal["tiny", "small", "big", "huge"]
Place = Literal["sky", "night", "sea", "underwater", "meadow", "sunset", "snow", "sand"]
Language = Literal["en", "zh", "other"]

CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
MOST = 99
"""The largest number taken for a count; greater ones are part of a name."""

COLOUR_WORDS: dict[str, str] = {
    **dict.fromkeys(("red", "crimson", "scarlet", "maroon", "红", "红色", "赤", "赤色"), "red"),
    **dict.fromkeys(("orange", "橙", "橙色", "橘色"), "orange"),
    **dict.fromkeys(("yellow", "golden", "gold", "黄", "黄色", "金色"), "yellow"),
    **dict.fromkeys(("green", "绿", "绿色"), "green"),
    **dict.fromkeys(("blue", "azure", "navy", "turquoise", "teal", "cyan", "蓝", "蓝色", "青色"), "blue"),
    **dict.fromkeys(("purple", "violet", "lilac", "紫", "紫色"), "purple"),
    **dict.fromkeys(("pink", "magenta", "粉", "粉色", "粉红", "粉红色"), "pink"),
    **dict.fromkeys(("brown", "棕", "棕色", "褐色", "咖啡色"), "brown"),
    **dict.fromkeys(("black", "黑", "黑色"), "black"),
    **dict.fromkeys(("white", "白", "白色"), "white"),
    **dict.fromkeys(("grey", "gray", "silver", "灰", "灰色", "银色"), "grey"),
}
SIZE_WORDS: dict[str, Size] = {
    **dict.fromkeys(("tiny", "mini", "miniature", "minuscule", "teeny"), "tiny"),
    **dict.fromkeys(("small", "little"), "small"),
    **dict.fromkeys(("big", "large"), "big"),
    **dict.fromkeys(("huge", "giant", "gigantic", "enormous", "massive", "colossal"), "huge"),
}
_SPELLED = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
NUMBERS = (
    {word: n for n, word in enumerate(_SPELLED, start=1)}
    | {str(n): n for n in range(1, MOST + 1)}
    | {"dozen": 12}
    | {word: n for n, word in enumerate("一二三四五六七八九十", start=1)}
    | {"两": 2, "十一": 11, "十二": 12}
)


@dataclass(frozen=True)
class Concept:
    """One thing asked for. ``words`` name it, singular and lower-case; the rest is None if not said.

    ``many`` says that there are several and not how many.
    """

    words: str
    colour: str | None
    count: int | None
    size: Size | None = None
    many: bool = False


Leaf = TypeVar("Leaf")


@dataclass(frozen=True)
class Arrangement(Generic[Leaf]):
    """The first of ``members`` stands in ``relation`` to the others; all are beside each other alike.

    ``reverse`` says that it was said the other way round: “a cat under the moon” is the moon above a cat.
    """

    relation: Relation
    members: tuple[Leaf | Arrangement[Leaf], ...]
    reverse: bool = False


@dataclass(frozen=True)
class Background:
    """What is behind everything: a place, or a plain colour."""

    place: Place | None = None
    colour: str | None = None


@dataclass(frozen=True)
class Parsed:
    """A query as concepts, and what is behind them.

    ``arrangement`` says how they stand, by their places in ``concepts``; ``relation`` is its outermost
    one. It is None if there is nothing to arrange.
    """

    concepts: tuple[Concept, ...]
    relation: Relation | None
    language: Language
    arrangement: int | Arrangement[int] | None = None
    background: Background | None = None


Phrase = str | Arrangement[str]
"""A query taken apart into the pieces that name one thing each."""
