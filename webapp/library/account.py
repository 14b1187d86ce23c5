"""One's own account: language, AI content, password, tokens for programs, searches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from assetdb import people
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Ai, Asset, Collection, User
from indexer import history
from webapp.api import tokens
from webapp.library.door import caller, member
from webapp.library.recent import recent, saved
from webapp.models import ApiToken, Scope

SEARCHES, TOKENS = 20, 50
ENDS = ("30", "90", "365")
"""Days that the page offers a token for, beside for ever."""


@member
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show everything one can settle about oneself."""
    return render(request, "library/account.html", _shown(_me(request)))


@member
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Record what one wants to see of generated assets."""
    people.set_ai(_me(request), request.POST.get("ai", ""))
    messages.success(request, gettext("Saved."))
    return redirect("account")


@member
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show it, this once."""
    user, name = _me(request), request.POST.get("name", "").replace("\0", "").strip()
    if not name:
        raise DamError("no_name", gettext("Say what the token is for, so that you know later which one to revoke."))
    if tokens.in_use(user.api_tokens.all()).count() >= TOKENS:
        raise DamError("too_many_tokens", gettext("You have too many tokens. Revoke one that is not used any more."))
    scopes, days = request.POST.getlist("scopes"), request.POST.get("days", "")
    if not scopes or days not in ("", *ENDS):
        raise DamError("bad_scope", gettext("Choose what the token may do, and how long it is good for."))
    made = tokens.create(user, name=name, scopes=scopes, days=int(days) if days else None)
    answer = render(request, "library/account.html", _shown(user) | {"made": made, "made_for": name[:100]})
    answer["Cache-Control"] = "no-store"
    return answer


@member
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = ApiToken.objects.filter(pk=token_id, user_id=_me(request).pk).first()
    if token is None:
        raise NotFoundError("token")
    tokens.revoke(token)
    messages.success(request, gettext("Revoked: “%(name)s” opens nothing any more.") % {"name": token})
    return redirect("account")


@member
@require_POST
def forget_searches(request: HttpRequest) -> HttpResponse:
    """Take one's name off what one searched for."""
    history.forget(_me(request))
    messages.success(request, gettext("Forgotten: no search bears your name any more."))
    return redirect("account")


def _shown(user: User) -> dict[str, Any]:
    valid = user.api_tokens.filter(revoked__isnull=True)
    return {
        "choices": [(Ai.SHOW, _sense(Ai.SHOW)), (Ai.HIDE, _sense(Ai.HIDE)), (Ai.ONLY, _sense(Ai.ONLY))],
        "tokens": token_rows(valid),
        "scopes": [(scope, *_scope_in_words(scope)) for scope in Scope],
        "ends": ENDS,
        "recent": recent(user, most=SEARCHES),
        "saved": saved(user, most=SEARCHES),
        "assets": Asset.objects.filter(owner=user, trashed__isnull=True).count(),
        "collections": Collection.objects.filter(owner=user).count(),
    }


def token_rows(valid: Iterable[ApiToken]) -> list[dict[str, Any]]:
    """Return tokens for a list of them: each with what it may be used for, in words, and whether its time is over."""
    now = timezone.now()
    return [
        {
            "token": token,
            "may": gettext(", ").join(_scope_in_words(Scope(scope))[0] for scope in token.scopes),
            "over": token.expires is not None and token.expires <= now,
        }
        for token in valid
    ]


def _scope_in_words(scope: Scope) -> tuple[str, str]:
    return {
        Scope.READ: (gettext("read"), gettext("Search, look and download.")),
        Scope.WRITE: (gettext("write"), gettext("Upload, edit, tag and sort, and move to the trash.")),
        Scope.MAKE: (gettext("make"), gettext("Have missing pictures made.")),
        Scope.REVIEW: (gettext("review"), gettext("Decide on what was made and on suggested tags.")),
        Scope.ADMIN: (gettext("administer"), gettext("Settle accounts, tokens and the vocabulary.")),
    }[scope]


def _sense(wish: Ai) -> str:
    return {
        Ai.SHOW: gettext("Generated pictures appear among the others, marked as such."),
        Ai.HIDE: gettext("Generated pictures stay out of lists and searches."),
        Ai.ONLY: gettext("Lists and searches hold nothing but generated pictures."),
    }[wish]


def _me(request: HttpRequest) -> User:
    user = caller(request)
    assert isinstance(user, User)
    return user
