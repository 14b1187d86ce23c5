"""Settings for admins: people, tokens, models, storage, versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from assetdb import people
from assetdb.access import require
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Role, User
from webapp.api import tokens
from webapp.library import machine
from webapp.library.account import token_rows
from webapp.library.door import caller, member
from webapp.library.wording import translated
from webapp.models import ApiToken
from webapp.sign_in import link_for

MOST = 200


@member
@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show who may come in and what the library runs on."""
    return _shown(request, _admin(request))


@member
@require_POST
def add_person(request: HttpRequest) -> HttpResponse:
    """Make an account and show the link that lets its owner in, once."""
    username = request.POST.get("username", "").replace("\0", "")
    person = people.add(_admin(request), username=username, role=request.POST.get("role", Role.VIEWER))
    return _with_link(request, person)


@member
@require_POST
def change_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give an account another role, let it in or shut it out."""
    admin = _admin(request)
    if role := request.POST.get("role"):
        person = people.change_role(admin, user_id, role)
        said = gettext("%(name)s is now: %(role)s.") % {"name": person, "role": translated(Role(person.role).label)}
    elif (active := request.POST.get("active")) in ("0", "1"):
        person = people.set_active(admin, user_id, active == "1")
        let_in, shut_out = (
            gettext("%(name)s may sign in again."),
            gettext("%(name)s is shut out. What is theirs stays."),
        )
        said = (let_in if person.is_active else shut_out) % {"name": person}
    else:
        raise DamError("nothing_to_change", gettext("Say what to change: a role, or whether the account may sign in."))
    messages.success(request, said)
    return redirect("settings")


@member
@require_POST
def invite(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show a link that signs an account in once, for whoever forgot the password."""
    return _with_link(request, people.get_invitable(_admin(request), user_id))


@member
@require_POST
def revoke_any(request: HttpRequest, token_id: int) -> HttpResponse:
    """End anybody's token."""
    _admin(request)
    token = ApiToken.objects.filter(pk=token_id).select_related("user").first()
    if token is None:
        raise NotFoundError("token")
    tokens.revoke(token)
    messages.success(request, gettext("Revoked: “%(name)s” opens nothing any more.") % {"name": token})
    return redirect("settings")


def _with_link(request: HttpRequest, person: User) -> HttpResponse:
    link = request.build_absolute_uri(link_for(person))
    answer = _shown(request, _admin(request), link=link, invited=person)
    answer["Cache-Control"] = "no-store"
    return answer


def _shown(request: HttpRequest, admin: User, **more: Any) -> HttpResponse:
    held = Count("assets", filter=Q(assets__trashed__isnull=True))
    everybody = User.objects.annotate(held=held).order_by("-is_active", "username")
    context = {
        "people": everybody[:MOST],
        "number": User.objects.count(),
        "roles": [(role, role.label, _sense(role)) for role in Role],
        "tokens": token_rows(ApiToken.objects.filter(revoked__isnull=True).select_related("user")[:MOST]),
        "makers": machine.known_makers(),
        "storage": machine.storage(),
        "versions": machine.versions(),
        "admin_name": admin.get_username(),
        **machine.space(),
    }
    return render(request, "library/settings.html", context | more)


def _sense(role: Role) -> str:
    return {
        Role.VIEWER: gettext("Searches, looks and downloads."),
        Role.EDITOR: gettext("Also uploads, edits titles, tags and rights, and has missing pictures made."),
        Role.REVIEWER: gettext("Also decides on what was made, and sees everybody's jobs."),
        Role.ADMIN: gettext("Also sees everything, keeps the vocabulary, and settles who may come in."),
    }[role]


def _admin(request: HttpRequest) -> User:
    return require(caller(request), Role.ADMIN, to="change the settings")
