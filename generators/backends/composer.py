"""The maker that needs no weights: it composes new pictures from illustrations that are there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict, replace

from assetdb.errors import DamError
from generators.backends.base import Cancelled, CancelledError, Candidate, Generator, Refusal, Report
from generators.composition.drawing import Placed, draw, rasterise
from generators.composition.figure import Box, read_figure
from generators.composition.layout import CANVAS, MARGIN, fit, grid, related, settle
from generators.recipe import Recipe
from generators.shelf import SVG, Part, Shelf
from indexer.search.query import Concept, Parsed, parse, plural

MOST = 12
MOST_EACH = 4
_ZH = {
    "red": "红色", "orange": "橙色", "yellow": "黄色", "green": "绿色", "blue": "蓝色", "purple": "紫色",
    "pink": "粉色", "brown": "棕色", "black": "黑色", "white": "白色", "grey": "灰色",
}  # fmt: skip
_ZH_PLACE = {"on": "上面", "beside": "旁边", "above": "上方", "behind": "后面"}
_NUMBERS = (
    "",
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
)


class Composer(Generator):
    """Colour × count of one concept, or two concepts on, beside, above or behind each other."""

    name = "composer"
    kinds = frozenset({"image"})
    revision = "1"

    def accepts(self, prompt: str, *, shelf: Shelf) -> Refusal | None:
        parsed = parse(prompt)
        if refusal := _cannot_express(parsed):
            return refusal
        unknown = [concept.words for concept in parsed.concepts if not shelf.find(concept.words)]
        if unknown:
            listed = ", ".join(f"“{name}”" for name in unknown)
            return Refusal("unknown_concept", f"The composer has no illustration of {listed} it may build on.")
        return None

    def recipes(self, prompt: str, *, count: int, seed: int, shelf: Shelf) -> list[Recipe]:
        parsed = parse(prompt)
        found = [shelf.find(concept.words) for concept in parsed.concepts]
        made = []
        for n in range(count):
            parts = tuple(options[(n // 2) % len(options)].key for options in found)
            made.append(
                Recipe(
                    generator=self.name,
                    revision=self.revision,
                    kind="image",
                    prompt=prompt,
                    seed=seed + n,
                    parents=parts,
                )
            )
        return made

    def generate(self, recipe: Recipe, *, shelf: Shelf, cancelled: Cancelled, report: Report) -> Iterator[Candidate]:
        if cancelled():
            raise CancelledError
        parsed = parse(recipe.prompt)
        parts = []
        for key in recipe.parents:
            part = shelf.get(key)
            if part is None:
                raise DamError("part_gone", "A part of the picture is gone or may no longer be used. Try again.")
            parts.append(part)
        report(0.2)
        placed, boxes = _compose(parsed, parts, recipe.seed)
        title, title_zh = name_of(parsed, parts)
        credited = "; ".join(dict.fromkeys(part.credit for part in parts if part.credit))
        svg = draw(placed, title=title, description=f"Composed from illustrations by {credited}")
        report(0.7)
        if cancelled():
            raise CancelledError
        options = {"boxes": [asdict(box) for box in boxes]}
        made = Recipe(**{**recipe.to_json(), "options": dict(recipe.options) | options})
        report(1.0)
        yield Candidate(made, svg, SVG, title, title_zh, rasterise(svg), tuple(parts))


def _cannot_express(parsed: Parsed) -> Refusal | None:
    concepts = parsed.concepts
    if not concepts:
        return Refusal("no_concept", "Name the thing to be made, such as “purple elephant”.")
    if parsed.language == "other":
        return Refusal("unknown_language", "The composer reads English and Chinese.")
    if len(concepts) > 2:
        return Refusal("too_many_concepts", "The composer puts at most two different things together.")
    most = MOST if len(concepts) == 1 else MOST_EACH
    if any((concept.count or 1) > most for concept in concepts):
        return Refusal("too_many", f"The composer draws at most {most} of these.")
    return None


def _compose(parsed: Parsed, parts: list[Part], seed: int) -> tuple[list[Placed], list[Box]]:
    dice = random.Random(seed)
    figures = [read_figure(part.svg) for part in parts]
    room = CANVAS - 2 * MARGIN
    if len(figures) == 1:
        side = room * dice.uniform(0.9, 1.0)
        frame = Box((CANVAS - side) / 2, (CANVAS - side) / 2, side, side)
        (concept,), (figure,) = parsed.concepts, figures
        boxes = grid(figure.drawn, concept.count or 1, frame=frame, dice=dice)
        return [Placed(figure, box, concept.colour) for box in boxes], boxes
    shapes = [_group_shape(figure.drawn, concept) for figure, concept in zip(figures, parsed.concepts, strict=True)]
    names = [part.title for part in parts]
    placed: list[Placed] = []
    frames: dict[int, Box] = {}
    for n, frame in related(shapes, names, parsed.relation or "beside", dice=dice):
        concept, figure = parsed.concepts[n], figures[n]
        frames[n] = frame
        if (concept.count or 1) == 1:
            boxes = [fit(figure.drawn, frame, grounded=True)]
        else:
            boxes = _line(figure.drawn, concept.count or 1, frame)
        if parsed.relation == "on" and n == 0:
            under = [(item.box, item.figure.measured) for item in placed]
            settled = [settle(box, figure.measured, under) for box in boxes]
            down = min(after.y - before.y for before, after in zip(boxes, settled, strict=True))
            frames[n], boxes = replace(frame, y=frame.y + down), settled
        placed += [Placed(figure, box, concept.colour) for box in boxes]
    return placed, [frames[0], frames[1]]


def _group_shape(drawn: Box, concept: Concept) -> Box:
    count = concept.count or 1
    return Box(0, 0, drawn.width * count * (1.08 if count > 1 else 1), drawn.height)


def _line(drawn: Box, count: int, frame: Box) -> list[Box]:
    cell = frame.width / count
    return [
        fit(drawn, Box(frame.x + n * cell, frame.y, cell / 1.08, frame.height), grounded=True) for n in range(count)
    ]


def name_of(parsed: Parsed, parts: list[Part]) -> tuple[str, str]:
    """Return the title of a composition, in English and Chinese; the latter empty if a name is unknown."""
    said, said_zh = [], []
    for concept, part in zip(parsed.concepts, parts, strict=True):
        name = concept.words if parsed.language == "en" else part.title.lower()
        count = concept.count or 1
        many = [_NUMBERS[count], plural(name)] if count > 1 else [name]
        said.append(" ".join([*many[:-1], *filter(None, [concept.colour]), many[-1]]))
        numeral = f"{_numeral_zh(count)}个" if count > 1 else ""
        zh = concept.words if parsed.language == "zh" else part.title_zh
        said_zh.append(numeral + (f"{_ZH[concept.colour]}的" if concept.colour else "") + zh if zh else "")
    if len(said) == 1:
        return said[0].capitalize(), said_zh[0]
    relation = parsed.relation or "beside"
    joined_zh = f"{said_zh[0]}在{said_zh[1]}{_ZH_PLACE[relation]}" if all(said_zh) else ""
    return f"{said[0]} {relation} {said[1]}".capitalize(), joined_zh


def _numeral_zh(count: int) -> str:
    return "零一两三四五六七八九十"[count] if count <= 10 else f"十{'一二'[count - 11]}"
