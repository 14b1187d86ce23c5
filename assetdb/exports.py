"""Pictures made to be taken away: any size, a common format, and nothing in the file but pixels."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from assetdb import sandbox, sniff
from assetdb.errors import DamError, NotFoundError, StorageError
from assetdb.models import Asset, Rendition, State
from assetdb.renditions import read_blob

MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
"""Every form an export may have, and what it is served as."""
SMALLEST, LARGEST = 16, 4096
"""Least and most pixels of the longer side."""
DRAWN = 2048
"""Longer side of a drawing when none is asked for: it has no size in pixels of its own."""
_OPTIONS: dict[str, dict[str, Any]] = {
    "png": {"compress_level": 6},
    "jpeg": {"quality": 90, "subsampling": 0, "progressive": True},
    "webp": {"quality": 88, "method": 2},
}


def export(asset: Asset, *, side: int | None = None, form: str = "png") -> bytes:
    """Return the picture of ``asset`` encoded anew, without EXIF, GPS, XMP, profile or comment.

    Args:
        asset: what is shown; one that can be read.
        side: longest side in pixels, from 16 to 4096. Photographs are never enlarged, drawings are
            drawn at this size. Without it, as large as the original and at most 4096.
        form: ``png``, ``webp``, which both keep transparency, or ``jpeg``, on white.

    Raises:
        NotFoundError: there is no picture of this asset.
        DamError: ``bad_form``, ``bad_size``, or ``decoder_failed``, after which trying again may work.
        UnreadableError: the original can no longer be read.
        StorageError: the storage does not give the original now.
    """
    if form not in MEDIA_TYPES:
        raise DamError("bad_form", f"“{form}” is no format of an export. Use one of: {', '.join(MEDIA_TYPES)}.")
    if side is not None and not SMALLEST <= side <= LARGEST:
        raise DamError("bad_size", f"The longer side may have {SMALLEST} to {LARGEST} pixels.")
    return _encoded(_picture(asset, side or natural_side(asset)), form)


def natural_side(asset: Asset) -> int:
    """Return the longer side, in pixels, of an export of ``asset`` that was given no size."""
    own = DRAWN if asset.blob.media_type == sniff.SVG else max(asset.width or 0, asset.height or 0)
    return max(1, min(own, LARGEST))


def _picture(asset: Asset, side: int) -> Image.Image:
    """Return the picture upright, RGB or RGBA, decoded in the sandbox and fitted into ``side``.

    What comes out of the sandbox may be compressed with loss, so more is asked for than is needed:
    the loss goes where the surplus goes.
    """
    if asset.state != State.READY:
        raise NotFoundError("picture")
    drawn = asset.blob.media_type == sniff.SVG
    asked = side if drawn else min(2 * side, LARGEST)
    try:
        decoded = read_blob(asset.blob, sizes={Rendition.Preset.PREVIEW.value: asked})
    except sandbox.SandboxError as error:
        message = "The picture cannot be made at the moment. Try again in a minute."
        raise DamError("decoder_failed", message, status=503) from error
    except OSError as error:
        raise StorageError(error) from error
    image: Image.Image = Image.open(io.BytesIO(decoded.renditions[0].data), formats=["WEBP"])
    image.load()
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return image


def _encoded(image: Image.Image, form: str) -> bytes:
    if form == "jpeg" and image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    image.info = {}
    buffer = io.BytesIO()
    image.save(buffer, form.upper(), **_OPTIONS[form])
    return buffer.getvalue()
