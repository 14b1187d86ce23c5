"""Reading English: relations, counts, colours, plurals."""

from __future__ import annotations

import re

from indexer.search.meaning import (
    COLOUR_WORDS,
    NUMBERS,
    SIZE_WORDS,
    Arrangement,
    Background,
    Concept,
    Phrase,
    Place,
    Relation,
    Size,
)

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
_RELATIONS: dict[str, tuple[str, Relation, bool]] = {
    "front": (r"in front of", "behind", True),
    "between": (r"in between|between", "between", False),
    "around": (r"all around|around|surrounding|encircling|circling|orbiting", "around", False),
    "on": (r"on top of|upon|on|onto|atop", "on", False),
    "beside": (r"beside|next to|by the side of|near|alongside", "beside", False),
    "above": (r"above|over", "above", False),
    "below": (r"below|under|underneath|beneath", "above", True),
    "behind": (r"behind", "behind", False),
    "inside": (r"inside of|inside|within|into|in", "in", False),
}
"""How a relation is said, and whether the other way round."""
_RELATION = re.compile(
    rf"{_VERB}(?<![\w-])(?:{'|'.join(f'(?P<{name}>{said})' for name, (said, _, _) in _RELATIONS.items())})(?![\w-])"
    r"|\b(?P<ride>riding|rides)\b|(?P<list>\band\b|\s[&+]\s)"
)
_TIGHT = ("on", "in")
_LOOSE = ("above", "behind", "around")
"""Whatever is on or in a thing belongs to it first; what is above or behind comes to all there is last."""
_COLOUR = "(?:" + "|".join(word for word in COLOUR_WORDS if word.isascii()) + ")"
_SHADE = re.compile(
    rf"\b(?:light|dark|bright|pale|deep|vivid|pastel|neon|hot|sky|royal|forest|olive|lime|mint)[ -](?={_COLOUR}\b)"
)
_NAMES = re.compile(
    rf"\b{_COLOUR} ?(?:and|&) ?{_COLOUR}\b"
    r"|\b(?:red panda|orange (?:juice|tree)|(?:green|black|white) tea|(?:red|white) wine|black (?:hole|pepper)"
    r"|big (?:ben|bang|dipper|apple)|giant panda|little (?:mermaid|prince|finger|red riding hood)"
    r"|mini (?:golf|skirt)|(?:small|large) intestine|green (?:beans?|onions?)|blue cheese|(?:brown|white) rice"
    r"|white chocolate|(?:first|second|third)[ -]place)\b"
)
_SEA = r"(?:(?:open|deep|blue|calm|wide) )?(?:sea|ocean)"
_PLACES: tuple[tuple[str, Place], ...] = (
    (r"(?:under|beneath|below) (?:the |a )?(?:sea|ocean|water)|underwater|in (?:the )?(?:deep )?water", "underwater"),
    (rf"(?:sailing |floating )?(?:on|in|at|over|across|by|into) (?:the |a )?{_SEA}", "sea"),
    (
        r"(?:at|by|during the|in the|in a) (?:\w+ )?night(?:[ -]?time)?(?: sky)?"
        r"|(?:under|in|against) (?:a|the) starry sky|in (?:outer )?space",
        "night",
    ),
    (r"(?:high |up )?(?:in|into|against|across|through) (?:the|a) (?:(?:blue|clear|open|cloudy) )?sky", "sky"),
    (r"at (?:sunset|sunrise|dusk|dawn)|(?:in|into) the sunset", "sunset"),
    (r"(?:in|on) the snow", "snow"),
    (r"(?:on|in) the (?:grass|meadow|lawn)|in a meadow", "meadow"),
    (r"(?:in|on) the (?:desert|beach|sand)|on a beach", "sand"),
)
_PLACE = re.compile("|".join(rf"(?P<{place}>{_VERB}\b(?:{said})\b)" for said, place in _PLACES))
_GROUND = re.compile(
    rf",? ?\b(?:(?:on|with|against|over) )?(?:an? |the )?(?:(?:plain|solid|flat) )*(?P<colour>{_COLOUR}) "
    r"(?:background|backdrop)\b"
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


def split_background(text: str) -> tuple[str, Background | None]:
    """Return ``text`` without what it says of the background, and that background."""
    if match := _GROUND.search(text):
        background = Background(colour=COLOUR_WORDS[match["colour"]])
    elif match := _PLACE.search(text):
        background = Background(place=next(place for _, place in _PLACES if match[place]))
    else:
        return text, None
    return f"{text[: match.start()]} {text[match.end() :]}".strip(" ,"), background


def split(text: str) -> Phrase:
    """Take apart what stands how to what. “a cat, a dog” and “cat, dog and mouse” are lists."""
    listed = re.search(r"\band\b", text)
    text = re.sub(r",\s+(?:and\b)?" if listed else r",\s+(?=(?:an?|the|one|two|three|four)\b)", " and ", text)
    pieces: list[Phrase] = []
    joins: list[str] = []
    start, waiting = 0, ""
    for match in [*_RELATION.finditer(text), None]:
        piece = text[start : match.start() if match else len(text)]
        if re.search(r"\w", piece):
            joins += [waiting] if pieces else []
            pieces.append(piece)
            waiting = ""
        if match:
            start, waiting = match.end(), waiting or str(match.lastgroup)
    return _together(_clauses(pieces, joins)) if pieces else text


def _clauses(pieces: list[Phrase], joins: list[str]) -> list[Phrase]:
    """Split at “and”: a cat and a dog under a tree are both there, a bird on a tree and a cat are not."""
    clauses: list[tuple[list[Phrase], list[str]]] = [(pieces[:1], [])]
    for join, piece in zip(joins, pieces[1:], strict=True):
        (said, how), plain = clauses[-1], not clauses[-1][1]
        if join != "list":
            if plain and len(clauses) > 1 and not any(how for _, how in clauses):
                said = [_together([each[0][0] for each in clauses])]
                how, clauses = [], []
                clauses.append((said, how))
            said.append(piece)
            how.append(join)
        elif how and (how[-1] == "between" or _meant(how[-1])[0] in _LOOSE):
            said[-1] = _together([said[-1], piece])
        else:
            clauses.append(([piece], []))
    return [_bind_by(said, how) for said, how in clauses]


def _bind_by(pieces: list[Phrase], joins: list[str]) -> Phrase:
    for relations in (_TIGHT, ("beside", "between", "around", "behind"), ("above",)):
        n = 0
        while n < len(joins):
            relation, reverse = _meant(joins[n])
            if relation not in relations:
                n += 1
                continue
            pieces[n : n + 2] = [_relate(pieces[n], relation, pieces[n + 1], reverse=reverse)]
            del joins[n]
    return pieces[0]


def _meant(join: str) -> tuple[Relation, bool]:
    return ("on", False) if join == "ride" else _RELATIONS[join][1:]


def _relate(first: Phrase, relation: Relation, second: Phrase, *, reverse: bool) -> Phrase:
    if relation == "beside":
        return _together([first, second])
    if relation == "between" and isinstance(second, Arrangement) and second.relation == "beside":
        return Arrangement("between", (first, *second.members))
    return Arrangement(relation, (second, first) if reverse else (first, second), reverse)


def _together(phrases: list[Phrase]) -> Phrase:
    """Return phrases as one row."""
    row: list[Phrase] = []
    for phrase in phrases:
        row += phrase.members if isinstance(phrase, Arrangement) and phrase.relation == "beside" else [phrase]
    return row[0] if len(row) == 1 else Arrangement("beside", tuple(row))


def read_concept(part: str) -> Concept | None:
    """Return the one thing that ``part`` names, None if it names nothing."""
    words = re.findall(rf"[^\W_{_BOUND}]+(?:[-'{_BOUND}]+[^\W_{_BOUND}]+)*", part)
    colour: str | None = None
    count: int | None = None
    size: Size | None = None
    kept: list[str] = []
    for n, word in enumerate(words):
        last = n == len(words) - 1
        if word in _STOP:
            continue
        if not kept and not last and word in NUMBERS and words[n + 1] not in _NOT_A_COUNT:
            count = NUMBERS[word]
        elif not kept and not last and word in SIZE_WORDS:
            size = SIZE_WORDS[word]
        elif word in COLOUR_WORDS and (kept or not last) and (colour is None or words[n - 1] in COLOUR_WORDS):
            colour = COLOUR_WORDS[word]
        else:
            kept.append(word)
    if not kept:
        return None
    paired = re.search(r"\b(?:pair|pairs|couple) of\b", part)
    if paired and kept[-1] not in _ALWAYS_MANY:
        count = 2 * (count or 1)
    one = singular(kept[-1])
    name = " ".join([*kept[:-1], one])
    many = count is None and one != kept[-1]
    return Concept(name.replace(_BOUND, " "), colour, count, size, many)


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
