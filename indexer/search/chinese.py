"""Reading Chinese: relations, counts with measure words, colours."""

from __future__ import annotations

import re

from indexer.search.english import singular
from indexer.search.meaning import CJK, COLOUR_WORDS, MOST, NUMBERS, Concept, Relation, Split

_ORDER = re.compile(r"^(?:请|帮我|给我|我想要|我想|我要|想要|来|画出?|找)+")
_PICTURE = re.compile(r"^一?[张幅]|的(?:图片|图像|照片|插图|插画|图标|图)$")
_VERB = "(?:坐|站|躺|趴|停|睡|飞|浮|放|落|挂|飘|蹲|骑|藏|躲)?着?"
_PLACES: tuple[tuple[str, Relation, bool], ...] = (
    ("上方|上空", "above", False),
    ("旁边|边上|身边|身旁|左边|右边|旁", "beside", False),
    ("(?:上面|上边|顶上|之上|(?<![以向合关穿戴晚早])上)", "on", False),
    ("(?:后面|后边|背后|身后|(?<![最以之今午从目先])后)", "behind", False),
    ("(?:下面|下边|下方|底下|之下|(?<![以向跪蹲躺])下)", "above", True),
    ("(?:前面|前边|前方|身前|(?<![以之从目先])前)", "behind", True),
)
"""How a place is said, and whether the other way round."""
_RIDES = (r"^(?P<a>.+?)骑着?(?P<b>.+)$", r"^骑着?(?P<b>.+?)(?<!色)的(?P<a>.+)$")
_AND = re.compile(r"(?<=.)(?<!共)(?<!高)(?:以及|和|与|跟|、|,)(?![平服谐尚弦踪随])(?=.)")
MEASURE = "只个条头匹辆朵棵颗张把件座架艘块位名本杯瓶双对台盏支枝顶间栋株根片串碗盘口群"
_NUMERAL = re.compile(rf"^(?P<n>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*(?P<m>[{MEASURE}])(?=.)")
_COLOUR_NAMES = "|".join(sorted((w for w in COLOUR_WORDS if not w.isascii()), key=len, reverse=True))
_COLOUR = re.compile(rf"^(?:[深浅淡亮暗鲜]|[大天墨草碧酒湖海嫩](?=.色))?(?P<c>{_COLOUR_NAMES})的?")
_NAMES = (
    "橙子 橙汁 橘子 黄瓜 黄金 黄油 黄豆 黄蜂 黄昏 黄河 红酒 红茶 红包 红薯 红豆 红枣 红毯 红桃 红十字 红绿灯 白菜 "
    "白酒 白板 白天 白糖 白银 白领 白人 黑人 黑板 黑洞 黑桃 黑莓 黑客 黑夜 黑胡椒 绿茶 绿豆 绿洲 蓝莓 蓝牙 蓝图 粉笔 "
    "粉丝 粉末 紫薯 紫菜 灰尘 灰烬 赤道 棕榈 金鱼"
).split()
"""Names that begin with a colour and mean none."""


def split(text: str) -> Split:
    """Split at a place said after 在, a place before 的 or 有, riding, or a list."""
    compact = re.sub(rf"(?<=[{CJK}])\s+(?=[{CJK}])|(?<=[{CJK}])\s+(?=\d)|(?<=\d)\s+(?=[{CJK}])", "", text)
    compact = _PICTURE.sub("", _ORDER.sub("", compact.strip(" 。，！？,!?的"))).strip(" 的")
    for place, relation, reverse in _PLACES:
        for pattern in (
            rf"^(?P<a>.*?){_VERB}在(?P<b>.+?)的?(?:{place})(?:的(?P<c>.+))?$",
            rf"^(?P<b>.+?)的?(?:{place})(?:的|{_VERB}有|{_VERB}着)(?P<a>.+)$",
        ):
            match = re.search(pattern, compact)
            first = match and (match["a"] or match.groupdict().get("c"))
            if match and first:
                pair = [first, match["b"]]
                return _listed(pair[::-1] if reverse else pair), relation
    for pattern in _RIDES:
        if match := re.search(pattern, compact):
            return _listed([match["a"], match["b"]]), "on"
    parts = _listed([compact])
    return parts, "beside" if len(parts) > 1 else None


def _listed(parts: list[str]) -> list[str]:
    """Split lists, but not the colours of one thing: 黑和白的猫."""
    return [piece for part in parts for piece in _pieces(part)]


def _pieces(part: str) -> list[str]:
    pieces = _AND.split(part)
    return [part] if pieces[0].strip("的 ") in COLOUR_WORDS else pieces


def read_concept(part: str) -> Concept | None:
    """Return the one thing that ``part`` names, None if it names nothing."""
    part = part.strip(" 的")
    count = colour = None
    if (match := _NUMERAL.match(part)) and 0 < (number := read_number(match["n"])) <= MOST:
        count = number * (2 if match["m"] in "双对" else 1)
        part = part[match.end() :].strip(" 的")
    while (word := part.partition(" ")[0]) != part and (word in NUMBERS or word in COLOUR_WORDS):
        count, colour = NUMBERS.get(word, count), COLOUR_WORDS.get(word, colour)
        part = part.partition(" ")[2].strip()
    match = _COLOUR.match(part)
    rest = part[match.end() :].strip() if match else ""
    if (match and rest and not part.startswith(tuple(_NAMES)) and not _COLOUR.match(rest + "的")) or (
        match and rest and rest.startswith(tuple(_NAMES))
    ):
        colour, part = COLOUR_WORDS[match["c"]], rest
    if part.isascii():
        part = " ".join(singular(word) for word in part.split())
    return Concept(part, colour, count) if part else None


def read_number(text: str) -> int:
    """Return the number that digits or Chinese numerals up to 99 say."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return NUMBERS.get(text, 0)
    return (NUMBERS.get(tens, 0) if tens else 1) * 10 + (NUMBERS.get(ones, 0) if ones else 0)
