"""A person's decision on a generated asset, and the proof that the gap is closed."""

from __future__ import annotations

import time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assetdb import changes, nudges
from assetdb.access import Caller, require
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Asset, Review, Role
from generators.gaps import RUNS, verdict_json
from generators.models import Run
from indexer import embed, views, words
from indexer.calibration import calibration_of
from indexer.search import Query, search
from indexer.search.verdict import kind_of
from indexer.spaces import active_space

REOPENINGS = 2
INDEXED_WITHIN = 20.0
"""Seconds to wait for another reader of the index."""
State = Run.State


def approve(user: Caller, run_id: UUID) -> Run:
    """Approve the proposed asset and prove that the missed query now finds its picture.

    Without that proof the asset goes back to the shelf and the run opens again.

    Raises:
        ForbiddenError: it takes a reviewer.
        DamError: ``not_in_review``.
    """
    run = _in_review(user, run_id)
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(reviewer=require(user, Role.REVIEWER, to="approve"))
        _settle(run, Review.APPROVED)
    nudges.nudge(nudges.CHANGES)
    run.refresh_from_db()
    prove(run)
    return run


def reject(user: Caller, run_id: UUID, reason: str) -> Run:
    """Put the proposed asset on the shelf of rejects, with the reason.

    Raises:
        ForbiddenError: it takes a reviewer.
        DamError: ``not_in_review``.
    """
    run = _in_review(user, run_id)
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(
            state=State.REJECTED,
            reviewer=require(user, Role.REVIEWER, to="reject"),
            reason=reason.strip()[:2000],
            finished=timezone.now(),
        )
        _settle(run, Review.REJECTED)
        changes.mark(Run.objects.filter(pk=run.pk))
    nudges.nudge(nudges.CHANGES)
    run.refresh_from_db()
    return run


def _settle(run: Run, review: Review) -> None:
    """Record what was decided on the run's asset, as the last act of the transaction."""
    if run.asset_id is not None:
        Asset.objects.filter(pk=run.asset_id).update(review=review)
        changes.touch([run.asset_id])


def _in_review(user: Caller, run_id: UUID) -> Run:
    require(user, Role.REVIEWER, to="review what was generated")
    run = Run.objects.select_related("asset", "asker").filter(pk=run_id).first()
    if run is None:
        raise NotFoundError("run")
    if run.state != State.REVIEW or run.asset is None:
        raise DamError("not_in_review", "This run does not wait for a review.", status=409)
    return run


def prove(run: Run) -> bool:
    """Run the missed query again; publish if the picture alone now answers it, else reopen the run.

    The asset's own title, prompt and tags are left out of the words and of the text vectors.
    """
    asset_id = run.asset_id
    if asset_id is None:
        raise DamError("asset_gone", "The asset was deleted before it could be published.")
    _await_index(asset_id)
    results = search(Query(text=run.query), user=run.asker, limit=50, exclude_own_words=frozenset([asset_id]))
    mine = next((hit for hit in results.hits if hit.asset.pk == asset_id), None)
    found = mine is not None and kind_of(mine.probability, calibration_of(active_space())) == "hit"
    after = verdict_json(results)
    with transaction.atomic():
        if found:
            Run.objects.filter(pk=run.pk).update(
                state=State.PUBLISHED, verdict_after=after, finished=timezone.now(), detail="Found by its picture alone"
            )
        else:
            _reopen(run, after)
        changes.mark(Run.objects.filter(pk=run.pk))
    if not found:
        nudges.nudge(RUNS)
    run.refresh_from_db()
    return found


def _await_index(asset_id: UUID) -> None:
    """Return once the index has read the asset's last change, whoever reads it.

    Raises:
        DamError: ``not_indexed``; the proof is taken up again by the next worker.
    """
    changed = Asset.objects.values_list("changed", flat=True).get(pk=asset_id)
    until = time.monotonic() + INDEXED_WITHIN
    for view, name in ((embed, embed.view_of(active_space())), (words, words.VIEW)):
        while views.position_of(name) < changed:
            if time.monotonic() > until:
                raise DamError("not_indexed", "The index is behind. The proof is tried again in a minute.", status=503)
            if not view.catch_up():
                time.sleep(0.05)


def _reopen(run: Run, after: dict[str, object]) -> None:
    reason = f"Published, the picture alone did not answer “{run.query}”, so it was taken back."
    again = run.round < REOPENINGS
    Run.objects.filter(pk=run.pk).update(
        state=State.QUEUED if again else State.FAILED,
        round=run.round + 1,
        asset=None,
        reason=reason,
        verdict_after=after,
        error_code="" if again else "not_found_again",
        error_message="" if again else reason,
        finished=None if again else timezone.now(),
    )
    _settle(run, Review.REJECTED)
