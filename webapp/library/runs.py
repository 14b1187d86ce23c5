"""The page of one run: how far it is, what it tried, and the decision on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from assetdb.models import User
from generators import publish, steering
from generators.models import Candidate, Run, RunAsker
from webapp.library.ask import number
from webapp.library.door import caller, member, wants_part
from webapp.library.wording import translated

STEPS = (Run.State.QUEUED, Run.State.GENERATING, Run.State.CHECKING, Run.State.REVIEW, Run.State.PUBLISHED)


@member
@require_GET
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show a run; while it is under way the page asks for its middle again every second."""
    user = caller(request)
    found = steering.get_run(user, run_id)
    if isinstance(user, User) and found.state not in Run.OPEN:
        RunAsker.objects.filter(run=found, user=user, told=False).update(told=True)
    template = "library/_run.html" if wants_part(request) else "library/run.html"
    return render(request, template, shown(found))


@member
@require_POST
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop a run."""
    steering.cancel(caller(request), run_id)
    return redirect("run", run_id=run_id)


@member
@require_POST
def retry(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Try again with new seeds."""
    steering.retry(caller(request), run_id)
    return redirect("run", run_id=run_id)


@member
@require_POST
def choose(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Propose another of the candidates."""
    steering.choose(caller(request), run_id, number(request.POST.get("number", ""), -1))
    return redirect("run", run_id=run_id)


@member
@require_POST
def approve(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Publish what a run made, once its picture alone answers the missed query."""
    decided = publish.approve(caller(request), run_id)
    if decided.state == Run.State.PUBLISHED:
        messages.success(request, gettext("Published: the search that missed now finds it."))
    else:
        messages.warning(request, translated(decided.reason))
    return redirect(_onwards(request, run_id))


@member
@require_POST
def reject(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Put what a run made on the shelf, with the reason."""
    publish.reject(caller(request), run_id, request.POST.get("reason", ""))
    messages.success(request, gettext("Rejected. It stays on the shelf with the reason."))
    return redirect(_onwards(request, run_id))


def shown(found: Run) -> dict[str, Any]:
    """Return what the page of a run shows."""
    candidates = list(Candidate.objects.filter(run=found).select_related("asset"))
    return {
        "run": found,
        "steps": _steps(found),
        "candidates": candidates,
        "proposed": next((one for one in candidates if one.asset_id and one.asset_id == found.asset_id), None),
        "working": found.state in Run.WORK,
        "open": found.state in Run.OPEN,
        "askers": RunAsker.objects.filter(run=found).count(),
    }


def _steps(found: Run) -> list[dict[str, Any]]:
    """Return the steps of a run that goes well, each done, current or ahead."""
    reached = [step["state"] for step in found.steps if isinstance(step, dict) and "state" in step]
    state = found.state if found.state in STEPS else (reached[-1] if reached else Run.State.QUEUED)
    current = STEPS.index(Run.State(state)) if state in STEPS else 0
    over = found.state == Run.State.PUBLISHED
    place = ["done" if over or n < current else "current" if n == current else "ahead" for n in range(len(STEPS))]
    return [{"label": step.label, "place": where} for step, where in zip(STEPS, place, strict=True)]


def _onwards(request: HttpRequest, run_id: UUID) -> str:
    return reverse("review") if request.POST.get("next") == "review" else reverse("run", args=[run_id])
