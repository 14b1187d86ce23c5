"""An asset's bytes for programs: its pictures, and the original to keep."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse

from assetdb.access import Caller, editable_by, seen_by
from assetdb.errors import NotFoundError
from assetdb.models import Asset, Rendition
from assetdb.models.file import originals
from assetdb.renditions import open_rendition


def get_kept(user: Caller, asset_id: UUID) -> Asset:
    """Return an asset whose bytes the caller may have: rejects too, trash for those who may restore it.

    Raises:
        NotFoundError: it does not exist, or the caller may not see it.
    """
    asset = seen_by(user).filter(pk=asset_id).select_related("blob").first()
    if asset is None or (asset.trashed and not editable_by(user).filter(pk=asset_id).exists()):
        raise NotFoundError("asset")
    return asset


def send_picture(asset: Asset, preset: str) -> FileResponse:
    """Return a rendition of ours: always WebP.

    Raises:
        NotFoundError: there is no picture of this asset.
    """
    return _private(FileResponse(open_rendition(asset, preset), content_type=Rendition.MEDIA_TYPE))


def send_original(asset: Asset) -> FileResponse:
    """Return the file as it came, to be saved and never shown: it may hold scripts.

    Raises:
        NotFoundError: the storage has lost it.
    """
    try:
        file = originals().open(asset.blob.key)
    except FileNotFoundError:
        raise NotFoundError("original in the storage") from None
    name = asset.file_name or str(asset.pk)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=asset.blob.media_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _private(response)


def _private(response: FileResponse) -> FileResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response
