"""Bytes become an asset: hashed, stored durably, and only then given rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO

from assetdb import blobs, changes, names, nudges, rights, sniff
from assetdb.models import Asset, AssetFile, Blob, Kind, Origin, Review, State, User, Visibility


@dataclass(frozen=True)
class Ingested:
    """The asset that now holds the bytes, and whether it is new."""

    asset: Asset
    created: bool


def ingest(
    source: IO[bytes] | Path,
    *,
    owner: User,
    file_name: str,
    declared_type: str = "",
    origin: Origin = Origin.UPLOADED,
    title: str = "",
    title_zh: str = "",
    description: str = "",
    licence: str = "",
    credit: str = "",
    source_url: str = "",
    derivatives_allowed: bool = True,
    visibility: Visibility = Visibility.LIBRARY,
    review: Review = Review.NONE,
) -> Ingested:
    """Take a file into the library.

    The same bytes from the same owner are the same asset: it comes back as it is, out of the
    trash if it was there. The picture itself is read later, by ``assetdb.prepare``. A kill at any
    point leaves either nothing that counts or an asset that waits for ``prepare``.

    Args:
        source: an open binary file, read to its end, or a path.
        declared_type: the media type the sender claimed; a dangerous claim leads to quarantine.
        licence: a code of ``rights.LICENCES``; empty means unknown.

    Raises:
        DamError: ``too_large``, ``unknown_licence`` or ``bad_source_url``.
        StorageError: the storage does not take the file now; nothing was added.
    """
    file_name = names.clean_file_name(file_name)
    asset = Asset(
        owner=owner,
        file_name=file_name,
        origin=origin,
        title=(title or names.title_of(file_name))[:300],
        title_zh=title_zh[:300],
        description=description,
        licence=rights.check_licence(licence),
        credit=credit[:500],
        source_url=rights.check_source_url(source_url),
        derivatives_allowed=derivatives_allowed and rights.LICENCES[licence].derivatives,
        visibility=visibility,
        review=review,
    )
    with blobs.received(source) as (copy, blob):
        blobs.store(copy, blob)
        judge(asset, blob, declared_type)
        return _record(asset, copy, blob)


def attach(asset: Asset, source: IO[bytes] | Path, *, role: AssetFile.Role) -> AssetFile:
    """Give ``asset`` a further file of its own, replacing the one in that role."""
    with blobs.received(source) as (copy, blob):
        blobs.store(copy, blob)
        with blobs.blob_lock(blob.sha256):
            kept = blobs.keep(copy, blob)
            before = list(asset.files.filter(role=role).exclude(blob=kept).values_list("blob_id", flat=True))
            file, _ = AssetFile.objects.update_or_create(asset=asset, role=role, defaults={"blob": kept})
    blobs.release(before)
    return file


def judge(asset: Asset, blob: Blob, declared_type: str) -> None:
    """Settle what can be said without decoding: empty, in conflict with its name, or unsupported."""
    sniffed = blob.media_type
    if contradiction := sniff.conflict(sniffed, file_name=asset.file_name, declared_type=declared_type):
        asset.state, asset.error_code, asset.error_message = State.QUARANTINED, "type_conflict", contradiction
    elif blob.size == 0:
        asset.state, asset.error_code = State.UNREADABLE, "empty_file"
        asset.error_message = "The file has no content. Check the original and upload it again."
    elif sniffed not in sniff.READABLE:
        asset.state, asset.error_code = State.UNREADABLE, "unsupported_format"
        what = "of no known kind" if sniffed == sniff.UNKNOWN else sniffed
        asset.error_message = f"The file is {what}. Pictures may be JPEG, PNG, WebP, GIF or SVG."
    elif note := sniff.mismatch(sniffed, file_name=asset.file_name):
        asset.notes = [note]
    if sniffed not in sniff.READABLE:
        asset.kind = Kind.OTHER


def _record(asset: Asset, copy: IO[bytes], blob: Blob) -> Ingested:
    with blobs.blob_lock(blob.sha256):
        asset.blob = blobs.keep(copy, blob)
        existing = Asset.objects.filter(owner=asset.owner, blob=asset.blob).first()
        if existing is None:
            asset.save(force_insert=True)
            nudges.nudge(nudges.PREPARE)
            return Ingested(asset, created=True)
        if existing.trashed is not None:
            existing.trashed = None
            existing.save(update_fields=["trashed"])
            changes.touch([existing.pk])
        return Ingested(existing, created=False)
