"""A better file takes the place of the one an asset has, and the earlier ones stay."""

from __future__ import annotations

from pathlib import Path
from typing import IO
from uuid import UUID

from django.db.models import Q, QuerySet

from assetdb import access, blobs, changes, ingest, names, renditions, sandbox
from assetdb.access import SETTLED, Caller
from assetdb.errors import DamError, NotFoundError, UnreadableError
from assetdb.models import Asset, AssetFile, AssetVersion, Blob, Kind, State, User

LONGEST_NOTE = 300


def versions_of(user: Caller, asset_id: UUID) -> QuerySet[AssetVersion]:
    """Return the earlier files of an asset, newest first, for who may change it.

    Raises:
        NotFoundError, ForbiddenError: see ``access.get_editable``.
    """
    asset = access.get_editable(user, asset_id)
    return asset.versions.select_related("blob", "replaced_by")


def version_of(user: Caller, asset_id: UUID, number: int) -> AssetVersion:
    """Return one earlier file of an asset, for who may change it.

    Raises:
        NotFoundError, ForbiddenError: see ``access.get_editable``; or there is no such version.
    """
    version = versions_of(user, asset_id).filter(number=number).first()
    if version is None:
        raise NotFoundError("version")
    return version


def replace(
    user: Caller,
    asset_id: UUID,
    source: IO[bytes] | Path,
    *,
    file_name: str,
    declared_type: str = "",
    note: str = "",
) -> Asset:
    """Give an asset another file, and keep the one it had as a version.

    The new file is read first: what cannot be shown is refused, and the asset stays as it was. Its
    words, tags and rights stay; vectors and suggestions follow the new picture. The file it has already
    changes nothing.

    Args:
        source: an open binary file, read to its end, or a path.
        note: why, at most 300 characters.

    Raises:
        NotFoundError, ForbiddenError: see ``access.get_editable``.
        DamError: ``in_trash``, ``under_review``, ``same_as_another``, ``type_conflict`` or ``too_large``.
        UnreadableError: also ``empty_file`` and ``unsupported_format``.
        SandboxError, StorageError: for reasons that are not the file's; try again later.
    """
    asset = _changeable(user, asset_id)
    file_name = names.clean_file_name(file_name)
    blob = blobs.add(source)
    if blob.pk == asset.blob_id:
        return asset
    trial = Asset(file_name=file_name)
    ingest.judge(trial, blob, declared_type)
    if trial.state != State.RECEIVED:
        raise UnreadableError(trial.error_code, trial.error_message)
    return _take(user, asset_id, blob, file_name=file_name, notes=trial.notes, note=note)


def bring_back(user: Caller, asset_id: UUID, number: int) -> Asset:
    """Make an earlier file the current one again; the one it replaces becomes a version too.

    Raises:
        DamError: as ``replace``, and when there is no such version.
    """
    version = version_of(user, asset_id, number)
    if version.blob_id == _changeable(user, asset_id).blob_id:
        return version.asset
    return _take(user, asset_id, version.blob, file_name=version.file_name, notes=[], note="")


def _changeable(user: Caller, asset_id: UUID) -> Asset:
    asset = access.get_editable(user, asset_id)
    if asset.trashed is not None:
        raise DamError("in_trash", "This is in the trash. Restore it first.", status=409)
    if not Asset.objects.filter(SETTLED, pk=asset.pk).exists():
        raise DamError("under_review", "This waits for a review, or failed it. Decide on it first.", status=409)
    return asset


def _take(user: Caller, asset_id: UUID, blob: Blob, *, file_name: str, notes: list[str], note: str) -> Asset:
    """Read ``blob`` outside any transaction, then exchange the files in a short one."""
    assert isinstance(user, User)
    decoded = renditions.read_blob(blob)
    renditions.save_files(blob, decoded)
    with blobs.blob_lock(blob.pk):
        _changeable(user, asset_id)
        asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset_id)
        _refuse_twin(asset, blob)
        held = Blob.objects.filter(pk=blob.pk).first()
        if held is None:
            raise UnreadableError("missing_file", "The file was swept away meanwhile. Upload it again.")
        _keep_current(asset, user, note)
        stale = list(asset.files.filter(role=AssetFile.Role.RASTER).values_list("blob_id", flat=True))
        asset.files.filter(role=AssetFile.Role.RASTER).delete()
        _become(asset, held, decoded, file_name=file_name, notes=notes)
        changes.touch([asset.pk])
    blobs.release(stale)
    return asset


def _refuse_twin(asset: Asset, blob: Blob) -> None:
    twin = Asset.objects.filter(~Q(pk=asset.pk), owner=asset.owner_id, blob=blob.pk).first()
    if twin is not None:
        raise DamError(
            "same_as_another",
            f"This file is an asset of its own already: “{twin}”. Use that one, or delete it for good first.",
            status=409,
            extra={"asset": str(twin.pk)},
        )


def _keep_current(asset: Asset, user: User, note: str) -> None:
    newest = asset.versions.first()
    AssetVersion.objects.create(
        asset=asset,
        number=newest.number + 1 if newest else 1,
        blob_id=asset.blob_id,
        file_name=asset.file_name,
        width=asset.width,
        height=asset.height,
        replaced_by=user,
        note=note.replace("\0", "").strip()[:LONGEST_NOTE],
    )


def _become(asset: Asset, blob: Blob, decoded: sandbox.Decoded, *, file_name: str, notes: list[str]) -> None:
    asset.blob, asset.file_name = blob, file_name
    asset.state, asset.kind = State.READY, Kind.IMAGE
    asset.width, asset.height, asset.captured = decoded.width, decoded.height, decoded.captured
    asset.notes = [*notes, *decoded.notes]
    asset.error_code = asset.error_message = ""
    asset.leased_until, asset.attempts = None, 0
    asset.save()
    renditions.save_rows(blob, decoded)
