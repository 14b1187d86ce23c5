"""Share links: made on a collection's page, followed by people without an account."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from assetdb import collections, shares
from assetdb.errors import DamError, ForbiddenError, NotFoundError, StorageError
from assetdb.exports import MEDIA_TYPES, export
from assetdb.models import Ai, Asset, Rendition, Share
from assetdb.renditions import open_rendition
from webapp import tries
from webapp.library.door import caller, member
from webapp.library.files import CONFINED, named_original
from webapp.library.smart import MOST, contents, found_by
from webapp.library.zipped import Opener, zip_of

TRIES, WITHIN = 10, 5 * 60
"""How many passwords may be tried for a link from one address, and in how many seconds."""

View = Callable[..., HttpResponseBase]


@member
@require_http_methods(["GET", "POST"])
def links(request: HttpRequest, collection_id: UUID) -> HttpResponse:
    """Show the links to a collection, and make one."""
    user = caller(request)
    found = collections.get_own(user, collection_id)
    if request.method == "POST":
        sent = request.POST
        shares.open_link(
            user,
            collection_id,
            label=sent.get("label", ""),
            password=sent.get("password", ""),
            expires=_end_of(sent.get("expires", "")),
            downloads="downloads" in sent,
            metadata="metadata" in sent,
            ai=sent.get("ai", Ai.SHOW),
        )
        messages.success(request, gettext("The link is ready to copy."))
        return redirect("collection_shares", collection_id=collection_id)
    rows = [
        {"share": share, "url": request.build_absolute_uri(reverse("share", args=[shares.token_of(share)]))}
        for share in shares.links_of(user, found)
    ]
    context = {"collection": found, "rows": rows, "ai": Ai.choices, "now": timezone.now()}
    opened = shares.opened_of(found, found=found_by(found, user)).count()
    context |= {"total": contents(found, user, 0, limit=1)[1], "opened": opened, "most": MOST}
    return render(request, "library/shares.html", context)


@member
@require_POST
def revoke(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """End a link."""
    share = shares.revoke(caller(request), share_id)
    messages.success(request, gettext("The link is over."))
    return redirect("collection_shares", collection_id=share.collection_id)


def _end_of(day: str) -> datetime | None:
    if not day:
        return None
    try:
        parsed = parse_date(day)
    except ValueError:
        parsed = None
    if parsed is None:
        raise DamError("bad_date", gettext("Write the last day as year-month-day, such as 2027-01-31."))
    return timezone.make_aware(datetime.combine(parsed + timedelta(days=1), time.min))


def followed(view: View) -> View:
    """Open a view to who holds a link, once they gave its password; nothing of it is kept on the way."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            share = shares.find(token)
            answer = view(request, share, *args, **kwargs) if _unlocked(request, share) else _ask(request, token)
        except DamError as error:
            answer = _refused(request, error)
        return _discreet(answer)

    return opened


def _refused(request: HttpRequest, error: DamError) -> HttpResponse:
    return render(request, "library/share_over.html", {"error": error}, status=error.status)


def _discreet(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = "private, no-store"
    # A form on a page without any referrer is sent with the origin "null", and the CSRF check refuses it.
    page = answer.get("Content-Type", "").startswith("text/html")
    answer["Referrer-Policy"] = "same-origin" if page else "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _unlocked(request: HttpRequest, share: Share) -> bool:
    return not share.password or request.session.get(f"share {share.pk}") == share.password[-16:]


def _ask(request: HttpRequest, token: str, *, wrong: bool = False) -> HttpResponse:
    if not request.accepts("text/html"):
        raise ForbiddenError("This link asks for a password. Open it in a browser and give it there.")
    return render(request, "library/share_password.html", {"token": token, "wrong": wrong}, status=403)


@require_POST
def unlock(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take the password of a link and remember in the session that it was right."""

    try:
        share = shares.find(token)
        _count_try(request, share)
    except DamError as error:
        return _discreet(_refused(request, error))
    if not shares.fits(share, request.POST.get("password", "")):
        return _discreet(_ask(request, token, wrong=True))
    request.session[f"share {share.pk}"] = share.password[-16:]
    return _discreet(redirect("share", token=token))


def _count_try(request: HttpRequest, share: Share) -> None:
    key = f"share-{share.pk}-{request.META.get('REMOTE_ADDR', '')}"
    if tries.count(key, within=WITHIN) > TRIES:
        raise DamError("too_many_tries", gettext("Too many tries. Wait five minutes."), status=429)


@require_GET
@followed
def album(request: HttpRequest, share: Share) -> HttpResponse:
    """Show what a link opens."""
    shares.count_opening(share)
    return render(
        request, "library/share.html", {"share": share, "items": _items(share), "token": shares.token_of(share)}
    )


@require_GET
@followed
def picture(request: HttpRequest, share: Share, asset_id: UUID) -> HttpResponse:
    """Show one picture of a link, with its neighbours."""
    items = _items(share)
    at = next((n for n, item in enumerate(items) if item["asset"].pk == asset_id), None)
    if at is None:
        raise NotFoundError("asset")
    context = {"share": share, "token": shares.token_of(share), "item": items[at]}
    context |= {"before": items[at - 1] if at else None, "after": items[at + 1] if at + 1 < len(items) else None}
    return render(request, "library/share_picture.html", context)


@require_GET
@followed
def listing(request: HttpRequest, share: Share) -> HttpResponse:
    """List what a link opens, for programs."""
    token = shares.token_of(share)
    rows = [
        {
            "id": str(item["asset"].pk),
            "title": item["name"],
            "licence": item["asset"].licence,
            "credit": item["asset"].credit,
            "width": item["asset"].width,
            "height": item["asset"].height,
            "preview": reverse("share_preview", args=[token, item["asset"].pk]),
            "file": reverse("share_file", args=[token, item["asset"].pk]) if share.downloads else None,
        }
        for item in _items(share)
    ]
    return JsonResponse({"collection": share.collection.name, "assets": rows})


@require_safe
@followed
def thumb(request: HttpRequest, share: Share, asset_id: UUID) -> HttpResponseBase:
    """The thumbnail of a picture of a link."""
    return _rendition(share, asset_id, Rendition.Preset.THUMB)


@require_safe
@followed
def preview(request: HttpRequest, share: Share, asset_id: UUID) -> HttpResponseBase:
    """The preview of a picture of a link."""
    return _rendition(share, asset_id, Rendition.Preset.PREVIEW)


@require_safe
@followed
def file(request: HttpRequest, share: Share, asset_id: UUID) -> HttpResponseBase:
    """A file to take away: the original, or without metadata its picture encoded anew."""
    _may_take(share)
    name, media_type, open_file = _taken(share, _asset(share, asset_id))
    try:
        answer = FileResponse(open_file(), as_attachment=True, filename=name, content_type=media_type)
    except OSError as error:
        raise StorageError(error) from error
    answer["Content-Security-Policy"] = CONFINED
    return answer


@require_safe
@followed
def everything(request: HttpRequest, share: Share) -> HttpResponseBase:
    """All files of a link in one zip."""
    _may_take(share)
    taken = (_taken(share, item["asset"]) for item in _items(share))
    return zip_of(((name, open_file) for name, _, open_file in taken), name=f"{share.collection.name}.zip")


def _items(share: Share) -> list[dict[str, Any]]:
    found = found_by(share.collection, share.maker)
    opened = list(shares.assets_of(share, found=found))
    if found:
        place = {pk: n for n, pk in enumerate(found)}
        opened.sort(key=lambda asset: place[asset.pk])
    return [{"asset": asset, "name": shares.name_of(share, asset)} for asset in opened]


def _asset(share: Share, asset_id: UUID) -> Asset:
    return shares.asset_of(share, asset_id, found=found_by(share.collection, share.maker))


def _rendition(share: Share, asset_id: UUID, preset: str) -> HttpResponseBase:
    return FileResponse(open_rendition(_asset(share, asset_id), preset), content_type=Rendition.MEDIA_TYPE)


def _may_take(share: Share) -> None:
    if not share.downloads:
        raise ForbiddenError("This link is for looking only. Ask whoever sent it for the files.")


def _taken(share: Share, asset: Asset) -> tuple[str, str, Opener]:
    """Return the name, the media type and the opener of what is handed out for an asset."""
    blob = asset.blob
    if share.metadata:
        name, open_file = named_original(asset)
        return name, blob.media_type, open_file
    form, suffix = ("jpeg", ".jpg") if blob.media_type == "image/jpeg" else ("png", ".png")
    return shares.name_of(share, asset) + suffix, MEDIA_TYPES[form], lambda: io.BytesIO(export(asset, form=form))
