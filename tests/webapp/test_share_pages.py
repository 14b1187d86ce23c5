"""Share links: what they open, to whom, and what stays behind."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from assetdb import collections, shares
from assetdb.errors import NotFoundError
from assetdb.models import Origin, Review, Share, Visibility
from assetdb.models.file import originals
from tests.indexer.conftest import drawing, encoder  # noqa: F401
from tests.webapp.readers import index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh")]


def photograph() -> bytes:
    """Return a JPEG that says where it was taken, by whom, and with what."""
    image = Image.linear_gradient("L").resize((300, 200)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "SecretCamera", "SecretAuthor"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"SecretComment", xmp=b"<x:xmpmeta>SecretXmp</x:xmpmeta>")
    return out.getvalue()


@pytest.fixture
def shelf(people, make_asset):
    editor = people["editor"]
    shelf = collections.create(editor, "Catalogue")
    made = [
        make_asset("", data=photograph(), file_name="SecretName_4711.jpg"),
        make_asset("A lamp", data=drawing("#ea5a47"), file_name="one.svg"),
        make_asset(
            "Made up", data=drawing("#7a4fa0"), file_name="two.svg", origin=Origin.GENERATED, review=Review.APPROVED
        ),
        make_asset("Unseen", data=drawing("#1e50a0"), origin=Origin.GENERATED, review=Review.PENDING),
        make_asset("Stranger's", data=drawing("#5c9e31"), owner=people["other"]),
    ]
    collections.add(editor, shelf.pk, [asset.pk for asset in made])
    return shelf


@pytest.fixture
def link(people, shelf):
    def made(**options):
        share = shares.open_link(people["editor"], shelf.pk, **options)
        return f"/s/{shares.token_of(share)}/", share

    return made


def every_address(address, share):
    asset = shares.assets_of(share).first()
    single = [f"{address}{asset.pk}/{end}" for end in ("", "thumb", "preview", "file")]
    return [address, f"{address}album.json", f"{address}all.zip", *single]


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_link_opens_the_owners_reviewed_pictures_to_strangers(client, link):
    address, share = link()
    page = client.get(address)
    shown = page.content.decode()
    assert "A lamp" in shown and "Made up" in shown
    assert "Unseen" not in shown and "Stranger" not in shown
    for path in every_address(address, share):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer["Cache-Control"] == "private, no-store" and "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] in ("no-referrer", "same-origin"), "no other site learns the address"
    share.refresh_from_db()
    assert share.opened == 2, "each visit of the album counts, its pictures and files do not"
    assert client.get("/").status_code == 302, "the rest of the library stays shut"


def test_a_password_is_demanded_everywhere(client, link):
    address, share = link(password="open sesame")
    pictures = list(shares.assets_of(share))
    for path in every_address(address, share):
        answer = client.get(path)
        assert answer.status_code == 403, path
        told = body(answer).decode()
        assert "A lamp" not in told
        assert not [asset for asset in pictures if str(asset.pk) in told and str(asset.pk) not in path]
    wrong = client.post(f"{address}unlock/", {"password": "open"})
    assert wrong.status_code == 403 and "not it" in wrong.content.decode()
    assert client.post(f"{address}unlock/", {"password": "open sesame"}).status_code == 302
    for path in every_address(address, share):
        assert client.get(path).status_code == 200, path


def test_guessing_is_stopped(client, link):
    address, _ = link(password="open sesame")
    for _try in range(10):
        client.post(f"{address}unlock/", {"password": "x"})
    assert client.post(f"{address}unlock/", {"password": "open sesame"}).status_code == 429


def test_one_links_password_does_not_open_another(client, link):
    first, _ = link(password="open sesame")
    second, _ = link(password="open barley")
    client.post(f"{first}unlock/", {"password": "open sesame"})
    assert client.get(second).status_code == 403


def test_without_metadata_nothing_of_the_original_file_is_told(client, link):
    address, share = link()
    said = [client.get(path) for path in every_address(address, share)]
    everything = b"".join(body(answer) + str(answer.headers).encode() for answer in said)
    with zipfile.ZipFile(io.BytesIO(body(client.get(f"{address}all.zip")))) as archive:
        everything += b"".join(name.encode() + archive.read(name) for name in archive.namelist())
        assert len(archive.namelist()) == 3
    assert b"Secret" not in everything
    picture = body(client.get(f"{address}{shares.assets_of(share).first().pk}/file"))
    image = Image.open(io.BytesIO(picture))
    assert image.size == (300, 200)
    assert not image.getexif() and "xmp" not in image.info and "comment" not in image.info


def test_with_metadata_the_originals_are_handed_out(client, link):
    address, share = link(metadata=True)
    answer = client.get(f"{address}{shares.assets_of(share).first().pk}/file")
    assert "SecretName_4711.jpg" in answer["Content-Disposition"]
    assert answer["Content-Type"] == "image/jpeg"
    assert b"SecretCamera" in body(answer)


def test_a_drawing_is_handed_out_so_that_it_cannot_run(client, link):
    address, share = link(metadata=True)
    answer = client.get(f"{address}{shares.assets_of(share)[1].pk}/file")
    assert answer["Content-Type"] == "image/svg+xml" and answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_the_storage_lost_is_said(client, link):
    address, share = link(metadata=True)
    asset = shares.assets_of(share).first()
    originals().delete(asset.blob.key)
    assert client.get(f"{address}{asset.pk}/file").status_code == 503


def test_a_picture_that_is_not_in_the_link_is_not_opened(client, link, make_asset):
    address, _ = link()
    outside = make_asset("Outside", data=drawing("#0b6e62"))
    for end in ("", "thumb", "preview", "file"):
        assert client.get(f"{address}{outside.pk}/{end}").status_code == 404


def test_looking_only(client, link):
    address, share = link(downloads=False)
    asset = shares.assets_of(share).first()
    assert client.get(f"{address}{asset.pk}/preview").status_code == 200
    assert client.get(f"{address}{asset.pk}/file").status_code == 403
    assert client.get(f"{address}all.zip").status_code == 403
    assert client.get(f"{address}album.json").json()["assets"][0]["file"] is None


@pytest.mark.parametrize(("ai", "titles"), [("show", 3), ("hide", 2), ("only", 1)])
def test_ai_content_is_shown_or_not_as_the_link_says(link, ai, titles):
    _, share = link(ai=ai)
    assert shares.assets_of(share).count() == titles


def test_a_link_ends(client, people, link):
    address, share = link(expires=timezone.now() + timedelta(days=1))
    assert client.get(address).status_code == 200
    Share.objects.filter(pk=share.pk).update(expires=timezone.now())
    assert client.get(address).status_code == 410
    address, share = link()
    with pytest.raises(NotFoundError):
        shares.revoke(people["other"], share.pk)
    shares.revoke(people["editor"], share.pk)
    answer = client.get(address)
    assert answer.status_code == 410 and "over" in answer.content.decode()
    address, share = link()
    people["editor"].is_active = False
    people["editor"].save()
    assert client.get(address).status_code == 410


def test_an_altered_address_is_no_link(client, link):
    address, share = link()
    token = address.split("/")[2]
    other = Share.objects.create(collection=share.collection, maker=share.maker).pk.hex
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), f"{other}.{token.split('.')[1]}", share.pk.hex):
        assert client.get(f"/s/{forged}/").status_code == 404


def test_links_are_made_and_ended_on_the_page(client, people, shelf):
    client.force_login(people["editor"])
    page = f"/collections/{shelf.pk}/share/"
    assert "opens 3 of the 5 pictures" in client.get(page).content.decode()
    client.post(page, {"label": "The press", "password": "open sesame", "downloads": "on", "ai": "hide"})
    share = Share.objects.get()
    assert (share.label, share.downloads, share.metadata, share.ai) == ("The press", True, False, "hide")
    assert share.password and "sesame" not in share.password
    shown = client.get(page).content.decode()
    address = re.search(r"http://testserver(/s/[^\"]+/)", shown)[1]
    client.post(f"/shares/{share.pk}/revoke/")
    client.logout()
    assert client.get(address).status_code == 410


def test_the_last_day_is_a_whole_day_and_a_date(client, people, shelf):
    client.force_login(people["editor"])
    page = f"/collections/{shelf.pk}/share/"
    today = timezone.localdate()
    client.post(page, {"expires": today.isoformat()})
    assert Share.objects.get().expires > timezone.now()
    for wrong in ("soon", "2027-02-31", (today - timedelta(days=1)).isoformat()):
        assert client.post(page, {"expires": wrong}).status_code == 400
    assert Share.objects.count() == 1


def test_a_link_to_a_saved_search_opens_what_it_finds(client, clients, people, make_asset, encoder):
    lamp = make_asset("lamp", data=drawing("#ea5a47"))
    chair = make_asset("chair", data=drawing("#1e50a0"))
    private = make_asset("my lamp", data=drawing("#fcea2b"), visibility=Visibility.PRIVATE)
    index()
    smart = collections.create(people["editor"], "Lamps", search="q=lamp")
    page = clients["editor"].get(f"/collections/{smart.pk}/share/").content.decode()
    assert "what it finds at the moment" in page
    address = f"/s/{shares.token_of(shares.open_link(people['editor'], smart.pk))}/"
    rows = client.get(f"{address}album.json").json()["assets"]
    assert [row["id"] for row in rows] == [str(lamp.pk)]
    assert client.get(f"{address}{lamp.pk}/thumb").status_code == 200
    for hidden in (chair, private):
        assert client.get(f"{address}{hidden.pk}/thumb").status_code == 404
        assert client.get(f"{address}{hidden.pk}/").status_code == 404
    names = zipfile.ZipFile(io.BytesIO(b"".join(client.get(f"{address}all.zip").streaming_content))).namelist()
    assert len(names) == 1
