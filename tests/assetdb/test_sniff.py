"""What a file is, and what its name claims."""

from __future__ import annotations

import time

import pytest

from assetdb import sniff
from tests.assetdb.pictures import drawing, photo, raster

HTML = b"<!DOCTYPE html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (photo(), "image/jpeg"),
        (raster("PNG"), "image/png"),
        (raster("WEBP"), "image/webp"),
        (raster("GIF", mode="P"), "image/gif"),
        (drawing(), "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by hand -->\n" + drawing(), "image/svg+xml"),
        (b"\xff\xfe" + drawing().decode().encode("utf-16-le"), "image/svg+xml"),
        (b'<!DOCTYPE svg PUBLIC "a" "b">' + drawing(), "image/svg+xml"),
        (b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (HTML, "text/html"),
        (b"<!-- a --><script>alert(1)</script>" + drawing(), "text/html"),
        (b"<html><body><svg>", "text/html"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"8BPS\0\1" + bytes(100), "image/vnd.adobe.photoshop"),
        (b"SIMPLE  =                    T" + b" " * 2850, "image/fits"),
        (b"hello", sniff.UNKNOWN),
        (b"", sniff.UNKNOWN),
        (b"\xff\xd8garbage", sniff.UNKNOWN),
    ],
)
def test_the_content_decides(data: bytes, media_type: str) -> None:
    assert sniff.media_type(data[: sniff.HEAD]) == media_type


def test_a_picture_that_is_also_a_web_page_is_a_picture() -> None:
    polyglot = raster("GIF", mode="P") + HTML
    assert sniff.media_type(polyglot) == "image/gif"


@pytest.mark.parametrize("filling", [b"<!---->", b"<!-- -->\n", b"<?xml?>", b"\n", b"<!DOCTYPE svg>", b"<!--"])
def test_no_beginning_takes_long_to_look_at(filling: bytes) -> None:
    started = time.process_time()
    sniff.media_type((filling * sniff.HEAD)[: sniff.HEAD])
    assert time.process_time() - started < 5, "a matcher that goes back and forth needs years"


@pytest.mark.parametrize(
    ("sniffed", "file_name", "declared"),
    [
        ("text/html", "cat.jpg", ""),
        ("text/html", "cat.jpg", "image/jpeg"),
        ("image/svg+xml", "cat.png", ""),
        ("image/svg+xml", "cat", "image/png"),
        ("application/pdf", "cat.gif", ""),
        ("image/vnd.adobe.photoshop", "cat.jpg", ""),
        ("image/png", "cat.html", ""),
        ("image/png", "cat.png", "text/html"),
        ("image/gif", "cat.js", ""),
        ("image/jpeg", "cat.svg", ""),
    ],
)
def test_dangerous_claims_are_conflicts(sniffed: str, file_name: str, declared: str) -> None:
    assert sniff.conflict(sniffed, file_name=file_name, declared_type=declared)


@pytest.mark.parametrize(
    ("sniffed", "file_name", "declared"),
    [
        ("image/png", "cat.jpg", "image/jpeg"),
        ("image/webp", "cat.png", "image/*"),
        ("image/svg+xml", "cat.svg", "image/svg+xml"),
        ("image/svg+xml", "cat.xml", "text/xml; charset=utf-8"),
        ("image/jpeg", "cat", ""),
        ("image/jpeg", "IMG.JPEG", "application/octet-stream"),
        ("image/tiff", "cat.jpg", ""),
        ("application/pdf", "report.pdf", "application/pdf"),
        ("application/zip", "sheet.docx", ""),
        ("application/gzip", "cat.svg.gz", ""),
        (sniff.UNKNOWN, "cat.jpg", "image/jpeg"),
    ],
)
def test_harmless_claims_are_not(sniffed: str, file_name: str, declared: str) -> None:
    assert sniff.conflict(sniffed, file_name=file_name, declared_type=declared) == ""


def test_one_raster_format_named_as_another_is_noted() -> None:
    assert "image/png" in sniff.mismatch("image/png", file_name="cat.jpg")
    assert sniff.mismatch("image/png", file_name="cat.png") == ""
    assert sniff.mismatch("image/png", file_name="cat") == ""
