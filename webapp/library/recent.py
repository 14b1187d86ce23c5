"""What someone searched for of late, and the searches they saved."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assetdb.access import Caller, collections_of
from assetdb.models import User
from indexer import history
from webapp.library.ask import Ask
from webapp.library.door import caller, member

MOST = 8


@dataclass(frozen=True)
class Earlier:
    """A search to take up again; ``verdict`` is how it ended, empty for a saved one."""

    label: str
    url: str
    verdict: str = ""


@member
@require_GET
def searches(request: HttpRequest) -> HttpResponse:
    """List recent and saved searches, for under the search box."""
    user = caller(request)
    return render(request, "library/_searches.html", {"recent": recent(user), "saved": saved(user)})


def recent(user: Caller, *, most: int = MOST) -> list[Earlier]:
    """Return the caller's last different searches, the latest first."""
    if not isinstance(user, User):
        return []
    events = history.recent(user, most=most)
    return [Earlier(event.query, Ask(q=event.query).url(), event.verdict) for event in events]


def saved(user: Caller, *, most: int = MOST) -> list[Earlier]:
    """Return the smart collections the caller may look at."""
    smart = collections_of(user).exclude(search="").order_by("name")[:most]
    return [Earlier(one.name, f"{reverse('library')}?{one.search}") for one in smart]
