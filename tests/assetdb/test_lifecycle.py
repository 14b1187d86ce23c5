"""Change, trash, restore, purge; and what others do meanwhile."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from django.db import connection

from assetdb import access, blobs, changes, ingest, lifecycle, prepare, renditions, sandbox
from assetdb.errors import DamError, ForbiddenError, NotFoundError
from assetdb.models import Asset, AssetFile, Blob, Rendition, Visibility
from assetdb.models.file import originals
from tests.assetdb.pictures import raster

pytestmark = pytest.mark.django_db


def stored(home: Path) -> list[str]:
    return sorted(p.name for part in ("originals", "renditions") for p in (home / part).rglob("*") if p.is_file())


def test_a_person_changes_title_and_rights(people, make_asset) -> None:
    asset = make_asset("cat")
    before = changes.head()
    lifecycle.update_asset(people["editor"], asset.pk, title="black cat", title_zh="黑猫", licence="CC-BY-4.0")
    asset.refresh_from_db()
    assert (asset.title, asset.title_zh, asset.licence) == ("black cat", "黑猫", "CC-BY-4.0")
    assert asset.changed > before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"owner": 1}, "unknown_field"),
        ({"state": "ready"}, "unknown_field"),
        ({"title": "x" * 301}, "bad_value"),
        ({"title": "a\0b"}, "bad_value"),
        ({"title": None}, "bad_value"),
        ({"visibility": "everyone"}, "bad_value"),
        ({"derivatives_allowed": "yes"}, "bad_value"),
        ({"licence": "WTFPL"}, "unknown_licence"),
        ({"source_url": "javascript:alert(1)"}, "bad_source_url"),
    ],
)
def test_what_may_not_be_changed(people, make_asset, fields, code) -> None:
    asset = make_asset("cat")
    with pytest.raises(DamError) as caught:
        lifecycle.update_asset(people["admin"], asset.pk, **fields)
    assert caught.value.code == code
    assert Asset.objects.get().title == "cat"


def test_a_licence_without_derivatives_settles_that_question(people, make_asset) -> None:
    asset = make_asset("cat")
    lifecycle.update_asset(people["editor"], asset.pk, licence="all-rights-reserved", derivatives_allowed=True)
    assert not Asset.objects.get().derivatives_allowed


def test_only_owner_and_admin_decide_who_sees_and_what_goes_for_good(people, make_asset) -> None:
    asset = make_asset("cat")
    with pytest.raises(ForbiddenError):
        lifecycle.set_visibility(people["other"], asset.pk, Visibility.PRIVATE)
    lifecycle.trash(people["other"], [asset.pk])
    with pytest.raises(ForbiddenError):
        lifecycle.purge(people["other"], [asset.pk])
    assert lifecycle.purge(people["admin"], [asset.pk]) == 1


def test_trash_and_restore(people, make_asset) -> None:
    asset, before = make_asset("cat"), changes.head()
    assert lifecycle.trash(people["editor"], [asset.pk]) == 1
    assert lifecycle.trash(people["editor"], [asset.pk]) == 0
    assert not access.visible_to(people["editor"]).exists()
    assert access.seen_by(people["editor"]).exists()
    assert lifecycle.restore(people["editor"], [asset.pk]) == 1
    assert access.visible_to(people["editor"]).exists()
    assert Asset.objects.get().changed > before + 1


def test_nobody_trashes_what_they_may_not_see_or_change(people, make_asset) -> None:
    mine, hidden = make_asset("mine"), make_asset("hidden", visibility=Visibility.PRIVATE)
    with pytest.raises(NotFoundError):
        lifecycle.trash(people["other"], [mine.pk, hidden.pk])
    with pytest.raises(ForbiddenError):
        lifecycle.trash(people["viewer"], [mine.pk])
    assert not Asset.objects.filter(trashed__isnull=False).exists(), "all or nothing"


def test_only_the_trash_is_purged(people, make_asset) -> None:
    asset = make_asset("cat")
    with pytest.raises(DamError) as caught:
        lifecycle.purge(people["editor"], [asset.pk])
    assert caught.value.code == "not_in_trash"


@pytest.mark.django_db(transaction=True)
def test_purge_takes_rows_and_files_but_not_those_that_others_use(people, make_asset, home) -> None:
    mine = make_asset("mine", data=raster(), file_name="a.png")
    theirs = make_asset("theirs", data=raster(), file_name="a.png", owner=people["other"])
    ingest.attach(mine, io.BytesIO(raster(colour=7)), role=AssetFile.Role.RASTER)
    assert len(stored(home)) == 4
    lifecycle.trash(people["admin"], [mine.pk, theirs.pk])
    lifecycle.purge(people["editor"], [mine.pk])
    assert len(stored(home)) == 3
    assert renditions.preview_image(theirs).size == (40, 30)
    lifecycle.purge(people["other"], [theirs.pk])
    assert stored(home) == []
    assert not Blob.objects.exists()
    assert not Rendition.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_stay_when_the_purge_is_rolled_back(people, make_asset, home, monkeypatch) -> None:
    asset = make_asset("cat")
    lifecycle.trash(people["editor"], [asset.pk])
    kept = stored(home)
    monkeypatch.setattr(lifecycle.nudges, "nudge", lambda view: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lifecycle.purge(people["editor"], [asset.pk])
    assert stored(home) == kept
    assert Asset.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_upload_during_a_purge_never_loses_its_file(people, make_asset, home, monkeypatch) -> None:
    """The purge deletes its files just after the upload has found them in the storage."""
    asset = make_asset("cat", data=raster(), file_name="a.png")
    lifecycle.trash(people["editor"], [asset.pk])
    purges: list[threading.Thread] = []
    store = blobs.store

    def store_then_purge(copy, blob):
        store(copy, blob)
        if not purges:
            purge = threading.Thread(target=_purge, args=[people["editor"], asset.pk])
            purges.append(purge)
            purge.start()
            purge.join()

    monkeypatch.setattr(blobs, "store", store_then_purge)
    again = ingest.ingest(io.BytesIO(raster()), owner=people["other"], file_name="a.png").asset
    assert purges
    assert not Asset.objects.filter(pk=asset.pk).exists()
    assert originals().exists(again.blob.key)
    prepare.catch_up()
    assert renditions.preview_image(Asset.objects.get()).size == (40, 30)


@pytest.mark.django_db(transaction=True)
def test_an_upload_waits_while_the_files_of_the_same_bytes_are_deleted(people, make_asset, monkeypatch) -> None:
    asset = make_asset("cat", data=raster(), file_name="a.png")
    lifecycle.trash(people["editor"], [asset.pk])
    uploads: list[threading.Thread] = []
    storage = originals()
    delete = storage.delete

    def upload() -> None:
        ingest.ingest(io.BytesIO(raster()), owner=people["other"], file_name="a.png")
        connection.close()

    def delete_slowly(key: str) -> None:
        uploads.append(threading.Thread(target=upload))
        uploads[0].start()
        uploads[0].join(0.5)
        delete(key)

    monkeypatch.setattr(storage, "delete", delete_slowly)
    lifecycle.purge(people["editor"], [asset.pk])
    uploads[0].join()
    assert originals().exists(Asset.objects.get().blob.key)


def _purge(user, asset_id) -> None:
    lifecycle.purge(user, [asset_id])
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_many_purges_and_uploads_of_one_file_at_once(people, home) -> None:
    errors: list[Exception] = []

    def upload_and_purge(owner) -> None:
        try:
            for _ in range(6):
                asset = ingest.ingest(io.BytesIO(raster()), owner=owner, file_name="a.png").asset
                assert originals().exists(asset.blob.key)
                lifecycle.trash(owner, [asset.pk])
                lifecycle.purge(owner, [asset.pk])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload_and_purge, args=[people[name]]) for name in ("editor", "other", "admin")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert stored(home) == []
    assert not Blob.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("purged", [True, False])
def test_deleting_while_the_file_is_read_leaves_no_ghost(people, home, monkeypatch, purged: bool) -> None:
    asset = ingest.ingest(io.BytesIO(raster()), owner=people["editor"], file_name="a.png").asset
    decode = sandbox.decode

    def delete_meanwhile(*args, **options):
        decoded = decode(*args, **options)
        if Asset.objects.filter(trashed=None).exists():
            lifecycle.trash(people["editor"], [asset.pk])
            if purged:
                lifecycle.purge(people["editor"], [asset.pk])
        connection.close()
        return decoded

    monkeypatch.setattr(sandbox, "decode", delete_meanwhile)
    assert prepare.catch_up() == 1
    assert not access.visible_to(people["editor"]).exists()
    if purged:
        assert stored(home) == []
        assert not Rendition.objects.exists()
    else:
        lifecycle.restore(people["editor"], [asset.pk])
        assert access.visible_to(people["editor"]).get().state == "ready"
