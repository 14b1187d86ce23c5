"""Hostile files: what the decode child does with them, and that its parent survives."""

from __future__ import annotations

import base64
import datetime
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from assetdb import sandbox
from assetdb.decoder import limits, lockdown
from assetdb.errors import UnreadableError
from tests.assetdb import pictures
from tests.assetdb.pictures import drawing

JPEG, PNG, WEBP, GIF, SVG = "image/jpeg", "image/png", "image/webp", "image/gif", "image/svg+xml"
BASE = Path(__file__).parents[2]


def decode(data: bytes, media_type: str) -> sandbox.Decoded:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return sandbox.decode(file, media_type=media_type)


def refusal(data: bytes, media_type: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        decode(data, media_type)
    assert caught.value.message
    return caught.value.code


def image(decoded: sandbox.Decoded, preset: str = "preview") -> Image.Image:
    [found] = [rendition for rendition in decoded.renditions if rendition.preset == preset]
    return Image.open(io.BytesIO(found.data), formats=["WEBP"]).convert("RGBA")


def embedded(png: bytes) -> bytes:
    href = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return drawing(f'<image width="72" height="72" href="{href}"/>')


def test_the_largest_allowed_picture_is_read_and_a_larger_one_refused_before_decoding() -> None:
    bomb = pictures.flat_png(14_000, 14_000)
    assert len(bomb) < 25_000
    assert refusal(bomb, PNG) == "too_many_pixels"
    assert decode(pictures.flat_png(10_000, 10_000), PNG).width == 10_000


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (pictures.long_gif(300, side=2000), GIF),
        (pictures.long_webp(300, side=2000), WEBP),
        (pictures.with_chunk(pictures.raster(size=(2000, 2000)), b"acTL", struct.pack(">II", 300, 0)), PNG),
    ],
    ids=["gif", "webp", "apng"],
)
def test_an_animation_over_the_budget_is_refused(data: bytes, media_type: str) -> None:
    assert len(data) < 1_300_000
    assert refusal(data, media_type) == "animation_too_large"


@pytest.mark.parametrize(
    ("data", "media_type"), [(pictures.long_gif(3, side=200), GIF), (pictures.long_webp(3, side=200), WEBP)]
)
def test_a_short_animation_shows_its_first_frame_and_says_so(data: bytes, media_type: str) -> None:
    decoded = decode(data, media_type)
    assert (decoded.width, decoded.height) == (200, 200)
    assert decoded.notes == ["Shown by the first of its 3 frames."]


@pytest.mark.parametrize(
    "data",
    [
        b"SIMPLE  =                    T" + b" " * 2850,
        b"8BPS\0\1" + bytes(500),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"P6 1 1 255\nabc",
    ],
    ids=["fits", "psd", "eps", "ppm"],
)
@pytest.mark.parametrize("media_type", [JPEG, PNG, WEBP, GIF])
def test_only_the_listed_formats_are_opened(data: bytes, media_type: str) -> None:
    assert refusal(data, media_type) == "not_a_picture"


@pytest.mark.parametrize(
    "data",
    [
        pictures.png_with_text(100 << 20),
        pictures.with_chunk(pictures.raster(), b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"x" * (2 << 20)),
        pictures.with_chunk(pictures.raster(), b"iTXt", b"k\0\1\0\0\0" + zlib.compress(b"x" * (9 << 20))),
        pictures.with_chunk(pictures.raster(), b"eXIf", b"MM\0*\0\0\0\x08" + bytes(2 << 20)),
    ],
    ids=["text bomb", "xmp", "packed xmp", "exif"],
)
def test_metadata_over_the_limit_is_left_out_and_the_picture_kept(data: bytes) -> None:
    decoded = decode(data, PNG)
    assert (decoded.width, decoded.height) == (40, 30)
    assert decoded.notes == ["Metadata over 1 MB was left out."]


def test_large_exif_of_a_webp_is_left_out_and_small_text_is_no_matter() -> None:
    large = pictures.raster("WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08" + bytes(2 << 20))
    assert decode(large, WEBP).notes == ["Metadata over 1 MB was left out."]
    assert decode(pictures.png_with_text(1000), PNG).notes == []


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(orientation: int) -> None:
    decoded = decode(pictures.photo(size=(60, 40), orientation=orientation), JPEG)
    turned = orientation >= 5
    assert (decoded.width, decoded.height) == ((40, 60) if turned else (60, 40))
    expected = Image.open(io.BytesIO(pictures.photo(orientation=orientation)))
    expected = Image.Image.transpose(expected, _UPRIGHT[orientation]) if orientation > 1 else expected
    shown = image(decoded)
    for corner in ((3, 3), (shown.width - 4, 3), (3, shown.height - 4)):
        ours, right = shown.getpixel(corner)[:3], expected.getpixel(corner)
        assert max(abs(a - b) for a, b in zip(ours, right, strict=True)) < 60


_T = Image.Transpose
_UPRIGHT = {
    2: _T.FLIP_LEFT_RIGHT,
    3: _T.ROTATE_180,
    4: _T.FLIP_TOP_BOTTOM,
    5: _T.TRANSPOSE,
    6: _T.ROTATE_270,
    7: _T.TRANSVERSE,
    8: _T.ROTATE_90,
}


def test_the_day_a_picture_was_taken_is_read_with_its_time_zone() -> None:
    decoded = decode(pictures.photo(taken="2021:03:04 05:06:07", zone="+08:00"), JPEG)
    assert decoded.captured == datetime.datetime(2021, 3, 3, 21, 6, 7, tzinfo=datetime.UTC)
    assert decode(pictures.photo(taken="0000:00:00 00:00:00"), JPEG).captured is None


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_renditions_that_fit(mode: str) -> None:
    decoded = decode(pictures.raster(size=(1600, 800), mode=mode), PNG)
    assert [(r.preset, r.width, r.height) for r in decoded.renditions] == [
        ("preview", 1024, 512),
        ("thumb", 320, 160),
    ]


def test_cmyk_is_shown_in_its_colours_and_sixteen_bits_keep_their_brightness() -> None:
    assert image(decode(pictures.raster("JPEG", mode="CMYK", colour=(0, 255, 255, 0)), JPEG)).getpixel((9, 9))[0] > 200
    grey = image(decode(pictures.raster(mode="I;16", colour=32768), PNG)).getpixel((9, 9))
    assert all(abs(channel - 128) < 6 for channel in grey[:3])


def test_transparency_is_kept_and_small_pictures_are_not_enlarged() -> None:
    decoded = decode(pictures.raster(mode="RGBA", colour=(255, 0, 0, 0)), PNG)
    assert [(r.width, r.height) for r in decoded.renditions] == [(40, 30), (40, 30)]
    assert image(decoded).getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (pictures.raster(size=(500, 500))[:120], PNG),
        (pictures.photo(size=(600, 600))[:2000], JPEG),
        (pictures.raster("WEBP", size=(500, 500))[:60], WEBP),
        (pictures.raster("GIF", size=(500, 500), mode="P")[:300], GIF),
        (drawing()[:-10], SVG),
        (b"\xff\xd8\xff\xe0", JPEG),
    ],
    ids=["png", "jpeg", "webp", "gif", "svg", "only a beginning"],
)
def test_a_file_cut_short_is_unreadable(data: bytes, media_type: str) -> None:
    assert refusal(data, media_type) in {"truncated", "undecodable", "not_a_picture"}


@pytest.mark.parametrize(
    "body",
    [
        '<image width="72" height="72" href="{uri}"/>',
        '<image width="72" height="72" xlink:href="{path}"/>',
        '<image width="72" height="72" href="secret.png"/>',
        '<filter id="f"><feImage href="{uri}"/></filter><rect width="72" height="72" filter="url(#f)"/>',
        '<image width="72" height="72" href="data:image/svg+xml;base64,{nested}"/>',
        '<style>@import url("{uri}"); rect {{ fill: url("{uri}"), none }}</style>',
        '<use href="{uri}#x"/>',
    ],
    ids=["uri", "path", "relative", "filter", "nested", "style", "use"],
)
def test_nothing_outside_an_svg_is_read(body: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(pictures.raster(colour=(255, 0, 0)))
    nested = base64.b64encode(drawing(f'<image width="72" height="72" href="{secret}"/>')).decode()
    decoded = decode(drawing(body.format(uri=secret.as_uri(), path=secret, nested=nested)), SVG)
    assert image(decoded).getextrema()[0] == (0, 0)
    assert "References to files outside the SVG were left out of the picture." in decoded.notes


def test_an_svg_keeps_its_inner_references_and_pictures() -> None:
    inner = pictures.raster(size=(4, 4), colour=(255, 0, 0))
    decoded = decode(embedded(inner), SVG)
    assert image(decoded).getpixel((500, 500))[:3] == (255, 0, 0)
    gradient = '<linearGradient id="g"><stop stop-color="#00f"/></linearGradient>'
    gradient += '<rect width="72" height="72" fill="url(#g)"/>'
    decoded = decode(drawing(gradient), SVG)
    assert image(decoded).getpixel((500, 500))[:3] == (0, 0, 255)
    assert decoded.notes == []


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
    ],
)
def test_entities_are_refused_and_a_bare_doctype_is_not(head: str) -> None:
    assert refusal(head.encode() + drawing("<text>&a;</text>"), SVG) == "svg_entities"
    plain = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert decode(plain + drawing(), SVG).width == 72


def test_scripts_are_left_out_of_the_picture() -> None:
    decoded = decode(drawing('<script>alert(1)</script><rect onclick="x()" width="72" height="72"/>'), SVG)
    assert "Scripts and embedded documents in the SVG were left out of the picture." in decoded.notes


@pytest.mark.parametrize(
    "attributes",
    [
        'viewBox="0 0 1 100000"',
        'width="1e12" height="1e12"',
        'width="nan" height="3" viewBox="0 0 0 0"',
        'width="0" height="9"',
    ],
)
def test_an_svg_without_a_sensible_size_is_refused_or_drawn_at_a_default(attributes: str) -> None:
    if "nan" in attributes or '"0"' in attributes:
        decoded = decode(drawing(attributes=attributes), SVG)
        assert max(decoded.width, decoded.height) <= 300
    else:
        assert refusal(drawing(attributes=attributes), SVG) == "bad_dimensions"


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 72 72"', (72, 72)),
        ('width="10mm" height="5mm"', (38, 19)),
        ('width="50%" viewBox="0 0 40 20"', (40, 20)),
        ('width="80" viewBox="0 0 40 20"', (80, 40)),
        ('height="80" viewBox="0 0 40 20"', (160, 80)),
        ("", (300, 150)),
    ],
)
def test_the_size_of_an_svg(attributes: str, size: tuple[int, int]) -> None:
    decoded = decode(drawing(attributes=attributes), SVG)
    assert (decoded.width, decoded.height) == size
    assert max(image(decoded).size) == 1024


def memory_bomb() -> bytes:
    """An SVG that holds a picture of 14 GB."""
    header = pictures.chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0))
    data = pictures.chunk(b"IDAT", zlib.compress(bytes(1000))) + pictures.chunk(b"IEND", b"")
    return embedded(b"\x89PNG\r\n\x1a\n" + header + data)


ENDLESS = drawing(
    '<filter id="f"><feTurbulence baseFrequency="0.9" numOctaves="100000"/></filter>'
    '<rect width="72" height="72" filter="url(#f)"/>'
)


def test_a_crash_of_the_decoder_concerns_one_file() -> None:
    assert refusal(memory_bomb(), SVG) == "decoder_crashed"
    assert refusal(drawing("<g>" * 900 + "</g>" * 900), SVG) == "decoder_crashed"
    assert decode(drawing(), SVG).width == 72


def test_an_endless_file_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.isolation()
    monkeypatch.setattr(limits, "WALL_SECONDS", 1)
    assert refusal(ENDLESS, SVG) == "decode_timeout"
    monkeypatch.undo()
    assert decode(drawing(), SVG).width == 72


def test_a_child_killed_from_outside_costs_no_file() -> None:
    decode(drawing(), SVG)
    os.kill(sandbox._idle[-1]._process.pid, signal.SIGKILL)
    assert decode(drawing(), SVG).width == 72


def test_children_are_reused_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.close()
    decode(drawing(), SVG)
    [child] = sandbox._idle
    decode(drawing(), SVG)
    assert sandbox._idle == [child]
    monkeypatch.setattr(sandbox, "_MAX_FILES", 1)
    decode(drawing(), SVG)
    assert sandbox._idle == []
    assert child._process.poll() is not None


def test_a_child_that_answers_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [({"width": -1, "height": 1, "captured": None, "notes": [], "renditions": []}, [])] * 2
    monkeypatch.setattr(sandbox._Child, "decode", lambda child, *args: answers.pop())
    sandbox.close()
    with pytest.raises(UnreadableError) as caught:
        decode(drawing(), SVG)
    assert caught.value.code == "decoder_crashed"


PROBE = """
import json, os, socket, sys
sys.path.insert(0, sys.argv[1])
from assetdb.decoder import lockdown
answers = {"isolation": lockdown.confine(sys.argv[2])}
def attempt(name, action):
    try:
        action()
        answers[name] = True
    except (OSError, MemoryError):
        answers[name] = False
attempt("read", lambda: open(sys.argv[3]).read())
attempt("write", lambda: os.write(os.open("/tmp/x", os.O_CREAT | os.O_WRONLY), b"x"))
attempt("connect", lambda: socket.socket().connect(("127.0.0.1", int(sys.argv[4]))))
attempt("fork", lambda: os.fork() or os._exit(0))
attempt("memory", lambda: bytearray(2 << 30))
attempt("fonts", lambda: os.listdir("/usr/share/fonts"))
print(json.dumps(answers))
"""


def test_the_child_can_neither_read_nor_connect_nor_grow(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    root = tmp_path / "root"
    for folder in lockdown.FONTS:
        (root / folder).mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        arguments = [sys.executable, "-I", "-c", PROBE, str(BASE), str(root), str(secret), port]
        done = subprocess.run(arguments, capture_output=True, check=True, text=True)
    answers = json.loads(done.stdout)
    assert answers["memory"] is False
    assert answers["isolation"] == sandbox.isolation()
    if answers["isolation"] == "namespace":
        assert answers == answers | {"read": False, "write": False, "connect": False}
        assert answers["fork"] == (os.getuid() == 0), "the kernel limits no processes of root's"
        assert answers["fonts"] == Path("/usr/share/fonts").is_dir()


def test_the_child_imports_no_django() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(BASE)!r}); import assetdb.decoder.child; "
        "print({name.partition('.')[0] for name in sys.modules} & {'django', 'numpy', 'torch', 'celery'})"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "set()"
