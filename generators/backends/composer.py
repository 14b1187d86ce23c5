"""The maker that needs no weights: it composes new pictures from illustrations that are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from assetdb.errors import DamError
from generators.backends.base import Cancelled, CancelledError, Candidate, Generator, Refusal, Report
from generators.composition.background import paint
from generators.composition.drawing import Placed, draw, rasterise
from generators.composition.figure import read_figure
from generators.composition.layout import Thing
from generators.composition.pieces import Pieces
from generators.composition.scene import best_layout
from generators.composition.sizes import natures_of
from generators.composition.title import name_of
from generators.recipe import Recipe
from generators.shelf import SVG, Part, Shelf
from indexer.search.query import Arrangement, Background, Concept, Parsed, Size, parse

MOST_EACH = 12
MOST_THINGS = 5
MOST_PIECES = 30
DEEPEST = 2
SEVERAL, RING = 3, 8
"""How many are drawn where only “several” was said: of a thing, and around another."""
_BARE: dict[str, Size] = {"大": "big", "小": "small"}


class Composer(Generator):
    """Things in colours, numbers and sizes, on, in, beside, above, behind, between or around each other."""

    name = "composer"
    kinds = frozenset({"image"})
    revision = "3"

    def accepts(self, prompt: str, *, shelf: Shelf) -> Refusal | None:
        parsed = _read(prompt, shelf)
        if refusal := _cannot_express(parsed):
            return refusal
        unknown = [concept.words for concept in parsed.concepts if not shelf.find(concept.words)]
        if unknown:
            listed = ", ".join(f"“{name}”" for name in unknown)
            return Refusal("unknown_concept", f"The composer has no illustration of {listed} it may build on.")
        return None

    def recipes(self, prompt: str, *, count: int, seed: int, shelf: Shelf) -> list[Recipe]:
        parsed = _read(prompt, shelf)
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
                    options={"things": [asdict(concept) for concept in parsed.concepts]},
                )
            )
        return made

    def generate(self, recipe: Recipe, *, shelf: Shelf, cancelled: Cancelled, report: Report) -> Iterator[Candidate]:
        if cancelled():
            raise CancelledError
        concepts = tuple(Concept(**said) for said in recipe.options["things"])
        parsed = replace(parse(recipe.prompt), concepts=concepts)
        parts = []
        for key in recipe.parents:
            part = shelf.get(key)
            if part is None:
                raise DamError("part_gone", "A part of the picture is gone or may no longer be used. Try again.")
            parts.append(part)
        swims = all(nature.swims and not nature.floats for nature in natures_of([part.title for part in parts]))
        if swims and parsed.background == Background(place="sea"):
            parsed = replace(parsed, background=Background(place="underwater"))
        report(0.2)
        svg, options = _compose(parsed, parts, recipe.seed)
        report(0.7)
        if cancelled():
            raise CancelledError
        title, title_zh = name_of(parsed, parts)
        made = Recipe(**{**recipe.to_json(), "options": dict(recipe.options) | options})
        report(1.0)
        yield Candidate(made, svg, SVG, title, title_zh, rasterise(svg), tuple(parts))


def _read(prompt: str, shelf: Shelf) -> Parsed:
    """Return what ``prompt`` asks for; a bare 大 or 小 is a size where the shelf has no such name."""
    parsed = parse(prompt)
    concepts = []
    for concept in parsed.concepts:
        size, rest = _BARE.get(concept.words[:1]), concept.words[1:]
        if size and rest and not concept.size and (parts := shelf.find(rest)):
            same = shelf.find(concept.words)
            if not same or (size == "small" and same == parts):
                concepts.append(replace(concept, words=rest, size=size))
                continue
        concepts.append(concept)
    return replace(parsed, concepts=tuple(concepts))


def _cannot_express(parsed: Parsed) -> Refusal | None:
    concepts, node = parsed.concepts, parsed.arrangement
    if node is None:
        return Refusal("no_concept", "Name the thing to be made, such as “purple elephant”.")
    if parsed.language == "other":
        return Refusal("unknown_language", "The composer reads English and Chinese.")
    if len(concepts) > MOST_THINGS:
        return Refusal("too_many_concepts", f"The composer puts at most {MOST_THINGS} different things together.")
    if any((concept.count or 1) > MOST_EACH for concept in concepts):
        return Refusal("too_many", f"The composer draws at most {MOST_EACH} of each thing.")
    if sum(_counts(parsed)) > MOST_PIECES:
        return Refusal("too_many", f"The composer draws at most {MOST_PIECES} things in all.")
    if _depth(node) > DEEPEST:
        return Refusal("too_nested", "The composer follows two places within each other, such as “on … under …”.")
    return _cannot_place(node, _counts(parsed))


def _cannot_place(node: int | Arrangement[int], counts: Sequence[int]) -> Refusal | None:
    if isinstance(node, int):
        return None
    first, last = node.members[0], node.members[-1]
    if node.relation == "around" and (not isinstance(first, int) or counts[first] < 3):
        return Refusal(
            "cannot_place", "It takes three or more to be around another, such as “six birds around a tree”."
        )
    if node.relation == "between" and len(node.members) == 2 and (not isinstance(last, int) or counts[last] < 2):
        return Refusal("cannot_place", "Say which two it is between, such as “between a dog and a tree”.")
    return next(filter(None, (_cannot_place(member, counts) for member in node.members)), None)


def _depth(node: int | Arrangement[int]) -> int:
    if isinstance(node, int):
        return 0
    return max(_depth(member) for member in node.members) + (1 if node.relation != "beside" else 0)


def _counts(parsed: Parsed) -> list[int]:
    """Return how many of each concept are drawn."""
    some = [SEVERAL if concept.many else 1 for concept in parsed.concepts]
    waiting = [parsed.arrangement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Arrangement):
            waiting += node.members
            first, last = node.members[0], node.members[-1]
            if node.relation == "around" and isinstance(first, int) and some[first] > 1:
                some[first] = RING
            if node.relation == "between" and isinstance(last, int) and some[last] > 1 and len(node.members) == 2:
                some[last] = 2
    return [concept.count or number for concept, number in zip(parsed.concepts, some, strict=True)]


def _compose(parsed: Parsed, parts: Sequence[Part], seed: int) -> tuple[bytes, dict[str, object]]:
    """Return the SVG and what was decided for it: every piece's thing and box, things in order, and the score."""
    figures = [read_figure(part.svg) for part in parts]
    natures = natures_of([part.title for part in parts], [concept.size for concept in parsed.concepts])
    things = [Thing(*each) for each in zip(figures, natures, _counts(parsed), strict=True)]
    background = parsed.background
    pieces, score = best_layout(
        parsed.arrangement if parsed.arrangement is not None else 0,
        things,
        seed=seed,
        place=background.place if background else None,
        size=parsed.concepts[0].size if len(things) == 1 else None,
    )
    placed = [Placed(figures[p.thing], p.box, parsed.concepts[p.thing].colour, p.flipped) for p in pieces]
    credited = "; ".join(dict.fromkeys(part.credit for part in parts if part.credit))
    svg = draw(
        placed,
        title=name_of(parsed, parts)[0],
        description=f"Composed from illustrations by {credited}",
        background=paint(background, seed=seed) if background else (),
    )
    return svg, _decided(pieces, score)


def _decided(pieces: Pieces, score: float) -> dict[str, object]:
    ordered = sorted(pieces, key=lambda piece: piece.thing)
    return {
        "boxes": [asdict(piece.box) for piece in ordered],
        "shows": [piece.thing for piece in ordered],
        "score": round(score, 4),
    }
