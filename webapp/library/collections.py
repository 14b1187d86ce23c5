"""Collections: the wall of them, one of them, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from assetdb import collections
from assetdb.access import Caller, collections_of, visible_to
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Collection, Grant
from webapp.library.ask import PAGE, id_of, number, read
from webapp.library.door import caller, member, wants_part
from webapp.library.many import named_assets
from webapp.library.smart import contents
from webapp.library.wording import translated

SHOWN = 4
"""How many pictures stand for a collection without a cover."""

View = Callable[..., HttpResponse]


def answering(view: View) -> View:
    """Tell a program that asked for JSON why it was refused, in JSON too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DamError as error:
            if not _wants_json(request):
                raise
            return JsonResponse({"code": error.code, "message": translated(error.message)}, status=error.status)

    return answered


@member
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Show the collections the caller made or was granted, those in others left to these."""
    user = caller(request)
    every = list(collections_of(user).select_related("owner").order_by("name"))
    known = {one.pk for one in every}
    top = [_card(one, user, within=every) for one in every if one.parent_id not in known]
    return render(request, "library/collections.html", {"cards": top, "parents": _editable(user)})


@member
@require_GET
def collection(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Show what a collection holds; with htmx the next assets only."""
    user = caller(request)
    found = collections.get(user, collection_id)
    start = number(request.GET.get("offset", ""))
    assets, total = contents(found, user, start, limit=PAGE)
    more = f"{request.path}?offset={start + PAGE}" if start + PAGE < total else ""
    context: dict[str, Any] = {"collection": found, "hits": [{"asset": asset} for asset in assets], "more": more}
    may_edit = collections.may_edit(user, found)
    context["may_edit"] = may_edit
    if wants_part(request) and request.headers.get("HX-Target") == "more":
        return render(request, "library/_collection_items.html", context)
    every = list(collections_of(user).select_related("owner").order_by("name"))
    context |= {
        "total": total,
        "above": [one for one in collections.above(found) if one in every],
        "children": [_card(one, user, within=every) for one in every if one.parent_id == found.pk],
        "owns": found.owner == user,
        "grants": _granted(found) if found.owner == user else [],
        "levels": Grant.Level.choices,
        "parents": [one for one in _editable(user) if one != found] if may_edit else [],
    }
    return render(request, "library/collection.html", context)


@member
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Make a collection and go there."""
    made = collections.create(
        caller(request), request.POST.get("name", ""), parent=id_of(request.POST.get("parent", ""), "collection")
    )
    return redirect("collection", collection_id=made.pk)


@member
@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep a search as a smart collection."""
    ask = read(QueryDict(request.POST.get("search", "")[:2000]))
    made = collections.create(caller(request), request.POST.get("name", ""), search=ask.saved or "q=")
    messages.success(request, gettext("Saved. It always shows what the search finds now."))
    return redirect("collection", collection_id=made.pk)


@member
@require_POST
def edit(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Rename, describe or move a collection."""
    collections.update(
        caller(request),
        collection_id,
        name=request.POST.get("name", ""),
        description=request.POST.get("description", ""),
        parent=id_of(request.POST.get("parent", ""), "collection"),
    )
    messages.success(request, gettext("Saved."))
    return redirect("collection", collection_id=collection_id)


@member
@require_POST
def cover(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Choose the picture that stands for a collection."""
    asset = id_of(request.POST.get("asset", ""), "asset")
    if asset is None:
        raise NotFoundError("asset")
    collections.set_cover(caller(request), collection_id, asset)
    return redirect("collection", collection_id=collection_id)


@member
@require_POST
def delete(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Delete a collection; its assets stay in the library."""
    collections.delete(caller(request), collection_id)
    messages.success(request, gettext("The collection is gone. Its pictures are still in the library."))
    return redirect("collections")


@member
@answering
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put assets into a collection, or into a new one of the given name."""
    user = caller(request)
    chosen = id_of(request.POST.get("collection", ""), "collection")
    found = collections.get(user, chosen) if chosen else collections.create(user, request.POST.get("name", ""))
    count = collections.add(user, found.pk, named_assets(request.POST))
    said = ngettext("%(n)s picture added to “%(name)s”.", "%(n)s pictures added to “%(name)s”.", count)
    return _answer(request, found, said % {"n": count, "name": found.name}, count)


@member
@answering
@require_POST
def remove(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Take assets out of a collection."""
    user = caller(request)
    found = collections.get(user, collection_id)
    count = collections.remove(user, collection_id, named_assets(request.POST))
    said = ngettext("%(n)s picture taken out.", "%(n)s pictures taken out.", count) % {"n": count}
    return _answer(request, found, said, count)


@member
@answering
@require_POST
def order(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Put the named assets first, in the order they are named."""
    user = caller(request)
    found = collections.get(user, collection_id)
    assets = named_assets(request.POST)
    collections.reorder(user, collection_id, assets)
    return _answer(request, found, gettext("The order is kept."), len(assets))


@member
@require_POST
def grant(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Open a collection to a person or a group."""
    collections.grant(
        caller(request), collection_id, request.POST.get("who", ""), request.POST.get("level", Grant.Level.VIEW)
    )
    return redirect(reverse("collection", args=[collection_id]) + "#people")


@member
@require_POST
def revoke(request: HttpRequest, collection_id: UUID, grant_id: int) -> HttpResponse:
    """Take back what was opened."""
    collections.revoke(caller(request), collection_id, grant_id)
    return redirect(reverse("collection", args=[collection_id]) + "#people")


@member
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List the collections that the caller may fill, for choosing one."""
    return JsonResponse([{"id": str(one.pk), "name": one.name} for one in _editable(caller(request))], safe=False)


def _granted(found: Collection) -> list[dict[str, Any]]:
    return [
        {"id": one.pk, "name": str(one.user or one.group), "group": one.user is None, "level": one.level}
        for one in found.grants.select_related("user", "group").order_by("pk")
    ]


def _editable(user: Caller) -> list[Collection]:
    return list(collections_of(user, level=Grant.Level.EDIT).filter(search="").order_by("name")[:500])


def _card(found: Collection, user: Caller, *, within: list[Collection]) -> dict[str, Any]:
    """Return what stands for a collection: its cover or its first pictures, how much it holds and what stands in it."""
    assets, total = contents(found, user, 0, limit=SHOWN)
    if found.cover_id and (chosen := visible_to(user).filter(pk=found.cover_id).first()):
        assets = [chosen]
    children = [one for one in within if one.parent_id == found.pk]
    return {"collection": found, "pictures": assets, "total": total, "children": children}


def _answer(request: HttpRequest, found: Collection, message: str, count: int) -> HttpResponse:
    if _wants_json(request):
        where = reverse("collection", args=[found.pk])
        named = {"id": str(found.pk), "name": found.name, "url": where}
        return JsonResponse({"message": message, "collection": named, "count": count})
    messages.success(request, message)
    return redirect("collection", collection_id=found.pk)


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
