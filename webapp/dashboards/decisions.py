"""Decisions on suggestions, many at a time, as the walls send them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from assetdb.errors import DamError, NotFoundError
from assetdb.models import Tag
from assetdb.tagging import accept_above, decide_many, reopen_many
from webapp.dashboards import figures
from webapp.dashboards.room import reviewers
from webapp.library.door import caller

MOST = 400
"""Decisions taken in one request; whoever has more sends again."""


def answered(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Tell a script why something was refused in JSON; people get the page they know."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            return view(request)
        except DamError as error:
            if not _by_script(request):
                raise
            return JsonResponse({"message": error.message}, status=error.status)

    return answer


@reviewers
@require_POST
@answered
def decide(request: HttpRequest) -> HttpResponse:
    """Accept, reject or reopen each ``pair`` of an asset and a tag."""
    user, do = caller(request), request.POST.get("do", "")
    pairs = [_pair(text) for text in request.POST.getlist("pair")[:MOST]]
    if do not in ("accept", "reject", "reopen"):
        raise DamError("unknown_decision", gettext("A tag is accepted, rejected or reopened. Choose one of them."))
    count = reopen_many(user, pairs) if do == "reopen" else decide_many(user, pairs, accept=do == "accept")
    figures.forget_tags(user)
    if _by_script(request):
        return JsonResponse({"count": count})
    messages.success(request, gettext("Decided: %(count)s.") % {"count": count})
    return redirect(reverse("tagging_tag", args=[pairs[0][1]]) if pairs else reverse("tagging"))


@reviewers
@require_POST
@answered
def above(request: HttpRequest) -> HttpResponse:
    """Accept the suggestions of a tag that are at least as likely as ``least``; tell which, and if more are left."""
    user, slug = caller(request), request.POST.get("tag", "")
    tag = Tag.objects.filter(slug=slug).first()
    if tag is None:
        raise NotFoundError("tag")
    chosen, more = accept_above(user, tag, least=_probability(request.POST.get("least", "")), most=MOST)
    figures.forget_tags(user)
    return JsonResponse({"assets": [str(asset) for asset in chosen], "more": more})


def uuid_of(text: str) -> UUID:
    """Return the id that ``text`` spells.

    Raises:
        DamError: it spells none.
    """
    try:
        return UUID(text)
    except ValueError:
        raise DamError("bad_id", gettext("“%(id)s” is no id of an asset.") % {"id": text[:40]}) from None


def _pair(text: str) -> tuple[UUID, str]:
    asset, _, slug = text.partition(":")
    return uuid_of(asset), slug


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise DamError("bad_probability", gettext("A probability is a number from 0 to 1."))
    return value


def _by_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
