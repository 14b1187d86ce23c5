"""Bytes going out: pictures we made are shown, what others made is handed over with care."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, cast
from uuid import UUID

from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from assetdb import versions
from assetdb.access import get_visible
from assetdb.models import Asset, AssetFile, Blob, Rendition
from assetdb.models.file import originals
from assetdb.renditions import open_rendition, rendition_of
from webapp.library.door import caller, file
from webapp.library.reach import get_shown

RASTER = {"image/jpeg", "image/png", "image/webp", "image/gif"}
"""The only media types a browser may show by itself."""
_FRESH = "private, max-age=3600"
CONFINED = "sandbox; default-src 'none'"
_SUFFIX = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
}


@file
@require_safe
def thumb(request: HttpRequest, asset_id: UUID) -> HttpResponseBase:
    """The thumbnail, WebP, 320 px."""
    return _rendition(request, asset_id, Rendition.Preset.THUMB)


@file
@require_safe
def preview(request: HttpRequest, asset_id: UUID) -> HttpResponseBase:
    """The preview, WebP, 1024 px."""
    return _rendition(request, asset_id, Rendition.Preset.PREVIEW)


@file
@require_safe
def original(request: HttpRequest, asset_id: UUID) -> HttpResponseBase:
    """The file as it came in, under its own name."""
    asset = get_visible(caller(request), asset_id)
    return _handed_over(request, asset.blob, name=asset.file_name or _name_of(asset, asset.blob))


@file
@require_safe
def raster(request: HttpRequest, asset_id: UUID) -> HttpResponseBase:
    """The raster copy that goes with a drawing."""
    asset = get_visible(caller(request), asset_id)
    copy = asset.files.filter(role=AssetFile.Role.RASTER).select_related("blob").first()
    if copy is None:
        raise Http404("there is no raster copy")
    return _handed_over(request, copy.blob, name=_name_of(asset, copy.blob))


@file
@require_safe
def version(request: HttpRequest, asset_id: UUID, number: int) -> HttpResponseBase:
    """An earlier file of an asset, for who may change it."""
    earlier = versions.version_of(caller(request), asset_id, number)
    name = earlier.file_name or stem_of(earlier.asset) + _SUFFIX.get(earlier.blob.media_type, "")
    return _handed_over(request, earlier.blob, name=name)


@file
@require_safe
def version_thumb(request: HttpRequest, asset_id: UUID, number: int) -> HttpResponseBase:
    """The thumbnail of an earlier file, WebP, 320 px."""
    earlier = versions.version_of(caller(request), asset_id, number)
    return _shown(request, earlier.blob, Rendition.Preset.THUMB, lambda: rendition_of(earlier.blob, "thumb"))


def named_original(asset: Asset) -> tuple[str, Callable[[], IO[bytes]]]:
    """Return what an asset's original is called, and what opens it."""
    name = asset.file_name or _name_of(asset, asset.blob)
    return name, lambda: cast("IO[bytes]", originals().open(asset.blob.key))


def stem_of(asset: Asset) -> str:
    """Return what a file made of an asset is called, without its suffix."""
    return (asset.title or str(asset.pk))[:120].strip(" .")


def _name_of(asset: Asset, blob: Blob) -> str:
    return stem_of(asset) + _SUFFIX.get(blob.media_type, "")


def _rendition(request: HttpRequest, asset_id: UUID, preset: str) -> HttpResponseBase:
    asset = get_shown(caller(request), asset_id)
    return _shown(request, asset.blob, preset, lambda: open_rendition(asset, preset))


def _shown(request: HttpRequest, blob: Blob, preset: str, opened: Callable[[], IO[bytes]]) -> HttpResponseBase:
    etag = f'"{blob.sha256[:32]}-{preset}"'
    if (unchanged := _unchanged(request, etag)) is not None:
        return unchanged
    return guarded(FileResponse(opened(), content_type=Rendition.MEDIA_TYPE), etag)


def _handed_over(request: HttpRequest, blob: Blob, *, name: str) -> HttpResponseBase:
    etag = f'"{blob.sha256}"'
    if (unchanged := _unchanged(request, etag)) is not None:
        return unchanged
    response = FileResponse(
        _opened(blob),
        as_attachment=blob.media_type not in RASTER or "download" in request.GET,
        filename=name,
        content_type=blob.media_type,
    )
    response["Content-Length"] = str(blob.size)
    return guarded(response, etag)


def _opened(blob: Blob) -> IO[bytes] | File[bytes]:
    try:
        return originals().open(blob.key)
    except FileNotFoundError as error:
        raise Http404("the storage no longer has this file") from error


def _unchanged(request: HttpRequest, etag: str) -> HttpResponseBase | None:
    answer = get_conditional_response(request, etag=etag, response=None)
    return None if answer is None else guarded(answer, etag)


def guarded(response: HttpResponseBase | HttpResponse, etag: str) -> HttpResponseBase:
    """Have a file kept by its reader alone, and run by nobody."""
    response["ETag"] = etag
    response["Cache-Control"] = _FRESH
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = CONFINED
    patch_vary_headers(response, ["Cookie"])
    return response
