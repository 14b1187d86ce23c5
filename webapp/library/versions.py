"""Another file for an asset, and the way back to an earlier one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from assetdb import versions
from assetdb.access import Caller
from assetdb.errors import DamError
from assetdb.models import Asset
from webapp.library.door import caller, member


@member
@require_POST
def replace(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Take the file of the form in the place of the one the asset has."""
    before = versions.versions_of(caller(request), asset_id).count()
    sent = request.FILES.get("file")
    if sent is None:
        raise DamError("no_file", gettext("Choose at least one file."))
    versions.replace(
        caller(request),
        asset_id,
        sent,
        file_name=sent.name or "",
        declared_type=sent.content_type or "",
        note=request.POST.get("note", ""),
    )
    if versions.versions_of(caller(request), asset_id).count() == before:
        messages.info(request, gettext("That is the file it has already. Nothing was changed."))
    else:
        messages.success(request, gettext("The new file is in place. The earlier one is kept under Versions."))
    return redirect("asset", asset_id)


@member
@require_POST
def bring_back(request: HttpRequest, asset_id: UUID, number: int) -> HttpResponse:
    """Make an earlier file the current one."""
    versions.bring_back(caller(request), asset_id, number)
    messages.success(request, gettext("Version %(n)s is the current file again.") % {"n": number})
    return redirect("asset", asset_id)


def shown(asset: Asset, *, user: Caller) -> dict[str, Any]:
    """Return the earlier files of ``asset`` and the number of the current one, for who may change it."""
    earlier = list(versions.versions_of(user, asset.pk))
    return {"earlier": earlier, "current_version": earlier[0].number + 1 if earlier else 1}
