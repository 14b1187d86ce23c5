"""JPEG, PNG, WebP and GIF: probe, then decode within a budget."""

from __future__ import annotations

import datetime
import io
import warnings
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageFile, PngImagePlugin, UnidentifiedImageError

from assetdb.decoder import limits, png
from assetdb.decoder.limits import DecodeError
from assetdb.decoder.picture import Picture, render

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_ORIENTATION, _EXIF, _TAKEN, _OFFSET = 0x0112, 0x8769, 0x9003, 0x9011
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def prepare() -> None:
    """Set Pillow's limits and read one picture of each format.

    Whatever is loaded late is so loaded while files can still be opened.
    """
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = limits.MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_CHUNK = limits.MAX_METADATA
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif.get_ifd(_EXIF)[_TAKEN] = "2000:01:01 00:00:00"
    for media_type, name in FORMATS.items():
        buffer = io.BytesIO()
        Image.new("P", (2, 2)).convert("RGB").save(buffer, name, exif=exif, icc_profile=screen)
        read(buffer, media_type, {"thumb": 1})


def read(file: BinaryIO, media_type: str, sizes: dict[str, int]) -> Picture:
    """Decode one picture and make its renditions.

    Raises:
        DecodeError: it is not such a picture, is damaged, or is over the budget.
    """
    notes: list[str] = []
    if media_type == "image/png":
        file = png.without_large_text(file, notes)
    image = _open(file, FORMATS[media_type])
    _check_frames(image, notes)
    exif = _exif(image, notes)
    orientation = exif.get(_ORIENTATION, 1)
    width, height = image.size if orientation not in (5, 6, 7, 8) else image.size[::-1]
    profile = image.info.get("icc_profile")
    image = _to_srgb(_shrink(image, max(sizes.values())), profile)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    renditions = render(image, sizes, flat=media_type != "image/jpeg")
    return Picture(width=width, height=height, captured=_taken(exif), notes=notes, renditions=renditions)


def _open(file: BinaryIO, name: str) -> Image.Image:
    try:
        return Image.open(file, formats=[name])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DecodeError(
            "too_many_pixels",
            f"The picture is over {limits.MAX_PIXELS // 10**6} megapixels. Upload a smaller one.",
        ) from error
    except UnidentifiedImageError as error:
        raise DecodeError("not_a_picture", f"The file begins like a {name} picture but is none.") from error


def _check_frames(image: Image.Image, notes: list[str]) -> None:
    frames = getattr(image, "n_frames", 1)
    if frames * image.width * image.height > limits.MAX_MOVING_PIXELS:
        raise DecodeError(
            "animation_too_large",
            f"{frames} frames of {image.width} × {image.height} are over the budget of "
            f"{limits.MAX_MOVING_PIXELS // 10**6} megapixels. Upload a shorter or smaller animation.",
        )
    if frames > 1 and image.format != "MPO":
        notes.append(f"Shown by the first of its {frames} frames.")
        image.seek(0)


def _exif(image: Image.Image, notes: list[str]) -> Image.Exif:
    size = sum(len(v) for v in image.info.values() if isinstance(v, bytes | str))
    if size > limits.MAX_METADATA:
        notes.append("Metadata over 1 MB was left out.")
        return Image.Exif()
    try:
        return image.getexif()
    except Exception:
        notes.append("The EXIF data is damaged and was left out.")
        return Image.Exif()


def _taken(exif: Image.Exif) -> str | None:
    details: dict[int, Any] = exif.get_ifd(_EXIF) if _EXIF in exif else {}
    try:
        date, _, clock = str(details[_TAKEN]).strip("\0 ").partition(" ")
        zone = str(details.get(_OFFSET, "")).strip("\0 ") or "+00:00"
        taken = datetime.datetime.fromisoformat(f"{date.replace(':', '-')}T{clock}{zone}")
        return taken.isoformat() if taken.tzinfo else None
    except (KeyError, ValueError):
        return None


def _shrink(image: Image.Image, side: int) -> Image.Image:
    """Decode as little as possible (JPEG's draft mode), and return RGB or RGBA of at most ``side``."""
    image.draft(None, (side * 2, side * 2))
    try:
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        message = "The picture is cut short or damaged. Check the original and upload it again."
        raise DecodeError("truncated", message) from error
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256, "L")
    transparent = image.has_transparency_data
    if image.mode not in ("RGB", "RGBA", "CMYK", "L") or (transparent and image.mode != "RGBA"):
        image = image.convert("RGBA" if transparent else "RGB")
    if max(image.size) > side:
        image = image.reduce(factor) if (factor := max(image.size) // (side * 2)) > 1 else image
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return image


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile and len(profile) < limits.MAX_METADATA:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            return converted if converted is not None else image.convert(mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image.convert(mode)
    return image.convert(mode)
