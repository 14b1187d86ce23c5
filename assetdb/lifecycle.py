"""What happens to assets after they arrived: changed, put in the trash, restored, purged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from assetdb import access, blobs, changes, nudges, rights
from assetdb.access import Caller
from assetdb.errors import DamError, ForbiddenError
from assetdb.models import Asset, AssetFile, AssetVersion, Visibility

moved = Signal()
"""Assets went into the trash or came out: ``assets`` as they were before, ``trashed`` as they are now."""

_FIELDS = {
    "title": 300,
    "title_zh": 300,
    "description": 20_000,
    "licence": 40,
    "credit": 500,
    "source_url": 1000,
    "derivatives_allowed": None,
    "visibility": None,
}
"""What a person may change, and the longest text it may become."""


def update_asset(user: Caller, asset_id: UUID, **fields: Any) -> Asset:
    """Change fields of an asset and return it.

    Raises:
        NotFoundError, ForbiddenError: see ``access.get_editable``; only the owner or an admin
            changes who sees it.
        DamError: ``unknown_field``, ``bad_value``, ``unknown_licence`` or ``bad_source_url``.
    """
    if unknown := sorted(set(fields) - set(_FIELDS)):
        raise DamError("unknown_field", f"{', '.join(unknown)} cannot be changed. Known: {', '.join(_FIELDS)}.")
    with transaction.atomic():
        asset = access.get_editable(user, asset_id)
        if fields.get("visibility", asset.visibility) != asset.visibility:
            _require_owner(user, [asset], to="change who sees it")
        for name, value in fields.items():
            setattr(asset, name, _check(name, value))
        if not rights.LICENCES[asset.licence].derivatives:
            asset.derivatives_allowed = False
        asset.save(update_fields=[*fields, "derivatives_allowed"])
        changes.touch([asset.pk])
    return asset


def set_visibility(user: Caller, asset_id: UUID, visibility: Visibility) -> Asset:
    """Choose who sees an asset."""
    return update_asset(user, asset_id, visibility=visibility)


def trash(user: Caller, ids: Iterable[UUID]) -> int:
    """Put assets into the trash and return how many were not there yet."""
    with transaction.atomic():
        assets = [asset for asset in _editable(user, ids) if asset.trashed is None]
        now = timezone.now()
        Asset.objects.filter(pk__in=[asset.pk for asset in assets]).update(trashed=now)
        changes.touch(asset.pk for asset in assets)
        moved.send(sender=Asset, assets=assets, trashed=now)
    return len(assets)


def restore(user: Caller, ids: Iterable[UUID]) -> int:
    """Take assets out of the trash and return how many there were."""
    with transaction.atomic():
        assets = [asset for asset in _editable(user, ids) if asset.trashed is not None]
        Asset.objects.filter(pk__in=[asset.pk for asset in assets]).update(trashed=None)
        changes.touch(asset.pk for asset in assets)
        moved.send(sender=Asset, assets=assets, trashed=None)
    return len(assets)


def purge(user: Caller, ids: Iterable[UUID]) -> int:
    """Delete assets from the trash for good and return how many. Their files go on commit.

    Raises:
        ForbiddenError: the caller is neither the owner nor an admin.
        DamError: ``not_in_trash``.
    """
    with transaction.atomic():
        assets = _editable(user, ids)
        _require_owner(user, assets, to="delete it for good")
        if any(asset.trashed is None for asset in assets):
            raise DamError("not_in_trash", "Only what is in the trash can be deleted for good.", status=409)
        gone = [asset.pk for asset in assets]
        held = {asset.blob_id for asset in assets}
        for further in (AssetFile, AssetVersion):
            held |= set(further.objects.filter(asset__in=gone).values_list("blob_id", flat=True))
        Asset.objects.filter(pk__in=gone).delete()
        blobs.release(held)
        nudges.nudge(nudges.CHANGES)
    return len(gone)


def empty_trash(user: Caller) -> int:
    """Delete for good everything of the caller's own that is in the trash, and return how much that was."""
    own = access.editable_by(user).filter(trashed__isnull=False, owner_id=user.pk)
    return purge(user, list(own.values_list("pk", flat=True)))


def _editable(user: Caller, ids: Iterable[UUID]) -> list[Asset]:
    """Lock and return the assets, or raise for the first that the caller may not change."""
    wanted = set(ids)
    found = list(
        Asset.objects.filter(pk__in=access.editable_by(user).filter(pk__in=wanted).values("pk"))
        .select_for_update()
        .order_by("pk")
    )
    for missing in wanted - {asset.pk for asset in found}:
        access.get_editable(user, missing)
    return found


def _require_owner(user: Caller, assets: Iterable[Asset], *, to: str) -> None:
    if not all(access.owns(user, asset) for asset in assets):
        raise ForbiddenError(f"Only an asset's owner or an admin may {to}.")


def _check(name: str, value: Any) -> Any:
    longest = _FIELDS[name]
    if longest is None:
        known = isinstance(value, bool) if name == "derivatives_allowed" else value in Visibility.values
        if not known:
            raise DamError("bad_value", f"“{value}” is no value for {name}.")
        return value
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise DamError("bad_value", f"{name} must be text of at most {longest} characters.")
    if name == "licence":
        return rights.check_licence(value)
    return rights.check_source_url(value) if name == "source_url" else value
