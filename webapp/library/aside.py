"""What is not in the library: the trash, the shelf of rejects, and work under way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from assetdb import lifecycle, prepare
from assetdb.access import Caller, editable_by
from assetdb.models import Asset, ImportRun, Role, State, User
from generators.models import Candidate
from generators.steering import runs_of
from indexer import embed
from indexer.models import Failure
from webapp.library.door import caller, member, wants_part
from webapp.library.reach import shelf_of, trash_of

MOST = 200


@member
@require_GET
def trash(request: HttpRequest) -> HttpResponse:
    """List what was thrown away and can still be restored."""
    user = caller(request)
    assets = list(trash_of(user).order_by("-trashed")[:MOST])
    may_purge = {asset.pk for asset in assets if _owns(user, asset)}
    return render(request, "library/trash.html", {"assets": assets, "may_purge": may_purge})


@member
@require_POST
def restore(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Take an asset out of the trash."""
    lifecycle.restore(caller(request), [asset_id])
    messages.success(request, gettext("Restored."))
    return redirect("asset", asset_id=asset_id)


@member
@require_POST
def purge(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Delete one asset for good."""
    lifecycle.purge(caller(request), [asset_id])
    messages.success(request, gettext("Deleted for good."))
    return redirect("trash")


@member
@require_POST
def empty(request: HttpRequest) -> HttpResponse:
    """Delete for good everything of the caller's own that is in the trash."""
    user = caller(request)
    own = trash_of(user).filter(owner_id=user.pk).values_list("pk", flat=True)
    count = lifecycle.purge(user, list(own))
    messages.success(request, gettext("Deleted for good: %(count)s.") % {"count": count})
    return redirect("trash")


@member
@require_GET
def shelf(request: HttpRequest) -> HttpResponse:
    """List what was generated and not published, each with the reason."""
    assets = list(shelf_of(caller(request)).order_by("-created")[:MOST])
    tried = Candidate.objects.filter(asset__in=assets).select_related("run")
    by_asset = {candidate.asset_id: candidate for candidate in tried}
    items = [{"asset": asset, "candidate": by_asset.get(asset.pk)} for asset in assets]
    return render(request, "library/shelf.html", {"items": items})


@member
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Show what is being worked on and what failed, as far as it concerns the caller."""
    user = caller(request)
    template = "library/_jobs.html" if wants_part(request) else "library/jobs.html"
    return render(request, template, _work(user))


def _work(user: Caller) -> dict[str, Any]:
    failed = editable_by(user).filter(state__in=[State.UNREADABLE, State.QUARANTINED], trashed__isnull=True)
    sees_all = isinstance(user, User) and user.at_least(Role.REVIEWER)
    return {
        "imports": ImportRun.objects.order_by("-created")[:10] if sees_all else [],
        "runs": runs_of(user).select_related("asker")[:30],
        "failed": failed.order_by("-created")[:50],
        "not_embedded": Failure.objects.order_by("-created")[:50] if sees_all else [],
        "unread": prepare.pending().count(),
        "unindexed": embed.pending(),
    }


def _owns(user: Caller, asset: Asset) -> bool:
    return isinstance(user, User) and (asset.owner_id == user.pk or user.at_least(Role.ADMIN))
