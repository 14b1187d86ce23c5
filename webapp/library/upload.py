"""Files coming in, one answer a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from assetdb import prepare
from assetdb.access import require
from assetdb.errors import DamError
from assetdb.ingest import ingest
from assetdb.models import Role, State, User, Visibility
from assetdb.rights import LICENCES
from webapp.library.door import caller, member
from webapp.library.wording import translated


@dataclass(frozen=True)
class Outcome:
    """How one file fared. ``url`` leads to its asset, ``thumb`` to its picture, if there are any."""

    name: str
    state: Literal["added", "there", "failed"]
    message: str
    url: str = ""
    thumb: str = ""


@member
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take files from the form, or one at a time from the page's script, which reads JSON."""
    user = require(caller(request), Role.EDITOR, to="upload")
    context = {"licences": list(LICENCES.values()), "visibilities": Visibility.choices}
    if request.method == "GET":
        return render(request, "library/upload.html", context)
    outcomes = [_take(sent, request, owner=user) for sent in request.FILES.getlist("file")]
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"files": [asdict(outcome) for outcome in outcomes]})
    if not outcomes:
        context["problem"] = gettext("Choose at least one file.")
    return render(request, "library/upload.html", context | {"outcomes": outcomes})


def _take(sent: UploadedFile, request: HttpRequest, *, owner: User) -> Outcome:
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
    asset = taken.asset
    if asset.state == State.RECEIVED:
        prepare.catch_up(ids=[asset.pk], limit=1, readers=1)
        asset.refresh_from_db()
    url = reverse("asset", args=[asset.pk])
    if asset.state in (State.UNREADABLE, State.QUARANTINED):
        return Outcome(asset.file_name, "failed", translated(asset.error_message), url)
    thumb = reverse("asset_thumb", args=[asset.pk]) if asset.state == State.READY else ""
    if not taken.created:
        return Outcome(asset.file_name, "there", gettext("You have this file already."), url, thumb)
    return Outcome(asset.file_name, "added", gettext("Added."), url, thumb)


def _visibility(value: str) -> Visibility:
    return Visibility(value) if value in Visibility.values else Visibility.LIBRARY
