"""What is not in the library: the trash and the shelf of rejects."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from assetdb import lifecycle
from assetdb.access import editable_by, owns
from assetdb.errors import DamError
from generators.models import Candidate
from webapp.library.door import caller, member
from webapp.library.many import named_assets
from webapp.library.reach import shelf_of, trash_of

MOST = 200


@member
@require_GET
def trash(request: HttpRequest) -> HttpResponse:
    """List what was thrown away and can still be restored."""
    user = caller(request)
    thrown = trash_of(user)
    assets = list(thrown.select_related("owner", "blob").order_by("-trashed")[:MOST])
    may_purge = {asset.pk for asset in assets if owns(user, asset)}
    context = {"assets": assets, "may_purge": may_purge, "total": thrown.count()}
    context["own"] = thrown.filter(owner_id=user.pk).count()
    return render(request, "library/trash.html", context)


@member
@require_POST
def restore(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Take an asset out of the trash."""
    lifecycle.restore(caller(request), [asset_id])
    messages.success(request, gettext("Restored."))
    return redirect("asset", asset_id=asset_id)


@member
@require_POST
def restore_many(request: HttpRequest) -> HttpResponse:
    """Take the chosen assets out of the trash."""
    count = lifecycle.restore(caller(request), _chosen(request))
    messages.success(request, ngettext("%(n)s asset restored.", "%(n)s assets restored.", count) % {"n": count})
    return redirect("trash")


@member
@require_POST
def purge(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Delete one asset for good."""
    lifecycle.purge(caller(request), [asset_id])
    messages.success(request, gettext("Deleted for good."))
    return redirect("trash")


@member
@require_POST
def purge_many(request: HttpRequest) -> HttpResponse:
    """Delete the chosen assets for good."""
    count = lifecycle.purge(caller(request), _chosen(request))
    messages.success(request, gettext("Deleted for good: %(count)s.") % {"count": count})
    return redirect("trash")


@member
@require_POST
def empty(request: HttpRequest) -> HttpResponse:
    """Delete for good everything of the caller's own that is in the trash."""
    count = lifecycle.empty_trash(caller(request))
    messages.success(request, gettext("Deleted for good: %(count)s.") % {"count": count})
    return redirect("trash")


@member
@require_GET
def shelf(request: HttpRequest) -> HttpResponse:
    """List what was generated and not published, each with the reason."""
    user = caller(request)
    rejects = shelf_of(user)
    assets = list(rejects.order_by("-created")[:MOST])
    tried = Candidate.objects.filter(asset__in=assets).select_related("run")
    by_asset = {candidate.asset_id: candidate for candidate in tried}
    mine = set(editable_by(user).filter(pk__in=[asset.pk for asset in assets]).values_list("pk", flat=True))
    items = [{"asset": asset, "candidate": by_asset.get(asset.pk), "may": asset.pk in mine} for asset in assets]
    return render(request, "library/shelf.html", {"items": items, "total": rejects.count(), "may_clear": mine})


@member
@require_POST
def clear_shelf(request: HttpRequest) -> HttpResponse:
    """Put the chosen rejects into the trash."""
    count = lifecycle.trash(caller(request), _chosen(request))
    said = ngettext("%(n)s asset is in the trash.", "%(n)s assets are in the trash.", count)
    messages.success(request, said % {"n": count})
    return redirect("shelf")


def _chosen(request: HttpRequest) -> list[UUID]:
    named = named_assets(request.POST)[:MOST]
    if not named:
        raise DamError("nothing_chosen", gettext("Choose at least one picture first."))
    return named
