"""Tags decided by what was measured in a picture, whatever its vector says: its colours, its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assetdb.models import Tag
from indexer.colours import CHROMATIC, CHROMATIC_SHARE, COLOURS, PALE_SHARE
from indexer.models import PictureFacts

VERSION = 1
"""Rises when a rule changes, so that every picture's suggestions are looked at again."""
BLACK_SHARE = 0.6
"""Outlines are black in any drawing, so that it takes more of it to call one black."""
_WARM = ("red", "orange", "yellow")
_COOL = ("green", "blue", "purple")

Rule = Callable[[PictureFacts], float]


def _share(colours: tuple[str, ...], needed: float) -> Rule:
    """A rule that gives 0.5 where ``colours`` take ``needed`` of the figure's area, more where they take more."""

    def rule(facts: PictureFacts) -> float:
        taken = _sum(facts.colours, colours)
        return taken / (taken + needed)

    return rule


def _sum(shares: Mapping[str, float], colours: tuple[str, ...]) -> float:
    return sum(shares.get(colour, 0.0) for colour in colours)


def _multicoloured(facts: PictureFacts) -> float:
    return sum(facts.colours.get(colour, 0.0) >= 0.06 for colour in CHROMATIC) / 8


def _colourless(facts: PictureFacts) -> float:
    return max(0.0, 0.9 - 8 * _sum(facts.colours, CHROMATIC)) if facts.colours else 0.0


def _outlined(facts: PictureFacts) -> float:
    white = facts.colours.get("white", 0.0)
    return 0.8 if white >= 0.2 and white + facts.colours.get("black", 0.0) >= 0.97 else 0.0


_NEEDED = dict.fromkeys(CHROMATIC, CHROMATIC_SHARE) | {"white": PALE_SHARE, "grey": PALE_SHARE, "black": BLACK_SHARE}
RULES: dict[tuple[str, str], Rule] = {
    **{("colour", colour): _share((colour,), _NEEDED[colour]) for colour in COLOURS},
    ("colour", "multicoloured"): _multicoloured,
    ("colour", "black-and-white"): _colourless,
    ("colour", "warm-colours"): _share(_WARM, 0.75),
    ("colour", "cool-colours"): _share(_COOL, 0.75),
    ("style", "line-drawing"): _outlined,
    ("composition", "single-figure"): lambda facts: 0.55 if facts.figures == 1 else 0.0,
    ("composition", "two-figures"): lambda facts: 0.75 if facts.figures == 2 else 0.0,
    ("composition", "several-figures"): lambda facts: 0.75 if facts.figures >= 3 else 0.0,
}
"""Probability of a tag by its group and slug. A tag of that slug in another group is read off the vector."""


def rule_of(tag: Tag) -> Rule | None:
    """Return the rule that decides ``tag``, None for one that is read off the vector."""
    return RULES.get((tag.group, tag.slug))
