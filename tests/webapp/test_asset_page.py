"""The page of an asset, uploads and the trash."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from assetdb import lifecycle, tagging
from assetdb.models import Asset, AssetTag, Review, State, Tag, Visibility
from generators.models import Parent, Provenance
from tests.conftest import svg
from tests.webapp.readers import HTMX, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def test_titles_and_tags_are_chinese_for_who_reads_chinese(clients, people, indexed):
    (asset,) = indexed("black cat", title_zh="黑猫")
    Tag.objects.create(slug="animal", group="thing", name="animal", name_zh="动物")
    tagging.add_tag(people["editor"], asset.pk, "animal")
    with translation.override("zh-hans"):
        page = clients["viewer"].get(f"/assets/{asset.pk}/", headers={"accept-language": "zh-hans"})
    assert "黑猫" in text(page) and "动物" in text(page)
    assert "black cat" in text(clients["viewer"].get(f"/assets/{asset.pk}/"))


def test_a_tag_is_accepted_rejected_and_added_in_place(clients, people, indexed):
    (asset,) = indexed("a lamp", owner=people["editor"])
    for slug in ("light", "animal", "house"):
        Tag.objects.create(slug=slug, group="thing", name=f"the {slug}")
    for slug in ("light", "animal"):
        AssetTag.objects.create(asset=asset, tag=Tag.objects.get(slug=slug), source="zero_shot", score=0.8)
    assert "the light" not in text(clients["viewer"].get(f"/assets/{asset.pk}/"))
    assert "80 %" in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    answer = clients["editor"].post(f"/assets/{asset.pk}/tags/light/", {"accept": "1"}, headers=HTMX)
    assert b"<html" not in answer.content and "the light" in text(answer)
    clients["editor"].post(f"/assets/{asset.pk}/tags/animal/", {"accept": "0"})
    clients["editor"].post(f"/assets/{asset.pk}/tags/", {"tag": "The House"})
    states = dict(AssetTag.objects.values_list("tag__slug", "state"))
    assert states == {"light": "accepted", "animal": "rejected", "house": "accepted"}
    unknown = clients["editor"].post(f"/assets/{asset.pk}/tags/", {"tag": "never heard"}, headers=HTMX)
    assert unknown.status_code == 400 and "not in the vocabulary" in text(unknown)
    assert (unknown["HX-Retarget"], unknown["HX-Reswap"]) == ("#notices", "innerHTML")
    assert clients["viewer"].post(f"/assets/{asset.pk}/tags/light/", {"accept": "0"}).status_code == 403


def test_editing_changes_what_it_may_and_says_what_was_wrong(clients, people, indexed):
    (asset,) = indexed("a lamp", owner=people["editor"])
    path = f"/assets/{asset.pk}/edit/"
    fields = {"title": "a red lamp", "licence": "CC-BY-4.0", "visibility": "private", "derivatives_shown": "1"}
    assert clients["editor"].post(path, fields)["Location"] == f"/assets/{asset.pk}/"
    asset.refresh_from_db()
    assert (asset.title, asset.licence, asset.visibility) == ("a red lamp", "CC-BY-4.0", "private")
    assert asset.derivatives_allowed is False
    refused = clients["editor"].post(path, {"source_url": "javascript:alert(1)"})
    assert refused.status_code == 400 and "http://" in text(refused)
    assert clients["viewer"].post(path, {"title": "mine now"}).status_code == 404


def test_what_is_thrown_away_can_be_restored_or_deleted(clients, people, indexed):
    lamp, chair = indexed("a lamp", "a chair", owner=people["editor"])
    for asset in (lamp, chair):
        clients["editor"].post(f"/assets/{asset.pk}/trash/")
    assert clients["viewer"].get(f"/assets/{lamp.pk}/").status_code == 404
    assert "in the trash" in text(clients["editor"].get(f"/assets/{lamp.pk}/"))
    assert "a chair" in text(clients["editor"].get("/trash/"))
    clients["editor"].post(f"/assets/{lamp.pk}/restore/")
    assert "a lamp" in text(clients["viewer"].get("/"))
    assert clients["other"].post(f"/assets/{chair.pk}/purge/").status_code == 403
    assert clients["editor"].post(f"/assets/{lamp.pk}/purge/").status_code == 409
    clients["editor"].post("/trash/empty/")
    assert list(Asset.objects.all()) == [lamp]


def test_emptying_the_trash_takes_only_ones_own(clients, people, indexed):
    (mine,) = indexed("mine", owner=people["admin"])
    (theirs,) = indexed("theirs", owner=people["editor"])
    lifecycle.trash(people["admin"], [mine.pk, theirs.pk])
    clients["admin"].post("/trash/empty/")
    assert list(Asset.objects.all()) == [theirs]


def test_uploads_are_answered_file_by_file(clients, people):
    def sent(data, name, kind="image/svg+xml"):
        return SimpleUploadedFile(name, data, content_type=kind)

    files = [sent(svg(), "disc.svg"), sent(svg(), "again.svg"), sent(b"", "nothing.png", "image/png")]
    form = {"file": files, "licence": "CC0-1.0", "credit": "Ann", "visibility": "private"}
    answer = clients["editor"].post("/upload/", form, headers={"accept": "application/json"})
    told = json.loads(answer.content)["files"]
    assert [one["state"] for one in told] == ["added", "there", "failed"]
    assert told[0]["url"] == told[1]["url"] and told[0]["thumb"]
    assert "no content" in told[2]["message"]
    asset = Asset.objects.get(state=State.READY)
    assert (asset.owner, asset.licence, asset.credit) == (people["editor"], "CC0-1.0", "Ann")
    assert asset.visibility == Visibility.PRIVATE
    assert clients["viewer"].post("/upload/", {"file": sent(svg(), "x.svg")}).status_code == 403


def test_the_upload_form_works_without_a_script(clients):
    page = clients["editor"].post("/upload/", {"file": SimpleUploadedFile("disc.svg", svg(), "image/svg+xml")})
    asset = Asset.objects.get()
    assert f'href="/assets/{asset.pk}/"' in page.content.decode() and "Added." in text(page)
    assert "Choose at least one file" in text(clients["editor"].post("/upload/", {}))


def test_an_unreadable_file_is_listed_with_its_reason(clients, people, make_asset):
    asset = make_asset("broken", owner=people["editor"], data=b"\x89PNG\r\n\x1a\n", file_name="broken.png")
    page = clients["editor"].get(f"/assets/{asset.pk}/")
    assert asset.error_message in text(page) and asset.error_code in text(page)
    assert asset.state == State.UNREADABLE
    assert "broken.png" in text(clients["editor"].get("/jobs/"))
    assert "broken.png" not in text(clients["viewer"].get("/jobs/"))


def test_a_photograph_is_said_to_be_unknown(clients, people, indexed):
    from indexer.models import Embedding

    (asset,) = indexed("a photo", owner=people["editor"])
    assert "does not know" not in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    Embedding.objects.filter(asset_id=asset.pk, segment="image").update(known=False)
    assert "does not know" in text(clients["editor"].get(f"/assets/{asset.pk}/"))
    assert "use_encoder" in text(clients["admin"].get(f"/assets/{asset.pk}/"))


def test_provenance_names_every_part_and_links_those_one_may_see(clients, people, indexed):
    shown, hidden = (
        indexed("elephant", owner=people["editor"])[0],
        indexed("hidden part", owner=people["other"], visibility=Visibility.PRIVATE)[0],
    )
    (made,) = indexed("purple elephant", owner=people["editor"], origin="generated", review=Review.APPROVED)
    checks = [{"name": "fidelity", "passed": True, "score": 1, "message": "shows it"}]
    Provenance.objects.create(
        asset=made, query="purple elephant", verdict={}, recipe={"generator": "composer"}, checks=checks
    )
    for part in (shown, hidden):
        Parent.objects.create(asset=made, parent=part, title=part.title, licence="CC-BY-SA-4.0", credit="OpenMoji")
    page = clients["viewer"].get(f"/assets/{made.pk}/")
    for words_shown in ("Searched for “purple elephant”", "shows it", "composer", "hidden part", "OpenMoji"):
        assert words_shown in text(page)
    assert f'href="/assets/{shown.pk}/"' in page.content.decode()
    assert f'href="/assets/{hidden.pk}/"' not in page.content.decode()


def test_a_photo_upload_shows_its_upright_preview(clients, people, make_asset):
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 20), (9, 9, 200)).save(buffer, "JPEG", exif=exif)
    asset = make_asset("turned", data=buffer.getvalue(), file_name="turned.jpg")
    assert "20 × 60" in text(clients["viewer"].get(f"/assets/{asset.pk}/"))
