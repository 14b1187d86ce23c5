"""The page where a reviewer decides what was generated."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assetdb.access import require
from assetdb.models import Role
from generators.models import Run
from webapp.library.door import caller, member
from webapp.library.runs import shown


@member
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """List what waits for a decision, the longest waiting first."""
    require(caller(request), Role.REVIEWER, to="review")
    waiting = Run.objects.filter(state=Run.State.REVIEW).select_related("asset", "asker").order_by("created")
    return render(
        request, "library/review.html", {"items": [shown(run) for run in waiting[:20]], "total": waiting.count()}
    )
