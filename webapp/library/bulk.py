"""What is done to many chosen pictures at once. Each answer says how it is undone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from assetdb import bulk, tagging
from assetdb.errors import DamError
from assetdb.models import Tag
from webapp.library.door import caller, member
from webapp.library.downloads import csv_of_assets, zip_of_assets
from webapp.library.many import named_assets
from webapp.templatetags.lacuna import tag_name

KEEP = "keep"
"""Sent in place of a licence, leaves each picture the one it has."""


@member
@require_POST
def tag(request: HttpRequest) -> HttpResponseBase:
    """Put a tag on many pictures, or give the tag back the state it had."""
    user, said = caller(request), request.POST.get("tag", "")
    if "undo" in request.POST:
        before = {str(state): _ids(named) for state, named in _read(request, dict).items()}
        return _taken_back(bulk.take_back_tag(user, before, said))
    word = _tag_called(said)
    done = bulk.add_tag(user, _chosen(request), word.slug)
    message = ngettext("%(n)s picture tagged “%(name)s”.", "%(n)s pictures tagged “%(name)s”.", len(done.ids))
    fields = {"tag": word.slug, "undo": _written({state: _named(ids) for state, ids in done.before.items()})}
    return _said(message % {"n": len(done.ids), "name": tag_name(word)}, done, "bulk_tag", fields)


@member
@require_POST
def rights(request: HttpRequest) -> HttpResponseBase:
    """Change the licence or the credit of many pictures; what is left open stays."""
    user = caller(request)
    if "undo" in request.POST:
        return _taken_back(sum(len(bulk.set_rights(user, ids, had).ids) for had, ids in _rights_before(request)))
    licence, credit = request.POST.get("licence", KEEP), request.POST.get("credit", "").strip()
    wanted = bulk.Rights(licence=None if licence == KEEP else licence, credit=credit or None)
    done = bulk.set_rights(user, _chosen(request), wanted)
    message = ngettext("Rights of %(n)s picture changed.", "Rights of %(n)s pictures changed.", len(done.ids))
    before = [[had.licence, had.credit, had.derivatives, _named(ids)] for had, ids in done.before.items()]
    return _said(message % {"n": len(done.ids)}, done, "bulk_rights", {"undo": _written(before)})


@member
@require_POST
def trash(request: HttpRequest) -> HttpResponseBase:
    """Put many pictures into the trash."""
    done = bulk.trash(caller(request), _chosen(request))
    message = ngettext("%(n)s picture moved to the trash.", "%(n)s pictures moved to the trash.", len(done.ids))
    return _said(message % {"n": len(done.ids)}, done, "bulk_restore", {"assets": ",".join(_named(done.ids))})


@member
@require_POST
def restore(request: HttpRequest) -> HttpResponseBase:
    """Take many pictures out of the trash."""
    done = bulk.restore(caller(request), _chosen(request))
    message = ngettext("%(n)s picture restored.", "%(n)s pictures restored.", len(done.ids))
    return _said(message % {"n": len(done.ids)}, done)


@member
@require_POST
def download(request: HttpRequest) -> HttpResponseBase:
    """Hand out the files of many pictures as one zip."""
    return zip_of_assets(caller(request), _chosen(request))


@member
@require_POST
def table(request: HttpRequest) -> HttpResponseBase:
    """Hand out what is known of many pictures as CSV, in the order they were chosen."""
    return csv_of_assets(caller(request), _chosen(request))


def _chosen(request: HttpRequest) -> list[UUID]:
    named = named_assets(request.POST)
    if not named:
        raise DamError("nothing_chosen", gettext("Choose at least one picture."))
    return named


def _tag_called(said: str) -> Tag:
    name = " ".join(said.replace("\0", "").split())
    word = tagging.tag_called(name)
    if word is None:
        message = gettext("“%(name)s” is not in the vocabulary. Choose a word from the list.")
        raise DamError("unknown_tag", message % {"name": name[:80]})
    return word


def _rights_before(request: HttpRequest) -> Iterator[tuple[bulk.Rights, list[UUID]]]:
    """Read what rights pictures had from a form that undoes a change; all of it is checked again."""
    for group in _read(request, list):
        if not isinstance(group, list) or len(group) != 4:
            raise _unreadable()
        licence, credit, derivatives, named = group
        if not (isinstance(licence, str) and isinstance(credit, str) and isinstance(derivatives, bool)):
            raise _unreadable()
        yield bulk.Rights(licence, credit, derivatives), _ids(named)


def _read(request: HttpRequest, kind: type) -> Any:
    try:
        before = json.loads(request.POST["undo"])
    except ValueError:
        raise _unreadable() from None
    if not isinstance(before, kind):
        raise _unreadable()
    return before


def _ids(named: Any) -> list[UUID]:
    try:
        return [UUID(one) for one in named]
    except (TypeError, ValueError, AttributeError):
        raise _unreadable() from None


def _unreadable() -> DamError:
    return DamError("cannot_undo", gettext("This cannot be undone any more. Change the pictures by hand."))


def _named(ids: list[UUID]) -> list[str]:
    return [str(pk) for pk in ids]


def _written(before: Any) -> str:
    return json.dumps(before, separators=(",", ":"), ensure_ascii=False)


def _taken_back(count: int) -> JsonResponse:
    message = ngettext("Taken back for %(n)s picture.", "Taken back for %(n)s pictures.", count) % {"n": count}
    return JsonResponse({"message": message, "done": count, "refused": 0, "undo": None})


def _said(message: str, done: bulk.Done, undo: str = "", fields: Mapping[str, str] | None = None) -> JsonResponse:
    if done.refused:
        kept = ngettext("%(n)s may not be changed by you.", "%(n)s may not be changed by you.", done.refused)
        message = " ".join([message] * bool(done.ids) + [kept % {"n": done.refused}])
    way_back = {"url": reverse(undo), "fields": fields} if undo and done.ids else None
    return JsonResponse({"message": message, "done": len(done.ids), "refused": done.refused, "undo": way_back})
