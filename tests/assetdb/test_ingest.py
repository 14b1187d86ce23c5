"""Bytes become assets."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from django.db import connection

from assetdb import changes, ingest, lifecycle, nudges, prepare, sandbox
from assetdb.errors import DamError
from assetdb.models import Asset, AssetFile, Blob, Kind, Rendition, State
from assetdb.models.file import originals, renditions
from assetdb.renditions import open_rendition, preview_image, read_picture
from tests.assetdb.pictures import drawing, long_gif, photo, raster

pytestmark = pytest.mark.django_db


def put(data: bytes, owner, *, file_name: str = "cat.png", **fields) -> ingest.Ingested:
    return ingest.ingest(io.BytesIO(data), owner=owner, file_name=file_name, **fields)


def settled(data: bytes, owner, **fields) -> Asset:
    asset = put(data, owner, **fields).asset
    prepare.catch_up(ids=[asset.pk])
    return Asset.objects.get(pk=asset.pk)


def test_a_file_becomes_an_asset_with_its_bytes_under_their_own_key(people) -> None:
    data = raster()
    ingested = put(data, people["editor"], file_name="../black_cat.png", credit="Ann", licence="CC-BY-4.0")
    assert ingested.created
    asset = Asset.objects.get()
    assert (asset.state, asset.file_name, asset.title) == (State.RECEIVED, "black_cat.png", "black cat")
    assert (asset.credit, asset.licence) == ("Ann", "CC-BY-4.0")
    assert asset.blob.size == len(data)
    assert asset.blob.media_type == "image/png"
    with originals().open(asset.blob.key) as file:
        assert file.read() == data
    assert "cat" not in asset.blob.key


def test_prepare_fills_in_what_the_picture_says(people) -> None:
    asset = settled(
        photo(size=(60, 40), orientation=6, taken="2021:03:04 05:06:07"), people["editor"], file_name="a.jpg"
    )
    assert (asset.state, asset.kind, asset.width, asset.height) == (State.READY, Kind.IMAGE, 40, 60)
    assert asset.captured.year == 2021
    assert asset.changed == changes.head() > 0
    assert set(Rendition.objects.values_list("preset", flat=True)) == {"thumb", "preview"}
    shown = preview_image(asset)
    assert (shown.mode, shown.size) == ("RGBA", (40, 60))


def test_a_drawing_gets_its_preview_when_someone_asks(people) -> None:
    asset = settled(drawing(), people["editor"], file_name="a.svg")
    assert list(Rendition.objects.values_list("preset", flat=True)) == ["thumb"]
    assert preview_image(asset).size == (1024, 1024)
    assert Rendition.objects.count() == 2
    assert preview_image(asset, preset="thumb").size == (320, 320)


def test_a_lost_rendition_is_made_again(people) -> None:
    asset = settled(raster(), people["editor"])
    renditions().delete(Rendition.objects.get(preset="thumb").key)
    with open_rendition(asset, "thumb") as file:
        assert file.read(4) == b"RIFF"
    with pytest.raises(DamError, match="no such picture"):
        open_rendition(asset, "7000x7000")


def test_the_same_bytes_of_one_owner_are_one_asset(people) -> None:
    first = put(raster(), people["editor"])
    again = put(raster(), people["editor"], file_name="other.png")
    assert (again.created, again.asset.pk) == (False, first.asset.pk)
    assert Asset.objects.count() == 1


def test_two_owners_of_the_same_bytes_share_one_blob(people) -> None:
    assert put(raster(), people["editor"]).asset.pk != put(raster(), people["other"]).asset.pk
    assert (Asset.objects.count(), Blob.objects.count()) == (2, 1)


def test_uploading_what_is_in_the_trash_restores_it(people) -> None:
    asset = settled(raster(), people["editor"])
    lifecycle.trash(people["editor"], [asset.pk])
    before = changes.head()
    again = put(raster(), people["editor"])
    assert not again.created
    asset.refresh_from_db()
    assert asset.trashed is None
    assert asset.changed > before


@pytest.mark.parametrize(
    ("data", "file_name", "declared", "state", "code"),
    [
        (b"", "cat.png", "", State.UNREADABLE, "empty_file"),
        (b"", "cat.html", "", State.UNREADABLE, "empty_file"),
        (b"hello", "cat.png", "", State.UNREADABLE, "unsupported_format"),
        (b"%PDF-1.7", "report.pdf", "", State.UNREADABLE, "unsupported_format"),
        (raster(size=(500, 500))[:200], "cat.png", "", State.UNREADABLE, "truncated"),
        (long_gif(300, side=2000), "cat.gif", "", State.UNREADABLE, "animation_too_large"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "cat.jpg", "", State.QUARANTINED, "type_conflict"),
        (drawing("<script/>"), "cat.png", "image/png", State.QUARANTINED, "type_conflict"),
        (raster(), "cat.png", "text/html", State.QUARANTINED, "type_conflict"),
        (b"8BPS\0\1" + bytes(100), "cat.jpg", "", State.QUARANTINED, "type_conflict"),
    ],
)
def test_what_cannot_be_shown_is_kept_and_listed_with_a_reason(people, data, file_name, declared, state, code) -> None:
    asset = settled(data, people["editor"], file_name=file_name, declared_type=declared)
    assert (asset.state, asset.error_code) == (state, code)
    assert asset.error_message.endswith(".") or code == "truncated"
    assert originals().exists(asset.blob.key)
    assert not Rendition.objects.exists()


def test_one_format_named_as_another_is_taken_as_what_it_is(people) -> None:
    asset = settled(raster("WEBP"), people["editor"], file_name="cat.jpg", declared_type="image/jpeg")
    assert (asset.state, asset.blob.media_type) == (State.READY, "image/webp")
    assert asset.notes == ["The file is named as image/jpeg but is image/webp."]


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(people, settings, home: Path) -> None:
    settings.LACUNA_UPLOAD_LIMIT = 1 << 20
    with pytest.raises(DamError) as caught:
        put(bytes((1 << 20) + 1), people["editor"])
    assert (caught.value.code, caught.value.status) == ("too_large", 413)
    assert not Blob.objects.exists()
    assert [path for path in home.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"licence": "WTFPL"}, "unknown_licence"),
        ({"source_url": "javascript:alert(1)"}, "bad_source_url"),
        ({"source_url": "//example.org"}, "bad_source_url"),
    ],
)
def test_rights_are_checked_at_the_door(people, fields, code) -> None:
    with pytest.raises(DamError) as caught:
        put(raster(), people["editor"], **fields)
    assert caught.value.code == code


def test_no_derivatives_means_no_derivatives(people) -> None:
    assert not put(raster(), people["editor"], licence="CC-BY-ND-4.0").asset.derivatives_allowed


def test_a_path_is_ingested_like_an_upload(people, tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(raster())
    assert ingest.ingest(path, owner=people["editor"], file_name=path.name).created
    assert not put(raster(), people["editor"]).created


def test_a_further_file_replaces_the_one_in_its_role(people) -> None:
    asset = put(drawing(), people["editor"], file_name="a.svg").asset
    ingest.attach(asset, io.BytesIO(raster()), role=AssetFile.Role.RASTER)
    ingest.attach(asset, io.BytesIO(raster(colour=9)), role=AssetFile.Role.RASTER)
    assert asset.files.count() == 1
    assert Blob.objects.count() == 2


def test_a_poison_file_does_not_hold_up_the_others(people, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.assetdb.test_sandbox import memory_bomb

    poison = put(memory_bomb(), people["editor"], file_name="a.svg").asset
    fine = [put(raster(colour=n), people["editor"]).asset.pk for n in range(5)]
    assert prepare.catch_up() == 6
    assert Asset.objects.filter(pk__in=fine, state=State.READY).count() == 5
    assert Asset.objects.get(pk=poison.pk).error_code == "decoder_crashed"
    assert prepare.catch_up() == 0


def test_a_trouble_that_is_not_the_files_own_is_tried_again_but_not_for_ever(people, monkeypatch) -> None:
    asset = put(raster(), people["editor"]).asset

    def fail(*args: object, **options: object) -> None:
        raise sandbox.SandboxError("no processes left")

    monkeypatch.setattr(sandbox, "decode", fail)
    for _ in range(prepare.MOST_ATTEMPTS):
        assert prepare.catch_up() == 1
        assert prepare.catch_up() == 0, "the lease keeps it from being tried at once"
        assert Asset.objects.get().state == State.RECEIVED
        Asset.objects.update(leased_until=None)
    prepare.catch_up()
    asset.refresh_from_db()
    assert (asset.state, asset.error_code) == (State.UNREADABLE, "gave_up")


def test_an_original_that_the_storage_lost_is_said_to_be_missing(people) -> None:
    asset = put(raster(), people["editor"]).asset
    originals().delete(asset.blob.key)
    prepare.catch_up()
    asset.refresh_from_db()
    assert asset.error_code == "missing_file"


@pytest.mark.django_db(transaction=True)
def test_nudges_come_after_the_commit_and_a_broken_listener_is_no_matter(people) -> None:
    heard: list[str] = []

    def broken(view: str) -> None:
        heard.append(view)
        raise RuntimeError

    nudges.subscribe(broken)
    try:
        asset = put(raster(), people["editor"]).asset
        prepare.catch_up(ids=[asset.pk])
    finally:
        nudges.unsubscribe(broken)
    assert heard == [nudges.PREPARE, nudges.CHANGES]
    assert Asset.objects.get().state == State.READY


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_owner", [True, False])
def test_two_uploads_of_one_file_at_once(people, same_owner: bool) -> None:
    owners = [people["editor"], people["editor"] if same_owner else people["other"]] * 4
    barrier = threading.Barrier(len(owners))
    created: list[bool] = []
    errors: list[Exception] = []

    def upload(owner) -> None:
        try:
            barrier.wait()
            created.append(put(raster(), owner).created)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload, args=[owner]) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert created.count(True) == (1 if same_owner else 2)
    assert (Blob.objects.count(), Asset.objects.count()) == (1, 1 if same_owner else 2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work(people) -> None:
    for number in range(12):
        put(raster(colour=number), people["editor"])
    taken: list[int] = []

    def work() -> None:
        while count := prepare.catch_up(limit=2, readers=1):
            taken.append(count)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 12
    assert Asset.objects.filter(state=State.READY, attempts=1).count() == 12


def test_a_picture_to_search_by_is_decoded_in_the_sandbox() -> None:
    assert read_picture(io.BytesIO(photo(size=(600, 400), orientation=6))).size == (213, 320)
    with pytest.raises(DamError) as caught:
        read_picture(io.BytesIO(b"%PDF-1.7"))
    assert caught.value.code == "unsupported_format"
