"""Reading Chinese: relations, counts with measure words, colours."""

from __future__ import annotations

import re

from indexer.search.english import singular
from indexer.search.meaning import (
    CJK,
    COLOUR_WORDS,
    MOST,
    NUMBERS,
    Arrangement,
    Background,
    Concept,
    Phrase,
    Place,
    Relation,
    Size,
)

_ORDER = re.compile(r"^(?:请|帮我|给我|我想要|我想|我要|想要|来|画出?|找)+")
_PICTURE = re.compile(r"^一?[张幅]|的(?:图片|图像|照片|插图|插画|图标|图)$")
_VERB = "(?:坐|站|躺|趴|停|睡|飞|浮|放|落|挂|飘|蹲|骑|藏|躲)?着?"
_PLACES: tuple[tuple[str, Relation, bool], ...] = (
    ("之间|中间", "between", False),
    ("周围|四周", "around", False),
    ("上方|上空", "above", False),
    ("旁边|边上|身边|身旁|左边|右边|旁", "beside", False),
    ("(?:上面|上边|顶上|之上|(?<![以向合关穿戴晚早])上)", "on", False),
    ("(?:后面|后边|背后|身后|(?<![最以之今午从目先])后)", "behind", False),
    ("(?:下面|下边|下方|底下|之下|(?<![以向跪蹲躺])下)", "above", True),
    ("(?:前面|前边|前方|身前|(?<![以之从目先])前)", "behind", True),
    ("(?:里面|里边|内部|之内|(?<![这那哪公千海邻万心夜])里|(?<![室国境市])内)", "in", False),
)
"""How a place is said, and whether the other way round."""
_VERBS: tuple[tuple[str, Relation], ...] = (
    (r"^(?P<a>.+?)骑着?(?P<b>.+)$", "on"),
    (r"^骑着?(?P<b>.+?)(?<!色)的(?P<a>.+)$", "on"),
    (r"^(?P<a>.+?)(?:围着|围绕着?|环绕着?)(?P<b>.+)$", "around"),
)
_SCENES: tuple[tuple[str, Place], ...] = (
    ("(?:海底|水下|水底|水中|水里)", "underwater"),
    ("(?:大海|海洋|海面|海)(?:上|里|中|面上|边)", "sea"),
    ("(?:夜晚|夜里|夜间|黑夜|夜空|晚上|星空|太空)(?:中|里|下)?", "night"),
    ("(?:天空|蓝天|天上|空中)(?:中|里|上|下)?", "sky"),
    ("(?:日落|夕阳|黄昏|日出|傍晚)(?:时|时分|中|下|里)?", "sunset"),
    ("(?:雪地|雪)(?:里|上|中)", "snow"),
    ("(?:草地|草原|草坪)(?:上|里|中)", "meadow"),
    ("(?:沙漠|沙滩)(?:上|里|中)", "sand"),
)
_SCENE = "|".join(f"(?P<{place}>{said})" for said, place in _SCENES)
_AND = re.compile(r"(?<=.)(?<!共)(?<!高)(?:以及|和|与|跟|、|,)(?![平服谐尚弦踪随])(?=.)")
MEASURE = "只个条头匹辆朵棵颗张把件座架艘块位名本杯瓶双对台盏支枝顶间栋株根片串碗盘口群"
_NUMERAL = re.compile(rf"^(?P<n>\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*(?P<m>[{MEASURE}])(?=.)")
_SIZES: tuple[tuple[str, Size], ...] = (
    ("(?:巨大|巨型|超大|特大|庞大)的?", "huge"),
    ("(?:很大|大大|大型|大)的", "big"),
    ("(?:微小|迷你|超小|极小)的?", "tiny"),
    ("(?:很小|小小|小型|小)的", "small"),
)
_COLOUR_NAMES = "|".join(sorted((w for w in COLOUR_WORDS if not w.isascii()), key=len, reverse=True))
_COLOUR = re.compile(rf"^(?:[深浅淡亮暗鲜]|[大天墨草碧酒湖海嫩](?=.色))?(?P<c>{_COLOUR_NAMES})的?")
_NAMES = (
    "橙子 橙汁 橘子 黄瓜 黄金 黄油 黄豆 黄蜂 黄昏 黄河 红酒 红茶 红包 红薯 红豆 红枣 红毯 红桃 红十字 红绿灯 白菜 "
    "白酒 白板 白天 白糖 白银 白领 白人 黑人 黑板 黑洞 黑桃 黑莓 黑客 黑夜 黑胡椒 绿茶 绿豆 绿洲 蓝莓 蓝牙 蓝图 粉笔 "
    "粉丝 粉末 紫薯 紫菜 灰尘 灰烬 赤道 棕榈 金鱼"
).split()
"""Names that begin with a colour and mean none."""


def split_background(text: str) -> tuple[str, Background | None]:
    """Return ``text`` without what it says of the background, and that background."""
    ground = rf",?(?:在|以)?(?P<colour>{_COLOUR_NAMES})(?:的)?(?:为背景|背景(?:上|下|前|中|里)?)(?:的|,)?"
    if match := re.search(ground, text):
        return f"{text[: match.start()]}{text[match.end() :]}", Background(colour=COLOUR_WORDS[match["colour"]])
    for pattern in (rf"^在?(?:{_SCENE})(?:的|,|有|{_VERB}着)(?=.)", rf"(?<=.),?{_VERB}在(?:{_SCENE})(?:的(?=.)|$)"):
        if match := re.search(pattern, text):
            place = next(place for _, place in _SCENES if match[place])
            return f"{text[: match.start()]}{text[match.end() :]}", Background(place=place)
    return text, None


def split(text: str) -> Phrase:
    """Take apart what stands how to what: a place said after 在, before 的 or 有, riding, or a list."""
    compact = re.sub(rf"(?<=[{CJK}])\s+(?=[{CJK}])|(?<=[{CJK}])\s+(?=\d)|(?<=\d)\s+(?=[{CJK}])", "", text)
    return _split(_PICTURE.sub("", _ORDER.sub("", compact.strip(" 。，！？,!?的"))).strip(" 的"))


def _split(text: str) -> Phrase:
    clauses = [clause for clause in text.split(",") if clause.strip()]
    if sum(bool(re.search("[在有骑]", clause)) for clause in clauses) > 1:
        return Arrangement("beside", tuple(_split(clause) for clause in clauses))
    for place, relation, reverse in _PLACES:
        for pattern in (
            rf"^(?P<a>.*?){_VERB}在(?P<b>.+?)的?(?:{place})(?:的(?P<c>.+))?$",
            rf"^(?P<b>[^在]+?)的?(?:{place})(?:的|{_VERB}有|{_VERB}着)(?P<a>.+)$",
        ):
            match = re.search(pattern, text)
            named = [match["a"], match.groupdict().get("c")] if match else []
            if match and bool(named[0]) != bool(named[1]):
                return _relate(_split(named[0] or named[1] or ""), relation, _split(match["b"]), reverse=reverse)
    for pattern, relation in _VERBS:
        if match := re.search(pattern, text):
            return _relate(_split(match["a"]), relation, _split(match["b"]), reverse=False)
    pieces = _pieces(text)
    return Arrangement("beside", tuple(pieces)) if len(pieces) > 1 else text


def _relate(first: Phrase, relation: Relation, second: Phrase, *, reverse: bool) -> Phrase:
    if relation == "between" and isinstance(second, Arrangement) and second.relation == "beside":
        return Arrangement("between", (first, *second.members))
    if relation == "beside":
        row = [
            each.members if isinstance(each, Arrangement) and each.relation == "beside" else (each,)
            for each in (first, second)
        ]
        return Arrangement("beside", (*row[0], *row[1]))
    return Arrangement(relation, (second, first) if reverse else (first, second), reverse)


def _pieces(part: str) -> list[str]:
    """Split a list, but not the colours of one thing: 黑和白的猫."""
    pieces = [piece for piece in _AND.split(part) if piece.strip()]
    return [part] if not pieces or pieces[0].strip("的 ") in COLOUR_WORDS else pieces


def read_concept(part: str) -> Concept | None:
    """Return the one thing that ``part`` names, None if it names nothing."""
    part = part.strip(" 的")
    count = colour = size = None
    many = False
    if (match := _NUMERAL.match(part)) and 0 < (number := read_number(match["n"])) <= MOST:
        count = number * (2 if match["m"] in "双对" else 1)
        part = part[match.end() :].strip(" 的")
    elif match := re.match("(?:一些|几[只个条朵棵颗辆]|许多|很多)(?=.)", part):
        many, part = True, part[match.end() :].strip(" 的")
    while (word := part.partition(" ")[0]) != part and (word in NUMBERS or word in COLOUR_WORDS):
        count, colour = NUMBERS.get(word, count), COLOUR_WORDS.get(word, colour)
        part = part.partition(" ")[2].strip()
    part, size = _sized(part)
    match = _COLOUR.match(part)
    rest = part[match.end() :].strip() if match else ""
    if (match and rest and not part.startswith(tuple(_NAMES)) and not _COLOUR.match(rest + "的")) or (
        match and rest and rest.startswith(tuple(_NAMES))
    ):
        colour, part = COLOUR_WORDS[match["c"]], rest
    part, size = (part, size) if size else _sized(part)
    if part.isascii():
        many = many or (count is None and part != " ".join(singular(word) for word in part.split()))
        part = " ".join(singular(word) for word in part.split())
    return Concept(part, colour, count, size, many) if part else None


def _sized(part: str) -> tuple[str, Size | None]:
    """Return ``part`` without its size; a bare 大 or 小 belongs to the name, as in 大象."""
    for said, size in _SIZES:
        if (match := re.match(said, part)) and match.end() < len(part):
            return part[match.end() :], size
    return part, None


def read_number(text: str) -> int:
    """Return the number that digits or Chinese numerals up to 99 say."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return NUMBERS.get(text, 0)
    return (NUMBERS.get(tens, 0) if tens else 1) * 10 + (NUMBERS.get(ones, 0) if ones else 0)
