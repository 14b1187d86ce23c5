"""Which assets a page may show: what is visible, and the caller's own trash and shelf."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from assetdb.access import Caller, editable_by, get_visible, seen_by
from assetdb.errors import NotFoundError
from assetdb.models import Asset, Review


def trash_of(user: Caller) -> QuerySet[Asset]:
    """Return what the caller could restore."""
    return editable_by(user).filter(trashed__isnull=False)


def shelf_of(user: Caller) -> QuerySet[Asset]:
    """Return the rejects the caller may look at: their own, all of them for reviewers."""
    return seen_by(user).filter(review=Review.REJECTED, trashed__isnull=True)


def get_shown(user: Caller, asset_id: UUID) -> Asset:
    """Return one asset that a page may show to the caller, in the library or out of it.

    Raises:
        NotFoundError: it does not exist, or the caller may not see it.
    """
    try:
        return get_visible(user, asset_id)
    except NotFoundError:
        for aside in (trash_of(user), shelf_of(user)):
            if asset := aside.filter(pk=asset_id).first():
                return asset
        raise
