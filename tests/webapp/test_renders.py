"""Other sizes and formats: signed addresses, a finite ladder, access at every request."""

import io
import re

import pytest
from PIL import Image

from assetdb import lifecycle
from assetdb.models import Visibility
from tests.assetdb.pictures import drawing, photo
from webapp.library import renders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


@pytest.fixture
def disc(make_asset, people):
    return make_asset("a disc", data=drawing('<circle cx="36" cy="36" r="30" fill="#0a0"/>'), owner=people["editor"])


def opened(response) -> Image.Image:
    return Image.open(io.BytesIO(response.content))


def asked(client, asset, side, form):
    return client.get(f"/assets/{asset.pk}/render/", {"side": side, "form": form}, follow=True)


def test_every_download_that_is_offered_can_be_taken(clients, disc):
    page = clients["viewer"].get(f"/assets/{disc.pk}/").content.decode()
    offered = re.findall(r'href="(/assets/[^"]+/render/[^"]+)\?download"', page)
    came = [clients["viewer"].get(address + "?download") for address in offered]
    assert [(opened(one).format, opened(one).size) for one in came] == [
        ("WEBP", (1024, 1024)),
        ("PNG", (1920, 1920)),
        ("PNG", (4096, 4096)),
        ("JPEG", (1920, 1920)),
    ]
    assert came[0]["Content-Disposition"] == 'attachment; filename="a disc 1024.webp"'


@pytest.mark.parametrize(("side", "made"), [("1", 64), ("64", 64), ("65", 128), ("700", 1024), ("4096", 4096)])
def test_any_size_is_rounded_up_to_the_ladder(clients, disc, side, made):
    answer = asked(clients["viewer"], disc, side, "jpeg")
    assert opened(answer).size == (made, made)
    assert f"/{made}.jpeg:" in answer.redirect_chain[0][0]


@pytest.mark.parametrize(
    ("side", "form"),
    [("", "png"), ("0", "png"), ("-5", "png"), ("4097", "png"), ("9" * 40, "png"), ("²", "png"), ("64", "gif")],
)
def test_what_cannot_be_made_is_said_on_a_page(clients, disc, side, form):
    answer = asked(clients["viewer"], disc, side, form)
    assert answer.status_code == 400
    assert "pixels" in answer.content.decode() or "formats" in answer.content.decode()


def test_an_altered_address_is_forbidden(clients, disc, make_asset):
    other = make_asset("another", data=drawing())
    good = renders.url(disc.pk, 64, "png")
    assert clients["viewer"].get(good).status_code == 200
    spec = good.split("/")[-2]
    said, signature = spec.split(":")
    for bad in (
        good.replace("64.png", "65.png"),
        good.replace("64.png", "4096.png"),
        good.replace("64.png", "64.webp"),
        good.replace(str(disc.pk), str(other.pk)),
        good[:-2] + ("a/" if good[-2] != "a" else "b/"),
        f"/assets/{disc.pk}/render/{said}/",
        f"/assets/{disc.pk}/render/{signature}/",
    ):
        assert clients["viewer"].get(bad).status_code == 403, bad


def test_a_signed_address_opens_nothing_to_who_may_not_see_it(clients, disc, people):
    address = renders.url(disc.pk, 64, "png")
    assert clients["viewer"].get(address).status_code == 200
    lifecycle.update_asset(people["editor"], disc.pk, visibility=Visibility.PRIVATE)
    assert clients["viewer"].get(address).status_code == 404
    assert clients["viewer"].get(f"/assets/{disc.pk}/render/", {"side": "64", "form": "png"}).status_code == 404
    assert clients["editor"].get(address).status_code == 200
    lifecycle.trash(people["editor"], [disc.pk])
    assert clients["editor"].get(address).status_code == 404
    assert clients["stranger"].get(address)["Location"].startswith("/accounts/login/")


def test_a_browser_keeps_it_to_itself_and_asks_whether_it_changed(clients, disc):
    address = renders.url(disc.pk, 64, "png")
    first = clients["viewer"].get(address)
    assert first["Cache-Control"] == "private, max-age=3600" and "Cookie" in first["Vary"]
    assert first["X-Content-Type-Options"] == "nosniff" and first["Content-Security-Policy"].startswith("sandbox")
    assert "attachment" not in first.get("Content-Disposition", "")
    again = clients["viewer"].get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content


def test_a_small_photograph_offers_no_size_twice_and_nothing_to_zoom_into(make_asset):
    small = make_asset("small", data=photo(size=(60, 40)), file_name="small.jpg")
    assert [(one.form, one.width, one.height) for one in renders.choices(small)] == [
        ("webp", 60, 40),
        ("png", 60, 40),
        ("jpeg", 60, 40),
    ]
    assert renders.zoomed(small) == []
    middle = make_asset("middle", data=photo(size=(1500, 1000)), file_name="middle.jpg")
    assert [side for side, _ in renders.zoomed(middle)] == [1500]
    assert [side for side, _ in renders.zoomed(make_asset("drawn", data=drawing()))] == [2560, 4096]
