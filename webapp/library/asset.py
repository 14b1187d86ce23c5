"""The page of one asset, and what can be done on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from assetdb import lifecycle, tagging
from assetdb.access import Caller, editable_by, get_visible, owns
from assetdb.errors import DamError
from assetdb.models import Asset, AssetFile, AssetTag, Review, State, Tag, Visibility
from assetdb.rights import LICENCES
from generators.models import Run
from indexer.models import Embedding
from indexer.search import Hit, similar
from indexer.spaces import active_space
from webapp.library import provenance, renders, versions
from webapp.library.ask import Ask
from webapp.library.credit import credit_of
from webapp.library.door import caller, member, page, wants_part
from webapp.library.place import place_of
from webapp.library.reach import get_shown

_EDITED = ("title", "title_zh", "description", "licence", "credit", "source_url", "visibility")


@page
@require_GET
def asset(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Show one asset; while its file is still being read the page asks again by itself."""
    user = caller(request)
    shown = get_shown(user, asset_id)
    context = _shown(shown, user) | _tags(shown, user) | _taken(shown)
    context |= {
        "similar": _similar(shown, user),
        "similar_ask": Ask(like=shown.pk),
        "provenance": provenance.of(shown, user=user),
        "used": provenance.used(shown, user=user),
        "files": provenance.files(shown),
        "place": place_of(request, shown, user=user),
    }
    if context["may_edit"] and shown.review in (Review.NONE, Review.APPROVED):
        context |= versions.shown(shown, user=user)
    return render(request, "library/asset.html", context)


@member
@require_POST
def edit(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Change the words and the rights of an asset."""
    fields: dict[str, Any] = {name: request.POST[name].strip() for name in _EDITED if name in request.POST}
    if "derivatives_shown" in request.POST:
        fields["derivatives_allowed"] = "derivatives_allowed" in request.POST
    lifecycle.update_asset(caller(request), asset_id, **fields)
    messages.success(request, gettext("Saved."))
    return redirect(_again(request, asset_id))


@member
@require_POST
def decide_tag(request: HttpRequest, asset_id: UUID, slug: str) -> HttpResponse:
    """Accept or reject a tag."""
    tagging.decide(caller(request), asset_id, slug, accept=request.POST.get("accept") == "1")
    return _tags_answer(request, asset_id)


@member
@require_POST
def add_tag(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Put a tag of the vocabulary on an asset, by its name in either language or its slug."""
    name = " ".join(request.POST.get("tag", "").replace("\0", "").split())
    tagging.add_tag(caller(request), asset_id, tag_called(name).slug)
    return _tags_answer(request, asset_id)


@member
@require_POST
def trash(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """Put an asset into the trash."""
    lifecycle.trash(caller(request), [asset_id])
    back = reverse("asset_restore", args=[asset_id])
    messages.success(request, gettext("Moved to the trash, where it can be restored."), extra_tags=back)
    return redirect("library")


def _again(request: HttpRequest, asset_id: UUID) -> str:
    """Return the address of the page that the form was on, with the search it carried."""
    carried = {name: request.GET[name] for name in ("from", "at") if name in request.GET}
    return reverse("asset", args=[asset_id]) + (f"?{urlencode(carried)}" if carried else "")


def tag_called(name: str) -> Tag:
    """Return the tag of the vocabulary with this name, in either language, or slug.

    Raises:
        DamError: ``unknown_tag``.
    """
    if tag := tagging.tag_called(name):
        return tag
    raise DamError(
        "unknown_tag",
        gettext("“%(name)s” is not in the vocabulary. Choose one of the list; an admin can add tags.") % {"name": name},
    )


def _tags_answer(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    if not wants_part(request):
        return redirect(_again(request, asset_id))
    user = caller(request)
    shown = get_visible(user, asset_id)
    return render(request, "library/_tags.html", {"asset": shown} | _tags(shown, user))


def _tags(shown: Asset, user: Caller) -> dict[str, Any]:
    rows = AssetTag.objects.filter(asset=shown).select_related("tag")
    editable = shown.trashed is None and editable_by(user).filter(pk=shown.pk).exists()
    accepted = list(rows.filter(state=AssetTag.State.ACCEPTED).order_by("tag__name"))
    return {
        "may_edit": editable,
        "accepted": accepted,
        "suggested": list(rows.filter(state=AssetTag.State.SUGGESTED).order_by("-score")) if editable else [],
        "vocabulary": Tag.objects.exclude(pk__in=[row.tag_id for row in accepted]) if editable else [],
    }


def _shown(shown: Asset, user: Caller) -> dict[str, Any]:
    return {
        "asset": shown,
        "credit": credit_of(shown),
        "licences": list(LICENCES.values()),
        "visibilities": Visibility.choices,
        "may_share": owns(user, shown),
        "in_library": _in_library(shown),
        "unknown_picture": _unknown(shown),
        "run": Run.objects.filter(asset=shown, state=Run.State.REVIEW).first(),
    }


def _in_library(shown: Asset) -> bool:
    return shown.trashed is None and shown.review != Review.REJECTED


def _taken(shown: Asset) -> dict[str, Any]:
    """What can be taken away of it, and the larger pictures to zoom into."""
    if shown.state != State.READY or not _in_library(shown):
        return {}
    return {
        "raster": shown.files.filter(role=AssetFile.Role.RASTER).select_related("blob").first(),
        "choices": renders.choices(shown),
        "zoomed": [{"side": side, "url": url} for side, url in renders.zoomed(shown)],
        "sides": renders.LADDER,
        "forms": renders.FORMS,
    }


def _unknown(shown: Asset) -> bool:
    """Whether the encoder in use was not made for such pictures."""
    own = Embedding.objects.filter(space=active_space(), asset_id=shown.pk, segment="image")
    return own.filter(vector__isnull=False, known=False).exists()


def _similar(shown: Asset, user: Caller) -> list[Hit]:
    if shown.state != State.READY or not _in_library(shown):
        return []
    return similar(shown, user=user, limit=12)
