"""Another file for an asset, on its page."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assetdb import versions
from indexer import embed, words
from indexer.search import Query, search
from tests.assetdb.pictures import raster
from tests.webapp.readers import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("encoder")]


def sent(data: bytes | None = None) -> dict:
    return {"file": SimpleUploadedFile("better.png", data or raster(size=(64, 48)), "image/png"), "note": "sharper"}


def test_replace_look_back_and_bring_back(clients, make_asset):
    cat = make_asset("cat")
    first = cat.blob_id
    page = clients["editor"].post(f"/assets/{cat.pk}/file/", sent(), follow=True)
    assert "The new file is in place." in text(page)
    assert "Version 1" in text(page)
    assert "sharper" in text(page)
    assert "File replaced by editor" in text(page)
    old = clients["editor"].get(f"/assets/{cat.pk}/versions/1/file")
    assert b"".join(old.streaming_content).startswith(b"<svg")
    assert old["Content-Disposition"].startswith("attachment")
    assert clients["editor"].get(f"/assets/{cat.pk}/versions/1/thumb")["Content-Type"] == "image/webp"
    page = clients["editor"].post(f"/assets/{cat.pk}/versions/1/back/", follow=True)
    assert "Version 1 is the current file again." in text(page)
    cat.refresh_from_db()
    assert cat.blob_id == first


def test_a_bad_file_is_said_and_changes_nothing(clients, make_asset):
    cat = make_asset("cat")
    page = clients["editor"].post(f"/assets/{cat.pk}/file/", sent(b"nothing to see"))
    assert page.status_code == 422
    assert "JPEG" in text(page)
    assert clients["editor"].post(f"/assets/{cat.pk}/file/").status_code == 400
    assert not cat.versions.exists()


def test_the_same_file_again_is_said(clients, make_asset):
    cat = make_asset("cat", data=raster(size=(64, 48)), file_name="cat.png")
    page = clients["editor"].post(f"/assets/{cat.pk}/file/", sent(), follow=True)
    assert "That is the file it has already." in text(page)


def test_who_may_not_change_it_sees_no_versions(clients, people, make_asset):
    cat = make_asset("cat")
    versions.replace(people["editor"], cat.pk, io.BytesIO(raster()), file_name="b.png")
    assert "Versions" not in text(clients["viewer"].get(f"/assets/{cat.pk}/"))
    assert clients["viewer"].get(f"/assets/{cat.pk}/versions/1/file").status_code == 404
    assert clients["viewer"].post(f"/assets/{cat.pk}/file/", sent()).status_code == 403


def test_the_search_follows_the_new_file(people, make_asset, encoder):
    cat = make_asset("cat")
    while embed.catch_up() or words.catch_up():
        pass
    red = raster(size=(64, 64), colour=(234, 40, 20))
    versions.replace(people["editor"], cat.pk, io.BytesIO(red), file_name="red.png")
    assert embed.pending() == 1
    assert [hit.asset.pk for hit in search(Query(text="cat"), user=people["editor"]).hits] == [cat.pk]
    embed.catch_up()
    assert embed.pending() == 0


def test_the_trash_can_be_undone_from_the_notice(clients, make_asset):
    cat = make_asset("cat")
    page = clients["editor"].post(f"/assets/{cat.pk}/trash/", follow=True)
    assert f'action="/assets/{cat.pk}/restore/"' in page.content.decode()
    assert "Undo" in text(page)
