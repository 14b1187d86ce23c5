"""The page of work under way: what runs, how fast and where, what waits, what failed and how to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from assetdb import imports, prepare
from assetdb.access import Caller, editable_by, visible_to
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Asset, ImportRun, State
from generators import steering
from generators.models import Run
from indexer import failures
from webapp import duties, work
from webapp.library import rates
from webapp.library.door import caller, member, wants_part

MOST = 50


@dataclass(frozen=True)
class Lane:
    """One kind of work: how much waits, how fast it goes, how long it takes still, and on what it runs."""

    name: str
    waiting: int
    rate: str
    left: str
    device: str


@member
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Show what is being worked on and what failed, as far as it concerns the caller."""
    return _shown(request)


@member
@require_POST
def cancel_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Stop an import after the files in hand."""
    imports.cancel(caller(request), import_id)
    return _answer(request, gettext("The import stops after the files in hand. What came in stays."))


@member
@require_POST
def resume_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Go on with an import that failed or was stopped."""
    imports.resume(caller(request), import_id)
    return _answer(request, gettext("The import goes on where it ended."))


@member
@require_POST
def cancel_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop a run and stay on the page."""
    steering.cancel(caller(request), run_id)
    return _answer(request, gettext("Stopped. What was made so far is on the shelf."))


@member
@require_POST
def retry_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Try a run again with new seeds and stay on the page."""
    steering.retry(caller(request), run_id)
    return _answer(request, gettext("Queued again, with new seeds."))


@member
@require_POST
def read_again(request: HttpRequest) -> HttpResponse:
    """Have files that could not be read put in line again: the one that is named, or all of the caller's."""
    wanted = _narrowed(prepare.unreadable_of(caller(request)), request)
    count = prepare.read_again(wanted.values_list("pk", flat=True))
    if not count:
        raise DamError("nothing_to_read", gettext("None of these can be read again: they are no pictures."), status=409)
    return _answer(request, gettext("To be read again: %(n)s.") % {"n": count})


@member
@require_POST
def index_again(request: HttpRequest) -> HttpResponse:
    """Have assets that the index could not take in put in line again."""
    wanted = _narrowed(editable_by(caller(request)), request)
    count = failures.index_again(wanted)
    return _answer(request, gettext("To be indexed again: %(n)s.") % {"n": count})


def _shown(request: HttpRequest) -> HttpResponse:
    template = "library/_jobs.html" if wants_part(request) else "library/jobs.html"
    return render(request, template, _work(caller(request)))


def _answer(request: HttpRequest, said: str) -> HttpResponse:
    if wants_part(request):
        return _shown(request)
    messages.success(request, said)
    return redirect("jobs")


def _work(user: Caller) -> dict[str, Any]:
    runs = steering.runs_of(user).select_related("asker")
    failed = prepare.unreadable_of(user).order_by("-created")
    return {
        "lanes": lanes(),
        "silent": [queue for queue in (duties.QUICK, duties.SLOW) if not duties.alive(queue)],
        "imports": [_paced(one) for one in imports.imports_of(user).order_by("-created")[:10]],
        "open_runs": runs.filter(state__in=Run.OPEN)[:MOST],
        "over_runs": runs.exclude(state__in=Run.OPEN)[:20],
        "again": [Run.State.FAILED, Run.State.CANCELLED],
        "work": list(Run.WORK),
        "failed": failed[:MOST],
        "failures": failed.count(),
        "can_read": failed.filter(state=State.UNREADABLE).exclude(error_code__in=prepare.REFUSED).exists(),
        "refused": prepare.REFUSED,
        "not_indexed": _not_indexed(user),
    }


def lanes() -> list[Lane]:
    """Return the kinds of work that go on in the background."""
    names = {
        "read": gettext("Files to read"),
        "embed": gettext("To index by picture"),
        "words": gettext("To index by words"),
        "suggest": gettext("To suggest tags for"),
        "make": gettext("Pictures to make"),
    }
    return [
        Lane(
            names[one.name],
            one.waiting,
            rates.spelt(one.rate),
            rates.left(one.waiting, one.rate),
            gettext("CPU, in a sandbox") if one.device == work.SANDBOX else one.device,
        )
        for one in work.under_way()
    ]


def _paced(one: ImportRun) -> dict[str, Any]:
    """Return an import with its pace, if it is under way."""
    taken = one.done + one.failed
    shown: dict[str, Any] = {"run": one, "taken": taken, "open": one.state in ImportRun.OPEN}
    shown["resumable"] = one.state in (ImportRun.State.FAILED, ImportRun.State.CANCELLED)
    if one.state == ImportRun.State.RUNNING:
        rate = rates.rate_of(f"import:{one.pk}", taken)
        shown |= {"rate": rates.spelt(rate), "left": rates.left(one.total - taken, rate)}
    return shown


def _not_indexed(user: Caller) -> list[dict[str, Any]]:
    """Return the assets that the index could not take in, each with the reason, the latest first."""
    rows = list(failures.failures_of(user).order_by("-created")[:MOST])
    ids = [row.asset_id for row in rows]
    assets = visible_to(user).in_bulk(ids)
    mine = set(editable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        {"asset": assets[row.asset_id], "reason": row.message, "may": row.asset_id in mine}
        for row in rows
        if row.asset_id in assets
    ]


def _narrowed(assets: QuerySet[Asset], request: HttpRequest) -> QuerySet[Asset]:
    """Return the assets that the form names, or all when it asks for all.

    Raises:
        NotFoundError: it names none of them.
    """
    if request.POST.get("all") == "1":
        return assets
    try:
        named = [UUID(value) for value in request.POST.getlist("asset")]
    except ValueError:
        raise NotFoundError("asset") from None
    chosen = assets.filter(pk__in=named)
    if not chosen.exists():
        raise NotFoundError("asset")
    return chosen
