"""Reading English: relations, counts, colours, plurals."""

from __future__ import annotations

import re

from indexer.search.meaning import COLOUR_WORDS, NUMBERS, Concept, Relation, Split

_BOUND = "ː"
"""A letter no query has: it stands for the spaces of a name that is not to be taken apart."""
_STOP = frozenset(
    (
        "a an the of with and some any my your our his her its their this that these those which who is are be in "
        "at for to picture image photo illustration icon drawing please me show find pair pairs couple"
    ).split()
)
_ORDER = re.compile(
    r"^(?:please )?(?:i (?:want|need)|(?:draw|make|create|generate|paint|give)(?: me)?)"
    r" (?=(?:an?|the|one|two|three)\b|\d)"
)
_VERB = (
    r"(?:\b(?:sitting|standing|lying|riding|resting|sleeping|jumping|flying|floating|hanging|hovering|walking|running"
    r"|perched|placed|balancing|dancing|hiding|waiting|sits|stands|lies|rests|sleeps|flies|floats|hovers|hides) )?"
)
_RELATIONS: tuple[tuple[str, Relation, bool], ...] = (
    (rf"{_VERB}\b(?:on top of|upon|on|onto|atop)\b|\b(?:riding|rides)\b", "on", False),
    (rf"{_VERB}\b(?:beside|next to|by the side of|near|alongside)\b", "beside", False),
    (rf"{_VERB}\b(?:above|over)\b", "above", False),
    (rf"{_VERB}\b(?:below|under|underneath|beneath)\b", "above", True),
    (rf"{_VERB}\bbehind\b", "behind", False),
    (rf"{_VERB}\bin front of\b", "behind", True),
    (r"\band\b|\s[&+]\s", "beside", False),
)
"""How a relation is said, and whether the other way round."""
_COLOUR = "(?:" + "|".join(word for word in COLOUR_WORDS if word.isascii()) + ")"
_SHADE = re.compile(
    rf"\b(?:light|dark|bright|pale|deep|vivid|pastel|neon|hot|sky|royal|forest|olive|lime|mint)[ -](?={_COLOUR}\b)"
)
_NAMES = re.compile(
    rf"\b{_COLOUR} ?(?:and|&) ?{_COLOUR}\b"
    r"|\b(?:red panda|orange (?:juice|tree)|(?:green|black|white) tea|(?:red|white) wine|black (?:hole|pepper)"
    r"|green (?:beans?|onions?)|blue cheese|(?:brown|white) rice|white chocolate|(?:first|second|third)[ -]place)\b"
)
_NOT_A_COUNT = frozenset(("of", "o'clock", "percent", "pm", "am"))
_IRREGULAR = {
    "mice": "mouse", "geese": "goose", "children": "child", "people": "person", "men": "man", "women": "woman",
    "feet": "foot", "teeth": "tooth", "leaves": "leaf", "knives": "knife", "wolves": "wolf", "wives": "wife",
    "loaves": "loaf", "elves": "elf", "scarves": "scarf", "calves": "calf", "oxen": "ox", "dice": "die",
    "thieves": "thief", "shelves": "shelf", "halves": "half", "hooves": "hoof", "cacti": "cactus",
    "cookies": "cookie", "movies": "movie", "zombies": "zombie", "brownies": "brownie", "smoothies": "smoothie",
    "selfies": "selfie", "hoodies": "hoodie", "genies": "genie", "pixies": "pixie", "axes": "axe",
    "heroes": "hero", "potatoes": "potato", "tomatoes": "tomato", "mangoes": "mango", "volcanoes": "volcano",
    "mosquitoes": "mosquito", "tornadoes": "tornado", "buffaloes": "buffalo", "dominoes": "domino",
    "moustaches": "moustache", "mustaches": "mustache", "avalanches": "avalanche", "headaches": "headache",
    "quizzes": "quiz", "gases": "gas", "lenses": "lens",
}  # fmt: skip
_ALWAYS_MANY = frozenset(
    "glasses sunglasses scissors pants jeans shorts news fries goggles headphones trousers series species".split()
)
_UNCHANGED = _ALWAYS_MANY | frozenset(
    (
        "bus gas grass glass dress cross class boss kiss chess compass princess mistress octopus cactus walrus "
        "hippopotamus rhinoceros lotus virus campus bonus is this christmas canvas atlas iris tennis asparagus "
        "hibiscus lens santa's"
    ).split()
)


def bind(text: str) -> str:
    """Return ``text`` with quoted phrases and fixed names made single words; ``read_concept`` undoes it."""
    text = re.sub(r"[\"“”]([^\"“”]+)[\"“”]", lambda quoted: "_".join(quoted[1].split()), text)
    text = text.replace("_", _BOUND)
    text = re.sub(rf"\b({_COLOUR})(?:[ -]colou?red)\b", r"\1", _SHADE.sub("", _ORDER.sub("", text)))
    return _NAMES.sub(lambda name: re.sub(r"[ &-]+", _BOUND, name[0].replace("&", " and ")), text)


def split(text: str) -> Split:
    """Split at the most telling relation. “a cat, a dog” and “cat, dog and mouse” are lists."""
    listed = re.search(r"\band\b", text)
    text = re.sub(r",\s+(?:and\b)?" if listed else r",\s+(?=(?:an?|the|one|two|three|four)\b)", " and ", text)
    return _split(text)


def _split(text: str) -> Split:
    for pattern, relation, reverse in _RELATIONS:
        pieces = [piece for piece in re.split(pattern, text) if piece.strip()]
        if len(pieces) > 1:
            parts = [part for piece in pieces for part in _split(piece)[0]]
            return (parts[::-1] if reverse else parts), relation
    return [text], None


def read_concept(part: str) -> Concept | None:
    """Return the one thing that ``part`` names, None if it names nothing."""
    words = re.findall(rf"[^\W_{_BOUND}]+(?:[-'{_BOUND}]+[^\W_{_BOUND}]+)*", part)
    colour: str | None = None
    count: int | None = None
    kept: list[str] = []
    for n, word in enumerate(words):
        last = n == len(words) - 1
        if word in _STOP:
            continue
        if not kept and not last and word in NUMBERS and words[n + 1] not in _NOT_A_COUNT:
            count = NUMBERS[word]
        elif word in COLOUR_WORDS and (kept or not last) and (colour is None or words[n - 1] in COLOUR_WORDS):
            colour = COLOUR_WORDS[word]
        else:
            kept.append(word)
    if not kept:
        return None
    if re.search(r"\b(?:pair|pairs|couple) of\b", part) and kept[-1] not in _ALWAYS_MANY:
        count = 2 * (count or 1)
    name = " ".join([*kept[:-1], singular(kept[-1])])
    return Concept(name.replace(_BOUND, " "), colour, count)


def singular(word: str) -> str:
    """Return the singular of an English noun, by the usual rules and a few exceptions."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _UNCHANGED or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return word[:-2]
    if word.endswith("uses") and not word.endswith(("ouses", "auses", "fuses", "muses")):
        return word[:-2]
    return word[:-1]


def plural(name: str) -> str:
    """Return the plural of an English name; its last word is the noun."""
    head, space, word = name.rpartition(" ")
    return f"{head}{space}{_plural(word)}"


def _plural(word: str) -> str:
    if word in _ALWAYS_MANY or word.endswith(("fish", "sheep", "deer", "shrimp")):
        return word
    irregular = [many for many, one in _IRREGULAR.items() if one == word]
    if irregular:
        return irregular[0]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("x", "ch", "sh", "z", "s")) else f"{word}s"
