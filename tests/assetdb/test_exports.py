"""What is taken away: the size and format asked for, and nothing but pixels."""

import io

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from assetdb.errors import DamError, NotFoundError, UnreadableError
from assetdb.exports import DRAWN, export
from assetdb.models.file import originals
from tests.assetdb.pictures import drawing, raster

pytestmark = pytest.mark.django_db

SECRET = b"Quokkaburg"
CIRCLE = '<circle cx="36" cy="36" r="30" fill="#0a0"/>'


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def photograph(*, size=(400, 200), orientation=1) -> bytes:
    """A JPEG, red on its left, that says in every way it can where it was taken."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, SECRET.decode()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 0.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    buffer = io.BytesIO()
    image.save(
        buffer, "JPEG", exif=exif, comment=SECRET, xmp=b"<x>" + SECRET + b"</x>", icc_profile=profile, quality=95
    )
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_nothing_but_pixels_goes_along(make_asset, form):
    data = photograph()
    assert SECRET in data
    made = export(make_asset("a place", data=data, file_name="place.jpg"), form=form)
    image = opened(made)
    assert SECRET not in made
    assert not image.getexif() and not {"exif", "xmp", "comment", "icc_profile"} & image.info.keys()
    assert (image.format, image.size) == (form.upper(), (400, 200))


def test_the_text_of_a_png_is_left_behind(make_asset):
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    made = export(make_asset("x", data=raster("PNG", pnginfo=info), file_name="x.png"))
    assert SECRET not in made and not opened(made).text


def test_a_photograph_is_upright_scaled_down_and_never_enlarged(make_asset):
    asset = make_asset("turned", data=photograph(orientation=6), file_name="turned.jpg")
    small = opened(export(asset, side=100, form="jpeg"))
    assert small.size == (50, 100)
    red, _, blue = small.getpixel((25, 10))
    assert red > 200 and blue < 60
    assert opened(export(asset, side=4096)).size == (200, 400)


def test_a_drawing_is_drawn_at_the_size_asked_for(make_asset):
    asset = make_asset("disc", data=drawing(CIRCLE))
    assert opened(export(asset, side=1500)).size == (1500, 1500)
    assert opened(export(asset, side=4096, form="webp")).size == (4096, 4096)
    assert opened(export(asset)).size == (DRAWN, DRAWN)


def test_transparency_is_kept_where_it_can_be_and_white_where_not(make_asset):
    asset = make_asset("disc", data=drawing(CIRCLE))
    for form in ("png", "webp"):
        image = opened(export(asset, side=64, form=form)).convert("RGBA")
        assert image.getpixel((1, 1))[3] == 0 and image.getpixel((32, 32))[3] == 255
    jpeg = opened(export(asset, side=64, form="jpeg"))
    assert jpeg.mode == "RGB" and min(jpeg.getpixel((1, 1))) > 250


def test_what_cannot_be_asked_for_is_refused_with_a_code(make_asset):
    asset = make_asset("disc")
    for options, code in (
        ({"form": "gif"}, "bad_form"),
        ({"form": "PNG"}, "bad_form"),
        ({"side": 15}, "bad_size"),
        ({"side": 4097}, "bad_size"),
    ):
        with pytest.raises(DamError) as refused:
            export(asset, **options)
        assert refused.value.code == code


def test_what_has_no_picture_says_so(make_asset):
    with pytest.raises(NotFoundError):
        export(make_asset("broken", data=b"\x89PNG\r\n\x1a\n", file_name="broken.png"))
    asset = make_asset("lost")
    originals().delete(asset.blob.key)
    with pytest.raises(UnreadableError) as lost:
        export(asset)
    assert lost.value.code == "missing_file"
