"""What people do with runs: look at them, stop them, try again, propose another candidate."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from assetdb import changes, nudges
from assetdb.access import Caller, require
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Asset, Review, Role, User
from generators.gaps import RUNS
from generators.models import Candidate, Run

State = Run.State


def runs_of(user: Caller) -> QuerySet[Run]:
    """Return the runs the caller may see: their own and those they joined, all of them for reviewers."""
    if not isinstance(user, User) or not user.is_active:
        return Run.objects.none()
    if user.at_least(Role.REVIEWER):
        return Run.objects.all()
    return Run.objects.filter(Q(asker=user) | Q(pk__in=Run.objects.filter(askers__user=user).values("pk")))


def get_run(user: Caller, run_id: UUID) -> Run:
    """Return one run.

    Raises:
        NotFoundError: there is none, or the caller may not see it.
    """
    run = runs_of(user).filter(pk=run_id).first()
    if run is None:
        raise NotFoundError("run")
    return run


def cancel(user: Caller, run_id: UUID) -> Run:
    """Stop a run that has not reached its review; what was made stays on the shelf.

    Raises:
        NotFoundError: the caller may not see it.
        ForbiddenError: somebody else asked for it.
        DamError: ``not_running``.
    """
    run = get_run(user, run_id)
    if run.asker != user:
        require(user, Role.REVIEWER, to="stop what somebody else asked for")
    stopped = Run.objects.filter(pk=run.pk, state__in=Run.WORK).update(
        state=State.CANCELLED, finished=timezone.now(), detail="Cancelled"
    )
    if not stopped:
        raise DamError("not_running", "This run is not under way any more.", status=409)
    run.refresh_from_db()
    return run


def retry(user: Caller, run_id: UUID) -> Run:
    """Queue a failed or cancelled run again, with new seeds.

    Raises:
        NotFoundError: the caller may not see it.
        DamError: ``still_open``.
    """
    run = get_run(user, run_id)
    again = Run.objects.filter(pk=run.pk, state__in=[State.FAILED, State.CANCELLED]).update(
        state=State.QUEUED, round=run.round + 1, error_code="", error_message="", finished=None
    )
    if not again:
        raise DamError("still_open", "This run is still under way.", status=409)
    nudges.nudge(RUNS)
    run.refresh_from_db()
    return run


def choose(user: Caller, run_id: UUID, number: int) -> Run:
    """Propose another candidate of a run that waits for its review; the one proposed goes back to the shelf.

    Raises:
        NotFoundError: the caller may not see the run, or it has no such candidate.
        ForbiddenError: somebody else asked for it.
        DamError: ``not_in_review``, or ``not_passed`` for one that failed a check.
    """
    run = get_run(user, run_id)
    if run.asker != user:
        require(user, Role.REVIEWER, to="choose for what somebody else asked for")
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        if run.state != State.REVIEW or run.asset is None or run.asset.review != Review.PENDING:
            raise DamError("not_in_review", "This run does not wait for a review.", status=409)
        other = run.candidates.filter(number=number, asset__isnull=False).select_related("asset").first()
        if other is None or other.asset is None:
            raise NotFoundError("candidate")
        if other.state == Candidate.State.CHOSEN:
            return run
        if other.state != Candidate.State.PASSED:
            raise DamError("not_passed", "This candidate failed a check. Choose one that passed them.", status=409)
        run.candidates.filter(state=Candidate.State.CHOSEN).update(state=Candidate.State.PASSED)
        run.candidates.filter(pk=other.pk).update(state=Candidate.State.CHOSEN)
        Asset.objects.filter(pk=run.asset.pk).update(review=Review.REJECTED)
        Asset.objects.filter(pk=other.asset.pk, review=Review.REJECTED).update(review=Review.PENDING)
        Run.objects.filter(pk=run.pk).update(asset=other.asset)
        changes.touch([run.asset.pk, other.asset.pk])
        changes.mark(Run.objects.filter(pk=run.pk))
    nudges.nudge(nudges.CHANGES)
    run.refresh_from_db()
    return run
