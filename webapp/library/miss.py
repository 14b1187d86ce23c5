"""What a miss comes down to: what was understood, what is nearest, what else may be the reason, who could make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.utils.translation import gettext, ngettext

from assetdb.access import Caller
from assetdb.errors import DamError
from assetdb.models import Asset, User
from generators.makers import choose
from generators.models import Run
from generators.shelf import LibraryShelf
from indexer import embed
from indexer.search import Results, search
from indexer.search.query import Arrangement, Concept, Parsed, parse
from webapp.library.ask import Ask
from webapp.library.wording import translated

TIMED = 20
"""How many of the last runs say how long making takes."""
REVERSED = {"above": "under", "behind": "in front of"}
"""What a relation is called from the other side."""


@dataclass(frozen=True)
class Part:
    """One thing that was understood of a query, and whether the nearest asset shows it."""

    label: str
    shown: bool


@dataclass(frozen=True)
class Miss:
    """A search without a sure answer, told to the person who asked.

    ``reasons`` are other causes than a gap: filters, what is not indexed yet. ``maker`` is empty when
    nothing can make it, and ``refusal`` then says why. ``seconds`` is how long making took of late.
    """

    parts: list[Part]
    nearest: Asset | None
    reasons: list[str]
    maker: str = ""
    refusal: str = ""
    seconds: int | None = None


def diagnose(ask: Ask, results: Results, user: Caller) -> Miss:
    """Return what the page says beside the verdict on ``ask``, which was not a hit."""
    parsed = parse(ask.q)
    missing = results.verdict.missing if results.verdict else ()
    nearest = results.hits[0].asset if results.hits else None
    maker, refusal = _maker(ask, user)
    return Miss(
        parts=_parts(parsed, missing),
        nearest=nearest,
        reasons=_reasons(ask, user),
        maker=maker,
        refusal=refusal,
        seconds=_seconds(maker) if maker else None,
    )


def _parts(parsed: Parsed, missing: tuple[str, ...]) -> list[Part]:
    """Return the things in the order they were said, with the word between two of them."""
    parts = [Part(_named(concept), not _lacks(concept, missing)) for concept in parsed.concepts]
    arranged = parsed.arrangement
    if isinstance(arranged, Arrangement) and len(parts) == 2:
        said = REVERSED.get(arranged.relation, arranged.relation) if arranged.reverse else arranged.relation
        parts = parts[::-1] if arranged.reverse else parts
        parts.insert(1, Part(translated(said), shown=False))
    if parsed.background is not None:
        behind = parsed.background.place or parsed.background.colour or ""
        parts.append(Part(gettext("behind it: %(what)s") % {"what": translated(behind)}, shown=False))
    return parts


def _named(concept: Concept) -> str:
    colour = translated(concept.colour) if concept.colour else ""
    said = (" " if concept.words.isascii() else "").join(filter(None, (colour, concept.words)))
    return f"{concept.count} × {said}" if concept.count and concept.count > 1 else said


def _lacks(concept: Concept, missing: tuple[str, ...]) -> bool:
    own = {concept.words, f"{concept.colour} {concept.words}", f"{concept.count} × {concept.words}"}
    return bool(own & set(missing))


def _reasons(ask: Ask, user: Caller) -> list[str]:
    said = []
    if ask.narrowed:
        free = Ask(q=ask.q)
        found = search(free.query, user=user, filters=free.filters(user), limit=1)
        if found.verdict is not None and found.verdict.kind == "hit":
            said.append(gettext("The filters are why: without them the library has it."))
    if user.is_authenticated and isinstance(user, User) and user.ai == "hide" and not ask.ai:
        said.append(gettext("Generated assets are hidden, as your account asks."))
    if waiting := embed.pending():
        said.append(
            ngettext(
                "%(n)s change is not indexed yet and may hold it.",
                "%(n)s changes are not indexed yet and may hold it.",
                waiting,
            )
            % {"n": waiting}
        )
    return said


def _maker(ask: Ask, user: Caller) -> tuple[str, str]:
    try:
        return choose(ask.q, kind="image", shelf=LibraryShelf(user)).name, ""
    except DamError as error:
        return "", translated(error.message)


def _seconds(maker: str) -> int | None:
    """Return how long the last runs of ``maker`` worked until a reviewer could look, the median in seconds."""
    took = []
    for steps in (
        Run.objects.filter(generator=maker).exclude(state__in=Run.WORK).values_list("steps", flat=True)[:TIMED]
    ):
        began = {step["state"]: datetime.fromisoformat(step["began"]) for step in steps}
        if Run.State.GENERATING in began and Run.State.REVIEW in began:
            took.append((began[Run.State.REVIEW] - began[Run.State.GENERATING]).total_seconds())
    return max(1, round(median(took))) if took else None
