"""What people say about tags. Their word stands: no view ever changes a row they decided."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assetdb import access, changes
from assetdb.access import Caller
from assetdb.errors import NotFoundError
from assetdb.models import Asset, AssetTag, Role, Tag, User


def decide(user: Caller, asset_id: UUID, tag_slug: str, accept: bool) -> AssetTag:
    """Accept or reject a tag that an asset carries or was suggested.

    Raises:
        NotFoundError, ForbiddenError: see ``access.get_editable``; or the asset has no such tag.
    """
    with transaction.atomic():
        asset = access.get_editable(user, asset_id)
        row = AssetTag.objects.select_for_update().filter(asset=asset, tag__slug=tag_slug).first()
        if row is None:
            raise NotFoundError("tag on this asset")
        return _settle(user, asset, row, AssetTag.State.ACCEPTED if accept else AssetTag.State.REJECTED)


def add_tag(user: Caller, asset_id: UUID, tag_slug: str) -> AssetTag:
    """Put a tag of the vocabulary on an asset; a suggestion of it counts as accepted.

    Raises:
        NotFoundError, ForbiddenError: see ``access.get_editable``; or there is no such tag.
    """
    with transaction.atomic():
        asset = access.get_editable(user, asset_id)
        tag = Tag.objects.filter(slug=tag_slug).first()
        if tag is None:
            raise NotFoundError("tag")
        row, _ = AssetTag.objects.select_for_update().get_or_create(
            asset=asset, tag=tag, defaults={"source": AssetTag.Source.PERSON}
        )
        return _settle(user, asset, row, AssetTag.State.ACCEPTED)


def remove_tag(user: Caller, asset_id: UUID, tag_slug: str) -> AssetTag:
    """Take a tag off an asset. The row stays, rejected, so that it is not suggested again."""
    return decide(user, asset_id, tag_slug, accept=False)


def save_tag(user: Caller, tag: Tag) -> Tag:
    """Put a word into the vocabulary, or change one; assets that carry it are read again.

    Raises:
        ForbiddenError: it takes an admin.
    """
    access.require(user, Role.ADMIN, to="change the vocabulary")
    with transaction.atomic():
        tag.save()
        changes.touch(_carriers(tag))
    return tag


def drop_tag(user: Caller, tag: Tag) -> None:
    """Take a word out of the vocabulary, and so off every asset.

    Raises:
        ForbiddenError: it takes an admin.
    """
    access.require(user, Role.ADMIN, to="change the vocabulary")
    with transaction.atomic():
        carriers = _carriers(tag)
        tag.delete()
        changes.touch(carriers)


def _carriers(tag: Tag) -> list[UUID]:
    accepted = AssetTag.objects.filter(tag=tag, state=AssetTag.State.ACCEPTED)
    return list(accepted.values_list("asset", flat=True))


def _settle(user: Caller, asset: Asset, row: AssetTag, state: AssetTag.State) -> AssetTag:
    assert isinstance(user, User)
    row.state, row.decided_by, row.decided_at = state, user, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    changes.touch([asset.pk])
    return row
