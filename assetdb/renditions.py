"""Pictures made for showing. They are a view of the originals: a missing one is made again.

Pictures from pixels get every rendition at once, since reading the original costs the most.
Drawings get the thumbnail first; the preview is drawn when somebody asks for it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from assetdb import blobs, sandbox, sniff
from assetdb.errors import NotFoundError, UnreadableError
from assetdb.models import Asset, Blob, Rendition, State
from assetdb.models.file import originals, renditions

Preset = Rendition.Preset
_EAGER_FOR_DRAWINGS = {Preset.THUMB.value: sandbox.SIZES["thumb"]}


def open_rendition(asset: Asset, preset: str) -> IO[bytes]:
    """Return an open WebP file of ``asset``, made now if it is missing.

    Raises:
        NotFoundError: there is no picture of this asset, or no such preset.
        UnreadableError: it has to be made again and can no longer be.
    """
    if asset.state != State.READY:
        raise NotFoundError("picture")
    return rendition_of(asset.blob, preset)


def rendition_of(blob: Blob, preset: str) -> IO[bytes]:
    """Return an open WebP file of a blob that could be read, made now if it is missing.

    Raises:
        NotFoundError: there is no such preset, or the blob is gone.
        UnreadableError: it has to be made again and can no longer be.
    """
    if preset not in Preset.values:
        raise NotFoundError("picture")
    key = Rendition(blob=blob, preset=preset).key
    try:
        return _opened(key)
    except FileNotFoundError:
        pass
    decoded = read_blob(blob, sizes={preset: sandbox.SIZES[preset]})
    save_files(blob, decoded)
    with blobs.blob_lock(blob.pk):
        gone = not Blob.objects.filter(pk=blob.pk).exists()
        if not gone:
            save_rows(blob, decoded)
    if gone:
        blobs.remove_files(blob.pk)
        raise NotFoundError("picture")
    return _opened(key)


def _opened(key: str) -> IO[bytes]:
    return cast("IO[bytes]", renditions().open(key))


def preview_image(asset: Asset, *, preset: str = Preset.PREVIEW) -> Image.Image:
    """Return the picture of ``asset``, RGBA and upright, read from one of our own renditions.

    The thumbnail (320 px) is always there and is enough for an encoder; the preview (1024 px) of
    a drawing may have to be drawn first, which takes a tenth of a second.
    """
    with open_rendition(asset, preset) as file:
        return Image.open(file, formats=["WEBP"]).convert("RGBA")


def read_picture(source: IO[bytes], *, preset: str = Preset.THUMB) -> Image.Image:
    """Decode a picture that is no asset, such as one to search by, in the sandbox. RGBA, upright.

    Raises:
        DamError: ``too_large``.
        UnreadableError: it is none of the formats read here, or damaged.
    """
    with blobs.received(source) as (copy, blob):
        if blob.media_type not in sniff.READABLE:
            raise UnreadableError("unsupported_format", "Pictures may be JPEG, PNG, WebP, GIF or SVG.")
        sizes = {preset: sandbox.SIZES[preset]}
        decoded = sandbox.decode(copy, media_type=blob.media_type, sizes=sizes)
    return Image.open(ContentFile(decoded.renditions[0].data), formats=["WEBP"]).convert("RGBA")


def read_blob(blob: Blob, *, sizes: dict[str, int] | None = None) -> sandbox.Decoded:
    """Decode an original in the sandbox; without ``sizes``, make what ``prepare`` needs.

    Raises:
        UnreadableError: also ``missing_file``, when the storage has lost the original.
        SandboxError, OSError: for reasons that are not the file's; try again later.
    """
    if sizes is None and blob.media_type == sniff.SVG:
        sizes = _EAGER_FOR_DRAWINGS
    try:
        with _descriptor(blob) as file:
            return sandbox.decode(file, media_type=blob.media_type, sizes=sizes)
    except FileNotFoundError as error:
        raise UnreadableError(
            "missing_file",
            "The storage no longer has the original. Restore it from a backup or upload it again.",
        ) from error


@contextmanager
def _descriptor(blob: Blob) -> Iterator[IO[bytes]]:
    """Open an original as a real file, which a remote storage does not always give."""
    with originals().open(blob.key) as file:
        try:
            file.fileno()
        except (AttributeError, OSError):
            with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as copy:
                shutil.copyfileobj(file, copy)
                copy.flush()
                yield copy
        else:
            yield cast("IO[bytes]", file)


def save_files(blob: Blob, decoded: sandbox.Decoded) -> None:
    """Store the renditions' bytes. Safe to repeat."""
    for made in decoded.renditions:
        renditions().save(Rendition(blob=blob, preset=made.preset).key, ContentFile(made.data))


def save_rows(blob: Blob, decoded: sandbox.Decoded) -> None:
    """Record the renditions, inside the transaction that knows the blob is still there."""
    rows = [
        Rendition(blob=blob, preset=made.preset, width=made.width, height=made.height, size=len(made.data))
        for made in decoded.renditions
    ]
    Rendition.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["blob", "preset"],
        update_fields=["width", "height", "size"],
    )
