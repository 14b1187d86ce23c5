"""Which titles a name may stand for. A wrong part is worse than none, so a doubtful title is left out."""

from __future__ import annotations

from indexer.search.query import singular

MOST_EXTRA = 2
"""How many words, or Chinese characters, a title may have beyond the name asked for."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("car", "汽车", "车", "轿车", "小汽车"), ("automobile",)),
    **dict.fromkeys(("plane", "aeroplane", "aircraft"), ("airplane",)),
    **dict.fromkeys(("lorry", "truck", "卡车"), ("delivery truck",)),
    **dict.fromkeys(("bike", "cycle", "单车", "脚踏车"), ("bicycle",)),
    **dict.fromkeys(("motorbike", "摩托"), ("motorcycle",)),
    **dict.fromkeys(("boat", "帆船", "小船"), ("sailboat",)),
    "公共汽车": ("bus",),
    "ufo": ("flying saucer",),
    **dict.fromkeys(("moon", "月亮", "月球"), ("full moon", "crescent moon")),
    **dict.fromkeys(("earth", "world", "地球"), ("globe showing europe-africa", "globe showing americas")),
    "planet": ("ringed planet",),
    **dict.fromkeys(("tree", "树", "大树"), ("deciduous tree", "evergreen tree")),
    **dict.fromkeys(("flower", "花", "花朵"), ("tulip", "blossom", "sunflower")),
    **dict.fromkeys(("leaf", "叶子", "树叶"), ("maple leaf",)),
    **dict.fromkeys(("plant", "植物"), ("potted plant",)),
    **dict.fromkeys(("heart", "心", "爱心", "红心"), ("red heart",)),
    **dict.fromkeys(("apple", "苹果"), ("red apple",)),
    "橙子": ("tangerine",),
    **dict.fromkeys(("corn", "maize"), ("ear of corn",)),
    **dict.fromkeys(("donut", "蛋糕圈"), ("doughnut",)),
    **dict.fromkeys(("burger", "汉堡包"), ("hamburger",)),
    **dict.fromkeys(("cake", "蛋糕"), ("birthday cake", "shortcake")),
    **dict.fromkeys(("cheese", "奶酪"), ("cheese wedge",)),
    **dict.fromkeys(("coffee", "咖啡"), ("hot beverage",)),
    **dict.fromkeys(("beer", "啤酒"), ("beer mug",)),
    **dict.fromkeys(("wine", "red wine", "红酒"), ("wine glass",)),
    **dict.fromkeys(("milk", "牛奶"), ("glass of milk",)),
    **dict.fromkeys(("noodle", "ramen"), ("steaming bowl",)),
    "番茄": ("tomato",),
    **dict.fromkeys(("puppy", "doggy", "小狗"), ("dog",)),
    **dict.fromkeys(("kitten", "kitty", "小猫", "猫咪"), ("cat",)),
    **dict.fromkeys(("bunny", "hare", "兔"), ("rabbit",)),
    **dict.fromkeys(("sheep", "绵羊", "羊"), ("ewe",)),
    "hen": ("chicken",),
    **dict.fromkeys(("chick", "鸡仔"), ("baby chick",)),
    **dict.fromkeys(("bee", "蜂"), ("honeybee",)),
    **dict.fromkeys(("ladybug", "ladybird"), ("lady beetle",)),
    **dict.fromkeys(("caterpillar", "虫子"), ("bug",)),
    **dict.fromkeys(("dinosaur", "恐龙"), ("t-rex", "sauropod")),
    **dict.fromkeys(("pony", "骏马"), ("horse",)),
    **dict.fromkeys(("alligator", "鳄"), ("crocodile",)),
    **dict.fromkeys(("rhino",), ("rhinoceros",)),
    **dict.fromkeys(("hippo",), ("hippopotamus",)),
    **dict.fromkeys(("tortoise", "乌龟"), ("turtle",)),
    **dict.fromkeys(("牛", "母牛"), ("cow",)),
    **dict.fromkeys(("虎",), ("tiger",)),
    **dict.fromkeys(("象",), ("elephant",)),
    **dict.fromkeys(("鸭",), ("duck",)),
    **dict.fromkeys(("鸟儿", "小鸟"), ("bird",)),
    **dict.fromkeys(("小鱼",), ("fish",)),
    **dict.fromkeys(("房屋", "小房子", "屋子", "home", "cottage"), ("house",)),
    **dict.fromkeys(("城堡",), ("castle",)),
    **dict.fromkeys(("hat", "帽子"), ("top hat",)),
    **dict.fromkeys(("cap",), ("billed cap",)),
    **dict.fromkeys(("shirt", "tshirt", "衬衫"), ("t-shirt",)),
    **dict.fromkeys(("shoe", "鞋", "鞋子"), ("man's shoe",)),
    **dict.fromkeys(("sneaker",), ("running shoe",)),
    **dict.fromkeys(("boot", "靴子"), ("hiking boot",)),
    **dict.fromkeys(("tie", "领带"), ("necktie",)),
    **dict.fromkeys(("bag", "包"), ("handbag",)),
    **dict.fromkeys(("suitcase",), ("luggage",)),
    **dict.fromkeys(("computer", "电脑"), ("laptop",)),
    **dict.fromkeys(("phone", "smartphone", "电话"), ("mobile phone", "telephone")),
    **dict.fromkeys(("clock", "时钟", "钟"), ("alarm clock", "mantelpiece clock")),
    **dict.fromkeys(("gift", "present", "礼品"), ("wrapped gift",)),
    "箱子": ("box",),
    **dict.fromkeys(("ball", "皮球"), ("soccer ball",)),
    **dict.fromkeys(("lamp", "灯"), ("light bulb",)),
    **dict.fromkeys(("piano", "钢琴"), ("musical keyboard",)),
    **dict.fromkeys(("diamond", "gem", "jewel", "钻石"), ("gem stone",)),
    **dict.fromkeys(("sword", "剑"), ("dagger",)),
    **dict.fromkeys(("knife", "刀"), ("kitchen knife",)),
    **dict.fromkeys(("book", "书", "书本"), ("open book", "closed book")),
    **dict.fromkeys(("letter", "mail"), ("envelope",)),
    **dict.fromkeys(("lock", "padlock", "锁"), ("locked",)),
    **dict.fromkeys(("flag", "旗", "旗子"), ("triangular flag",)),
    **dict.fromkeys(("stone", "石头"), ("rock",)),
    **dict.fromkeys(("snow",), ("snowflake",)),
    **dict.fromkeys(("rain", "雨"), ("cloud with rain",)),
    **dict.fromkeys(("water", "水", "水滴"), ("droplet",)),
    **dict.fromkeys(("flame", "火"), ("fire",)),
    **dict.fromkeys(("lightning", "闪电"), ("high voltage",)),
    **dict.fromkeys(("person", "人"), ("person",)),
    **dict.fromkeys(("desk", "书桌", "餐桌", "茶几"), ("table",)),
    **dict.fromkeys(("couch",), ("sofa",)),
}
"""What people call things, and the titles the illustrations of them have."""

MISLEADING = frozenset(
    (
        "wave bow bamboo gun punch dash date art metal mag mega zap on o v x one two three four five six seven eight "
        "nine zero ten hash asterisk fu sa koko accept pencil egg sound signal couple flags runner leaves"
    ).split()
)
"""Aliases that call something else by this name."""

_NOT_ITS_HEAD = frozenset(
    (
        "rice ball|confetti ball|crystal ball|mirror ball|pool 8 ball|bento box|takeout box|beverage box|check box|"
        "hot dog|teddy bear|computer mouse|wilted flower|broken heart|beating heart|anatomical heart|water wave|"
        "moon cake|fish cake with swirl|shaved ice|ice cream|soft ice cream|bubble tea|carousel horse|chess pawn|"
        "mouse trap|slot machine|flash card|water buffalo|spider web|leafless tree|tanabata tree|"
        "ballot box with ballot|card file box"
    ).split("|")
)
_JOINS = frozenset(("with", "of", "on", "in", "behind", "under", "over", "for", "at", "from", "holding", "wearing"))


def surplus(name: str, title: str) -> int | None:
    """Return how many words ``title`` has beyond ``name``, or None if it names something else.

    In English and in Chinese the last noun is the thing: an evergreen tree is a tree, 苹果 may be a
    红苹果, but nail polish is no nail and a 树懒 no 树.
    """
    if not name.isascii():
        extra = len(title) - len(name)
        fits = title == name or (len(name) > 1 and title.endswith(name) and extra <= MOST_EXTRA)
        return extra if fits else None
    asked, given = stems(name), stems(title)
    head = next((n for n, word in enumerate(given) if word in _JOINS), len(given))
    extra = len(given) - len(asked)
    if not asked or given == asked:
        return 0 if asked else None
    if title in _NOT_ITS_HEAD or "and" in given or ":" in title or extra > MOST_EXTRA:
        return None
    return extra if given[:head][-len(asked) :] == asked else None


def stems(text: str) -> list[str]:
    """Return the words of ``text`` in the singular, lower-case."""
    return [singular(word) for word in text.lower().replace("-", " ").split()]
