"""A miss becomes a run: asked for by a person, one a meaning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from assetdb import nudges
from assetdb.access import Caller, require
from assetdb.errors import DamError
from assetdb.models import Role, User
from generators.makers import choose
from generators.models import Run, RunAsker
from generators.shelf import LibraryShelf
from indexer.search import Query, Results, search
from indexer.search.query import Arrangement, Parsed, parse
from indexer.spaces import active_space, text_vectors

RUNS = "runs"
"""The name runs are nudged by."""
SAME = 0.9
"""Cosine of two concepts' text vectors from which they mean the same."""


def open_run(query: str, *, user: Caller, kind: str = "image", anyway: bool = False) -> tuple[Run, bool]:
    """Return a run that fills the gap ``query`` names, and whether an open one was joined.

    Raises:
        ForbiddenError: it takes an editor.
        DamError: ``empty_query``; ``already_there`` when the library has a fitting asset and the
            caller did not ask for one ``anyway``; ``cannot_make`` with each maker's reason; ``runs_spent``
            when the caller opened as many within a day as anybody may. Joining an open run costs nothing.
    """
    asker = require(user, Role.EDITOR, to="have something made")
    query = " ".join(query.split())[:500]
    if not query:
        raise DamError("empty_query", "Say what is to be made.")
    results = search(Query(text=query), user=asker)
    if results.verdict is not None and results.verdict.kind == "hit" and not anyway:
        hits = [{"id": str(hit.asset.pk), "title": hit.asset.title} for hit in results.hits[: min(results.total, 5)]]
        raise DamError(
            "already_there", "The library has this already.", status=409, extra={"hits": hits} | verdict_json(results)
        )
    maker = choose(query, kind=kind, shelf=LibraryShelf(asker))
    meaning = meaning_of(query, kind=kind)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                query=query,
                meaning=meaning,
                kind=kind,
                generator=maker.name,
                asker=asker,
                verdict_before=verdict_json(results),
            )
            RunAsker.objects.create(run=run, user=asker)
            _refuse_too_many(asker)
            nudges.nudge(RUNS)
            return run, False
    except IntegrityError:
        run = Run.objects.get(kind=kind, meaning=meaning, state__in=Run.OPEN)
    RunAsker.objects.get_or_create(run=run, user=asker)
    return run, True


def _refuse_too_many(asker: User) -> None:
    """Count the runs the asker opened within a day, the new one included; one asker is counted at a time."""
    User.objects.select_for_update().get(pk=asker.pk)
    within = Run.objects.filter(asker=asker, created__gt=timezone.now() - timedelta(days=1))
    most = settings.LACUNA_RUNS_A_DAY
    if within.count() > most:
        message = f"You have had {most} pictures made within a day, and nobody may have more. Go on tomorrow."
        raise DamError("runs_spent", message, status=429, extra={"most": most})


def verdict_json(results: Results) -> dict[str, Any]:
    """Return the verdict of a search as it is stored with a run."""
    verdict = results.verdict
    if verdict is None:
        return {}
    return {
        "verdict": verdict.kind,
        "probability": round(verdict.probability, 4),
        "calibration": verdict.calibration,
        "missing": list(verdict.missing),
        "encoder": results.encoder,
    }


def meaning_of(query: str, *, kind: str) -> str:
    """Return the key that requests of one meaning share: that of an open run if one means the same."""
    parsed = parse(query)
    own = _spelled(parsed, [concept.words for concept in parsed.concepts]) or query.lower()
    for run in Run.objects.filter(kind=kind, state__in=Run.OPEN).exclude(meaning=own):
        if _same(parsed, parse(run.query)):
            return run.meaning
    return own


def _spelled(parsed: Parsed, names: list[str]) -> str:
    if parsed.arrangement is None:
        return ""
    said = [
        " ".join(filter(None, (str(concept.count or 1), concept.size, concept.colour, name)))
        for concept, name in zip(parsed.concepts, names, strict=True)
    ]
    background = parsed.background
    behind = f" @ {background.place or background.colour}" if background else ""
    return _arranged(parsed.arrangement, said) + behind


def _arranged(node: int | Arrangement[int], said: list[str]) -> str:
    if isinstance(node, int):
        return said[node]
    members = [
        _arranged(member, said) if isinstance(member, int) else f"({_arranged(member, said)})"
        for member in node.members
    ]
    return f" {node.relation} ".join(members)


def _same(first: Parsed, second: Parsed) -> bool:
    blank = [""] * len(first.concepts)
    if len(first.concepts) != len(second.concepts) or _spelled(first, blank) != _spelled(second, blank):
        return False
    names = [concept.words for parsed in (first, second) for concept in parsed.concepts]
    if not names:
        return False
    vectors = text_vectors(active_space(), names)
    half = len(first.concepts)
    return bool(((vectors[:half] * vectors[half:]).sum(axis=1) >= SAME).all())
