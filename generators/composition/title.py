"""What a composition is called, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from generators.shelf import Part
from indexer.search.query import Arrangement, Background, Concept, Parsed, plural

_ZH = {
    "red": "红色", "orange": "橙色", "yellow": "黄色", "green": "绿色", "blue": "蓝色", "purple": "紫色",
    "pink": "粉色", "brown": "棕色", "black": "黑色", "white": "白色", "grey": "灰色",
}  # fmt: skip
_SAID = {
    "on": ("on", "on"), "in": ("in", "in"), "beside": ("beside", "beside"), "above": ("above", "under"),
    "behind": ("behind", "in front of"), "between": ("between", "between"), "around": ("around", "around"),
}  # fmt: skip
_SAID_ZH = {
    "on": ("上面", "上面"), "in": ("里面", "里面"), "beside": ("旁边", "旁边"), "above": ("上方", "下面"),
    "behind": ("后面", "前面"), "between": ("之间", "之间"), "around": ("周围", "周围"),
}  # fmt: skip
_PLACES = {
    "sky": ("in the sky", "天空中"), "night": ("at night", "夜晚"), "sea": ("at sea", "海上"),
    "underwater": ("in the sea", "海里"), "meadow": ("in a meadow", "草地上"), "sunset": ("at sunset", "夕阳下"),
    "snow": ("in the snow", "雪地里"), "sand": ("on the sand", "沙滩上"),
}  # fmt: skip
_SIZES_ZH = {"tiny": "微小的", "small": "小的", "big": "大的", "huge": "巨大的"}
_NUMBERS = " one two three four five six seven eight nine ten eleven twelve".split(" ")


def name_of(parsed: Parsed, parts: Sequence[Part]) -> tuple[str, str]:
    """Return the title of a composition, in English and Chinese; the latter empty if a name is unknown."""
    if parsed.arrangement is None:
        return "", ""
    english, chinese = [], []
    for concept, part in zip(parsed.concepts, parts, strict=True):
        english.append(_thing(concept, concept.words if parsed.language == "en" else part.title.lower()))
        name = concept.words if parsed.language == "zh" and not concept.words.isascii() else part.title_zh
        chinese.append(_thing_zh(concept, name) if name else "")
    first = _first(parsed.arrangement)
    english = [
        name if n == first or _many(concept) else _article(name) + name
        for n, (name, concept) in enumerate(zip(english, parsed.concepts, strict=True))
    ]
    said, said_zh = _joined(parsed.arrangement, english), _joined_zh(parsed.arrangement, chinese)
    if parsed.background is not None:
        before, after = _grounds(parsed.background)
        said, said_zh = f"{said} {before}", f"{after}的{said_zh}"
    return said[:1].upper() + said[1:], said_zh if all(chinese) else ""


def _first(node: int | Arrangement[int]) -> int:
    """Return the thing that is named first."""
    while not isinstance(node, int):
        node = node.members[-1 if node.reverse else 0]
    return node


def _many(concept: Concept) -> bool:
    return concept.many or (concept.count or 1) > 1


def _article(name: str) -> str:
    return "an " if name[:1] in "aeio" else "a "


def _thing(concept: Concept, name: str) -> str:
    count = concept.count or 1
    if _many(concept):
        name = plural(name)
    number = _NUMBERS[count] if count > 1 else None
    return " ".join(filter(None, [number, concept.size, concept.colour, name]))


def _thing_zh(concept: Concept, name: str) -> str:
    count = concept.count or 1
    number = f"{_numeral_zh(count)}个" if count > 1 else "一些" if concept.many else ""
    size = _SIZES_ZH[concept.size] if concept.size else ""
    return number + size + (f"{_ZH[concept.colour]}的" if concept.colour else "") + name


def _joined(node: int | Arrangement[int], names: Sequence[str]) -> str:
    if isinstance(node, int):
        return names[node]
    said = [_joined(member, names) for member in node.members]
    if node.reverse:
        said.reverse()
    if len(said) == 2 and (node.relation != "beside" or not all(isinstance(member, int) for member in node.members)):
        return f"{said[0]} {_SAID[node.relation][node.reverse]} {said[1]}"
    if node.relation == "between":
        return f"{said[0]} between {' and '.join(said[1:])}"
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _joined_zh(node: int | Arrangement[int], names: Sequence[str], *, inner: bool = False) -> str:
    if isinstance(node, int):
        return names[node]
    said = [_joined_zh(member, names, inner=True) for member in node.members]
    if node.relation == "beside" and (inner or len(said) > 2 or all(isinstance(m, int) for m in node.members)):
        return f"{'、'.join(said[:-1])}和{said[-1]}"
    first, *others = said[::-1] if node.reverse else said
    other, place = "和".join(others), _SAID_ZH[node.relation][node.reverse]
    return f"{other}{place}的{first}" if inner else f"{first}在{other}{place}"


def _grounds(background: Background) -> tuple[str, str]:
    if background.place is not None:
        return _PLACES[background.place]
    colour = background.colour or "white"
    return f"on {'an' if colour == 'orange' else 'a'} {colour} background", f"{_ZH[colour]}背景上"


def _numeral_zh(count: int) -> str:
    return "零一两三四五六七八九十"[count] if count <= 10 else f"十{'一二'[count - 11]}"
