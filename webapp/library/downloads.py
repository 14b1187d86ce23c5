"""Many assets taken away at once: their files as a zip, or what is known of them as a table."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse

from assetdb import bulk
from assetdb.access import Caller, visible_to
from assetdb.errors import NotFoundError
from assetdb.listing import csv_of
from assetdb.models import Asset
from webapp.library.files import named_original
from webapp.library.zipped import Opener, zip_of


def zip_of_assets(user: Caller, ids: list[UUID]) -> HttpResponseBase:
    """Return a download of the files of those of ``ids`` that the caller may see.

    Raises:
        NotFoundError: the caller may see none.
        DamError: ``too_many``.
    """
    if not any(visible_to(user).filter(pk__in=some).exists() for some in bulk.chunks(ids)):
        raise NotFoundError("asset")
    return zip_of(_files(user, ids), name="lacuna.zip")


def csv_of_assets(user: Caller, ids: list[UUID]) -> HttpResponseBase:
    """Return a download of what is known of those of ``ids`` that the caller may see, in their order.

    Raises:
        NotFoundError: the caller may see none.
        DamError: ``too_many``.
    """
    lines = csv_of(seen_among(user, ids))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lacuna.csv"'
    return response


def seen_among(user: Caller, ids: list[UUID]) -> list[Asset]:
    """Return those of ``ids`` that the caller may see, each once, in their order, with their files and owners.

    Raises:
        NotFoundError: there are none.
        DamError: ``too_many``.
    """
    known: dict[UUID, Asset] = {}
    for some in bulk.chunks(ids):
        known |= visible_to(user).select_related("blob", "owner").in_bulk(some)
    if not known:
        raise NotFoundError("asset")
    return [known[pk] for pk in dict.fromkeys(ids) if pk in known]


def _files(user: Caller, ids: list[UUID]) -> Iterator[tuple[str, Opener]]:
    """Name and open the files of what the caller may see, some hundred assets at a time."""
    for some in bulk.chunks(ids):
        found = visible_to(user).filter(pk__in=some).select_related("blob").in_bulk()
        for asset in (found[pk] for pk in some if pk in found):
            yield named_original(asset)
