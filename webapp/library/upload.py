"""Files coming in, one answer a file."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from assetdb import prepare
from assetdb.access import editable_by, require, visible_to
from assetdb.errors import DamError
from assetdb.ingest import Ingested, ingest
from assetdb.models import Asset, Role, State, Tag, User, Visibility
from assetdb.rights import LICENCES
from webapp.library.door import caller, member
from webapp.library.many import named_assets
from webapp.library.together import Together, choices, read_together
from webapp.library.wording import translated

PATIENCE = 2.0
"""Seconds an upload waits for a file that a worker is reading."""


@dataclass(frozen=True)
class Outcome:
    """How one file fared, and the addresses of its asset, its picture and a copy of it, if there are any."""

    name: str
    state: Literal["added", "there", "failed"]
    message: str
    url: str = ""
    thumb: str = ""
    id: str = ""
    same: str = ""


@member
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take files from the form, or one at a time from the page's script, which reads JSON."""
    user = require(caller(request), Role.EDITOR, to="upload")
    context: dict[str, Any] = {"outcomes": []}
    if request.method == "POST":
        together = read_together(request.POST, user=user)
        outcomes = [_take(sent, request, owner=user, together=together) for sent in request.FILES.getlist("file")]
        if request.accepts("application/json") and not request.accepts("text/html"):
            return JsonResponse({"files": [asdict(outcome) for outcome in outcomes], "collection": together.chosen})
        context = {"outcomes": outcomes, "given": request.POST}
        if not outcomes:
            context["problem"] = gettext("Choose at least one file.")
    return render(request, "library/upload.html", context | _offered(user))


@member
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Put tags on files that are in already, and them into a collection; the fields for it are had by asking."""
    user = require(caller(request), Role.EDITOR, to="upload")
    if request.method == "GET":
        return render(request, "library/_upload_together.html", _offered(user))
    together = read_together(request.POST, user=user)
    assets = list(editable_by(user).filter(pk__in=named_assets(request.POST), trashed__isnull=True))
    notes = together.put_on(user, assets)
    said = gettext("Applied to %(n)s files.") % {"n": len(assets)}
    message = " ".join([said, *notes])
    return JsonResponse({"message": message, "done": len(assets), "collection": together.chosen})


def _offered(user: User) -> dict[str, Any]:
    return {
        "licences": list(LICENCES.values()),
        "visibilities": Visibility.choices,
        "collections": choices(user),
        "vocabulary": Tag.objects.order_by("name")[:2000],
    }


def _take(sent: UploadedFile, request: HttpRequest, *, owner: User, together: Together) -> Outcome:
    name = sent.name or ""
    try:
        taken = ingest(
            sent,
            owner=owner,
            file_name=name,
            declared_type=sent.content_type or "",
            licence=request.POST.get("licence", ""),
            credit=request.POST.get("credit", "").replace("\0", ""),
            visibility=_visibility(request.POST.get("visibility", "")),
        )
    except DamError as error:
        return Outcome(name, "failed", translated(error.message))
    asset = _read(taken)
    notes = together.put_on(owner, [asset])
    url, key = reverse("asset", args=[asset.pk]), str(asset.pk)
    if asset.state in (State.UNREADABLE, State.QUARANTINED):
        return Outcome(asset.file_name, "failed", translated(asset.error_message), url, "", key)
    thumb = reverse("asset_thumb", args=[asset.pk]) if asset.state == State.READY else ""
    if not taken.created:
        said = " ".join([gettext("You have this file already."), *notes])
        return Outcome(asset.file_name, "there", said, url, thumb, key, same=url)
    twin = visible_to(owner).filter(blob=asset.blob_id).exclude(pk=asset.pk).select_related("owner").first()
    if twin is not None:
        notes.append(gettext("%(name)s has the same file in the library.") % {"name": twin.owner.get_username()})
    said = " ".join([gettext("Added."), *notes])
    same = reverse("asset", args=[twin.pk]) if twin else ""
    return Outcome(asset.file_name, "added", said, url, thumb, key, same)


def _read(taken: Ingested) -> Asset:
    """Read the file now, once more if it could not be read before, and return its asset as it stands then."""
    asset = taken.asset
    if not taken.created and asset.state == State.UNREADABLE and prepare.read_again([asset.pk]):
        asset.state = State.RECEIVED
    if asset.state == State.RECEIVED:
        prepare.catch_up(ids=[asset.pk], limit=1, readers=1)
        asset.refresh_from_db()
    # A worker may have been quicker to take the file up: it is waited for, but not for long.
    until = time.monotonic() + PATIENCE
    while asset.state == State.RECEIVED and time.monotonic() < until:
        time.sleep(0.05)
        asset.refresh_from_db()
    return asset


def _visibility(value: str) -> Visibility:
    return Visibility(value) if value in Visibility.values else Visibility.LIBRARY
