"""Files going out: who gets them, and what a browser is told about them."""

import io

import pytest
from django.test import Client
from PIL import Image

from assetdb import lifecycle
from assetdb.models import Asset, Review, State, Visibility
from tests.conftest import svg
from webapp.library import reach

pytestmark = pytest.mark.django_db

FILES = ["thumb", "preview", "original"]


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 40, 40)).save(buffer, "JPEG")
    return buffer.getvalue()


def gif_with_html() -> bytes:
    buffer = io.BytesIO()
    Image.new("P", (8, 8)).save(buffer, "GIF")
    return buffer.getvalue() + b"<html><script>alert(1)</script></html>"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def path(asset: Asset, name: str) -> str:
    return f"/assets/{asset.pk}/{name}"


@pytest.mark.parametrize("name", FILES)
def test_a_private_asset_is_404_for_everyone_but_its_owner_and_admins(people, make_asset, name):
    asset = make_asset("mine", owner=people["editor"], visibility=Visibility.PRIVATE)
    for role in ("viewer", "reviewer", "other"):
        assert signed_in(people[role]).get(path(asset, name)).status_code == 404, role
    assert Client().get(path(asset, name)).status_code == 404
    for role in ("editor", "admin"):
        assert signed_in(people[role]).get(path(asset, name)).status_code == 200, role


@pytest.mark.parametrize("name", FILES)
def test_strangers_get_files_of_a_public_library_only(people, make_asset, settings, name):
    asset = make_asset("shown")
    assert Client().get(path(asset, name)).status_code == 404
    settings.LACUNA_PUBLIC = True
    assert Client().get(path(asset, name)).status_code == 200


def test_an_svg_is_handed_over_and_never_shown(people, make_asset):
    answer = signed_in(people["viewer"]).get(path(make_asset("drawing"), "original"))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(answer.streaming_content).startswith(b"<svg")


def test_html_is_handed_over_and_never_shown(people, make_asset):
    asset = make_asset("page", data=b"<!doctype html><html><script>alert(1)</script></html>", file_name="page.html")
    answer = signed_in(people["editor"]).get(path(asset, "original"))
    assert asset.state != State.READY
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_raster_original_may_be_shown_or_downloaded(people, make_asset):
    asset = make_asset("photo", data=jpeg(), file_name="photo.jpg")
    client = signed_in(people["viewer"])
    shown = client.get(path(asset, "original"))
    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/jpeg", 'inline; filename="photo.jpg"')
    assert shown["Content-Length"] == str(len(jpeg()))
    assert client.get(path(asset, "original") + "?download")["Content-Disposition"].startswith("attachment")


def test_a_gif_with_html_in_it_is_a_gif_whatever_its_sender_said(people, make_asset):
    asset = make_asset("both", data=gif_with_html(), file_name="both.gif", declared_type="text/html")
    answer = signed_in(people["editor"]).get(path(asset, "original"))
    assert answer["Content-Type"] == "image/gif"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        'a"b; filename=evil.html.svg',
        "a\r\nSet-Cookie: x=1.svg",
        "\u202egvs.exe.svg",
        "../../etc/passwd.svg",
        "nul\0byte.svg",
        "长" * 200 + ".svg",
    ],
)
def test_a_hostile_file_name_cannot_leave_its_header(people, make_asset, name):
    asset = make_asset("named", file_name=name, data=svg(f"<desc>{len(name)}</desc>"))
    answer = signed_in(people["editor"]).get(path(asset, "original"))
    assert answer.status_code == 200
    said = answer["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert "\r" not in said and "\n" not in said and ".." not in said
    assert "%E2%80%AE" not in said
    assert "Set-Cookie" not in answer.headers
    if '"' in name:
        assert r"\"" in said


def test_pictures_are_webp_and_kept_by_the_browser_that_asked(people, make_asset):
    asset = make_asset("drawing")
    client = signed_in(people["viewer"])
    for name, side in (("thumb", 320), ("preview", 1024)):
        answer = client.get(path(asset, name))
        assert answer["Content-Type"] == "image/webp"
        assert "private" in answer["Cache-Control"] and "Cookie" in answer["Vary"]
        assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).width == side
        again = client.get(path(asset, name), headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_an_etag_opens_nothing(people, make_asset):
    asset = make_asset("mine", visibility=Visibility.PRIVATE)
    etag = signed_in(people["editor"]).get(path(asset, "thumb"))["ETag"]
    answer = signed_in(people["other"]).get(path(asset, "thumb"), headers={"if-none-match": etag})
    assert answer.status_code == 404


def test_trash_is_shown_to_who_could_restore_it_and_its_original_to_nobody(people, make_asset):
    asset = make_asset("gone", owner=people["editor"])
    lifecycle.trash(people["editor"], [asset.pk])
    client = signed_in(people["editor"])
    assert client.get(path(asset, "thumb")).status_code == 200
    assert client.get(path(asset, "original")).status_code == 404
    assert signed_in(people["viewer"]).get(path(asset, "thumb")).status_code == 404


def test_the_shelf_is_shown_to_its_asker_and_to_reviewers(people, make_asset):
    asset = make_asset("reject", owner=people["editor"], origin="generated", review=Review.REJECTED)
    for role, status in {"editor": 200, "reviewer": 200, "admin": 200, "other": 404, "viewer": 404}.items():
        assert signed_in(people[role]).get(path(asset, "thumb")).status_code == status, role
    assert reach.shelf_of(people["reviewer"]).get() == asset


def test_a_lost_original_is_404(people, make_asset):
    from assetdb.models.file import originals

    asset = make_asset("lost")
    originals().delete(asset.blob.key)
    assert signed_in(people["viewer"]).get(path(asset, "original")).status_code == 404


def test_the_raster_copy_comes_under_the_title(people, make_asset):
    from assetdb import ingest
    from assetdb.models import AssetFile

    asset = make_asset("two cats", owner=people["editor"])
    client = signed_in(people["viewer"])
    assert client.get(path(asset, "raster")).status_code == 404
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    buffer.seek(0)
    ingest.attach(asset, buffer, role=AssetFile.Role.RASTER)
    answer = client.get(path(asset, "raster") + "?download")
    assert answer["Content-Disposition"] == 'attachment; filename="two cats.png"'
    assert answer["Content-Type"] == "image/png"
