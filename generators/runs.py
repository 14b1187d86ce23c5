"""Carrying runs out: queued → generating → checking → review, resumable after a kill at any point.

Candidates are assets on the shelf (rejected until one is chosen), so that nothing made is lost and
the same bytes made twice are one asset. A worker holds a run by a lease; cancelling is a row.
"""

from __future__ import annotations

import io
import logging
import time
import uuid
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from assetdb import changes, ingest, nudges, prepare, rights
from assetdb.errors import DamError
from assetdb.models import Asset, AssetFile, Origin, Review
from assetdb.models import State as AssetState
from generators import checks, publish
from generators.backends import base
from generators.makers import maker_named
from generators.models import Candidate, Parent, Provenance, Run
from generators.recipe import Recipe
from generators.shelf import LibraryShelf

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
EACH_ROUND = 4
ROUNDS = 3
State = Run.State


class LostError(Exception):
    """The run was cancelled or taken over by another worker."""


def pending() -> QuerySet[Run]:
    """Return the runs that wait for a worker, approved ones whose proof was interrupted included."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
    interrupted = Q(state=State.REVIEW, asset__review=Review.APPROVED)
    return Run.objects.filter(free, Q(state__in=Run.WORK) | interrupted).order_by("created")


def catch_up(*, limit: int = 1) -> int:
    """Carry out up to ``limit`` waiting runs to their review; return how many were taken."""
    taken = 0
    for run in pending()[:limit]:
        holder = uuid.uuid4().hex
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
        lease = {"holder": holder, "leased_until": timezone.now() + LEASE}
        if Run.objects.filter(free, pk=run.pk).update(**lease):
            run.refresh_from_db()
            carry_out(run)
            taken += 1
    return taken


def carry_out(run: Run) -> None:
    """Take a held run as far as it goes without a person."""
    try:
        if run.state == State.REVIEW:
            publish.prove(run)
        while run.state in Run.WORK:
            {State.QUEUED: _plan, State.GENERATING: _generate, State.CHECKING: _check}[State(run.state)](run)
    except (LostError, base.CancelledError):
        logger.info("run %s was cancelled or taken over", run.pk)
    except DamError as error:
        _end(run, error_code=error.code, error_message=error.message)
    except Exception as error:
        logger.exception("run %s failed", run.pk)
        _end(run, error_code="unexpected", error_message=f"{type(error).__name__}: {error}"[:500])
    finally:
        Run.objects.filter(pk=run.pk, holder=run.holder).update(holder="", leased_until=None)


def _beat(run: Run, **fields: Any) -> None:
    """Store progress and keep the lease.

    Raises:
        LostError: the run was cancelled, or another worker holds it.
    """
    held = Run.objects.filter(pk=run.pk, holder=run.holder, state__in=Run.WORK)
    if not held.update(leased_until=timezone.now() + LEASE, **fields):
        raise LostError
    for name, value in fields.items():
        setattr(run, name, value)


def _enter(run: Run, state: Run.State, detail: str, **fields: Any) -> None:
    began = {"state": state.value, "began": timezone.now().isoformat(timespec="seconds"), "round": run.round}
    _beat(run, state=state, detail=detail, progress=0.0, steps=[*run.steps, began], **fields)


def _end(run: Run, *, error_code: str, error_message: str) -> None:
    ended = {"state": State.FAILED, "finished": timezone.now()}
    with transaction.atomic():
        Run.objects.filter(pk=run.pk, state__in=Run.OPEN).update(
            error_code=error_code, error_message=error_message, **ended
        )
        changes.mark(Run.objects.filter(pk=run.pk, state=State.FAILED))


def _plan(run: Run) -> None:
    maker, shelf = maker_named(run.generator), LibraryShelf(run.asker)
    first = run.round * EACH_ROUND
    seed = run.pk.int % 1_000_000 + first
    if refusal := maker.accepts(run.query, shelf=shelf):
        raise DamError(refusal.code, refusal.message)
    recipes = maker.recipes(run.query, count=EACH_ROUND, seed=seed, shelf=shelf)
    with transaction.atomic():
        for n, recipe in enumerate(recipes):
            Candidate.objects.get_or_create(run=run, number=first + n, defaults={"recipe": recipe.to_json()})
        _enter(run, State.GENERATING, f"Making {len(recipes)} candidates")


def _generate(run: Run) -> None:
    maker, shelf = maker_named(run.generator), LibraryShelf(run.asker)
    planned = list(run.candidates.filter(state=Candidate.State.PLANNED))
    for n, candidate in enumerate(planned):

        def report(part: float, n: int = n) -> None:
            _beat(run, progress=round((n + part) / len(planned), 3))

        def cancelled() -> bool:
            return not Run.objects.filter(pk=run.pk, holder=run.holder, state__in=Run.WORK).exists()

        recipe = Recipe.from_json(candidate.recipe)
        for made in maker.generate(recipe, shelf=shelf, cancelled=cancelled, report=report):
            _shelve(run, candidate, made)
    _enter(run, State.CHECKING, "Checking what was made")


def _shelve(run: Run, candidate: Candidate, made: base.Candidate) -> None:
    """Put a candidate's file on the shelf, with where it comes from; doing so again changes nothing."""
    inherited = rights.combine([(part.licence, part.credit, True) for part in made.parents])
    extension = {"image/svg+xml": "svg", "image/png": "png"}[made.media_type]
    taken = ingest.ingest(
        io.BytesIO(made.data),
        owner=run.asker,
        file_name=f"{made.title or 'picture'}.{extension}",
        title=made.title,
        title_zh=made.title_zh,
        origin=Origin.GENERATED,
        review=Review.REJECTED,
        licence=inherited.licence,
        credit=inherited.credit,
        derivatives_allowed=inherited.derivatives_allowed,
    )
    if made.raster is not None:
        ingest.attach(taken.asset, io.BytesIO(made.raster), role=AssetFile.Role.RASTER)
    prepare.catch_up(ids=[taken.asset.pk])
    with transaction.atomic():
        _, new = Provenance.objects.get_or_create(
            asset=taken.asset,
            defaults={
                "run": run,
                "query": run.query,
                "verdict": run.verdict_before or {},
                "recipe": made.recipe.to_json(),
                "checks": [],
            },
        )
        if new:
            Parent.objects.bulk_create(
                Parent(
                    asset=taken.asset,
                    parent_id=part.asset_id,
                    title=part.title,
                    licence=part.licence,
                    credit=part.credit[:500],
                    source_url=part.source_url,
                )
                for part in made.parents
            )
        candidate.asset, candidate.state = taken.asset, Candidate.State.MADE
        candidate.recipe = made.recipe.to_json()
        candidate.save(update_fields=["asset", "state", "recipe"])


def _check(run: Run) -> None:
    made = list(run.candidates.filter(state=Candidate.State.MADE).select_related("asset"))
    seen: set[UUID] = set()
    for n, candidate in enumerate(made):
        asset = candidate.asset and _read_in(run, candidate.asset)
        if asset is None:
            candidate.delete()
            continue
        settled = asset.review in (Review.NONE, Review.APPROVED)
        repeats = "here already" if settled else "among the candidates" if asset.pk in seen else ""
        seen.add(asset.pk)
        verdicts = checks.check(asset, query=run.query, asker=run.asker, repeats=repeats)
        passed = all(verdict.passed for verdict in verdicts)
        candidate.state = Candidate.State.PASSED if passed else Candidate.State.FAILED
        candidate.checks = [verdict.to_json() for verdict in verdicts]
        candidate.score = next((v.score for v in verdicts if v.name == "fidelity"), None)
        candidate.save(update_fields=["state", "checks", "score"])
        Provenance.objects.filter(asset=asset, asset__review=Review.REJECTED).update(checks=candidate.checks)
        _beat(run, progress=round((n + 1) / len(made), 3))
    ranked = run.candidates.order_by(F("score").desc(nulls_last=True), "number")
    best = ranked.filter(state=Candidate.State.PASSED).first()
    if best is not None:
        _propose(run, best)
    elif run.round + 1 < ROUNDS:
        run.round += 1
        _enter(run, State.QUEUED, "Trying again with new seeds", round=run.round)
    else:
        nearest = ranked.first()
        failed = [c["message"] for c in (nearest.checks if nearest else []) if not c["passed"]]
        raise DamError("checks_failed", "Nothing made was good enough. " + " ".join(failed))


def _read_in(run: Run, asset: Asset) -> Asset:
    """Return ``asset`` once its file was read, by this worker or by another that took it up first.

    Raises:
        DamError: ``not_read_yet``; nobody could read it for as long as a reader may take.
    """
    until = time.monotonic() + prepare.LEASE.total_seconds()
    while asset.state == AssetState.RECEIVED:
        if time.monotonic() > until:
            raise DamError("not_read_yet", "What was made could not be read back in time. Try again.", status=503)
        if not prepare.catch_up(ids=[asset.pk]):
            time.sleep(0.1)
            _beat(run)
        asset.refresh_from_db()
    return asset


def _propose(run: Run, best: Candidate) -> None:
    asset = best.asset
    if asset is None:
        raise DamError("candidate_gone", "The chosen candidate was deleted meanwhile. Ask again.")
    with transaction.atomic():
        Candidate.objects.filter(pk=best.pk).update(state=Candidate.State.CHOSEN)
        Asset.objects.filter(pk=asset.pk, review=Review.REJECTED).update(review=Review.PENDING, trashed=None)
        _enter(run, State.REVIEW, "Waiting for a reviewer", asset=asset)
        changes.touch([asset.pk])
        changes.mark(Run.objects.filter(pk=run.pk))
    nudges.nudge(nudges.CHANGES)
