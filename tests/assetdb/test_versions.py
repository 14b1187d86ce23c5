"""Another file for an asset, and the way back."""

from __future__ import annotations

import io

import pytest

from assetdb import changes, ingest, integrity, lifecycle, renditions, sandbox, versions
from assetdb.errors import DamError, ForbiddenError, NotFoundError
from assetdb.models import Asset, AssetFile, AssetVersion, Blob, Origin, Review, State, Visibility
from assetdb.models.file import originals
from tests.assetdb.pictures import raster

pytestmark = pytest.mark.django_db

BETTER = raster(size=(80, 60), colour=(200, 30, 30))


def better(**how) -> dict:
    return {"source": io.BytesIO(BETTER), "file_name": "better.png"} | how


def replace(user, asset, **how) -> Asset:
    return versions.replace(user, asset.pk, **better(**how))


def test_a_new_file_takes_the_place_and_the_old_one_stays(people, make_asset) -> None:
    asset = make_asset("cat", title_zh="猫", licence="CC-BY-4.0")
    before, head = asset.blob_id, changes.head()
    replace(people["editor"], asset, note="sharper\0")
    asset.refresh_from_db()
    assert (asset.title, asset.title_zh, asset.licence) == ("cat", "猫", "CC-BY-4.0")
    assert (asset.file_name, asset.width, asset.height, asset.state) == ("better.png", 80, 60, State.READY)
    assert asset.changed > head
    version = AssetVersion.objects.get()
    assert (version.number, version.blob_id, version.note) == (1, before, "sharper")
    assert (version.file_name, version.replaced_by) == ("cat.svg", people["editor"])
    with originals().open(version.blob.key) as file:
        assert file.read().startswith(b"<svg")
    with renditions.open_rendition(asset, "thumb") as file:
        assert file.read()


def test_the_way_back_is_a_version_too(people, make_asset) -> None:
    asset = make_asset("cat")
    first = asset.blob_id
    second = replace(people["editor"], asset).blob_id
    versions.bring_back(people["editor"], asset.pk, 1)
    asset.refresh_from_db()
    assert (asset.blob_id, asset.file_name) == (first, "cat.svg")
    assert list(asset.versions.values_list("number", "blob_id")) == [(2, second), (1, first)]
    versions.bring_back(people["editor"], asset.pk, 1)
    assert asset.versions.count() == 2, "what is current already is not brought back again"


def test_the_same_file_changes_nothing(people, make_asset) -> None:
    asset = make_asset("cat", data=BETTER, file_name="cat.png")
    replace(people["editor"], asset)
    asset.refresh_from_db()
    assert (asset.file_name, asset.versions.count()) == ("cat.png", 0)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"source": io.BytesIO(b"")}, "empty_file"),
        ({"source": io.BytesIO(b"hello"), "file_name": "hello.txt"}, "unsupported_format"),
        ({"file_name": "better.svg", "declared_type": "image/svg+xml"}, "type_conflict"),
        ({"source": io.BytesIO(BETTER[:60])}, None),
    ],
)
def test_what_cannot_be_shown_is_refused_and_the_asset_stays(people, make_asset, how, code) -> None:
    asset = make_asset("cat")
    with pytest.raises(DamError) as caught:
        replace(people["editor"], asset, **how)
    assert code is None or caught.value.code == code
    again = Asset.objects.get()
    assert (again.blob_id, again.state, again.versions.count()) == (asset.blob_id, State.READY, 0)


def test_a_failing_sandbox_leaves_everything_as_it_was(people, make_asset, monkeypatch) -> None:
    asset = make_asset("cat")

    def fail(*_args, **_options):
        raise sandbox.SandboxError("no child")

    monkeypatch.setattr(sandbox, "decode", fail)
    with pytest.raises(sandbox.SandboxError):
        replace(people["editor"], asset)
    assert Asset.objects.get().blob_id == asset.blob_id
    assert not AssetVersion.objects.exists()


def test_an_unreadable_asset_is_mended(people, make_asset) -> None:
    asset = make_asset("cat", data=b"not a picture", file_name="cat.png")
    assert asset.state != State.READY
    replace(people["editor"], asset)
    asset.refresh_from_db()
    assert (asset.state, asset.error_code, asset.width) == (State.READY, "", 80)


def test_a_file_that_is_an_asset_already_is_named(people, make_asset) -> None:
    asset, twin = make_asset("cat"), make_asset("dog", data=BETTER, file_name="dog.png")
    with pytest.raises(DamError) as caught:
        replace(people["editor"], asset)
    assert caught.value.code == "same_as_another"
    assert caught.value.extra == {"asset": str(twin.pk)}


def test_who_may_and_when(people, make_asset) -> None:
    asset = make_asset("cat", visibility=Visibility.PRIVATE)
    with pytest.raises(NotFoundError):
        replace(people["reviewer"], asset)
    with pytest.raises(ForbiddenError):
        replace(people["viewer"], make_asset("dog"))
    lifecycle.trash(people["editor"], [asset.pk])
    with pytest.raises(DamError, match="trash"):
        replace(people["editor"], asset)
    made = make_asset("moon", origin=Origin.GENERATED, review=Review.PENDING)
    with pytest.raises(DamError, match="review"):
        replace(people["editor"], made)
    assert not AssetVersion.objects.exists()


def test_the_earlier_files_are_for_who_may_change_it(people, make_asset) -> None:
    asset = make_asset("cat")
    replace(people["editor"], asset)
    assert versions.version_of(people["editor"], asset.pk, 1).number == 1
    with pytest.raises(ForbiddenError):
        versions.version_of(people["viewer"], asset.pk, 1)
    with pytest.raises(NotFoundError):
        versions.version_of(people["editor"], asset.pk, 2)


def test_a_raster_copy_of_the_earlier_file_goes(people, make_asset) -> None:
    asset = make_asset("cat")
    ingest.attach(asset, io.BytesIO(raster()), role=AssetFile.Role.RASTER)
    replace(people["editor"], asset)
    assert not AssetFile.objects.exists()
    assert Blob.objects.count() == 2


def test_purging_takes_every_version_along(people, make_asset, django_capture_on_commit_callbacks) -> None:
    asset = make_asset("cat")
    replace(people["editor"], asset)
    lifecycle.trash(people["editor"], [asset.pk])
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.purge(people["editor"], [asset.pk])
    assert not Blob.objects.exists()
    assert integrity.problems() == []


def test_the_sweeper_leaves_the_files_of_versions(people, make_asset) -> None:
    asset = make_asset("cat")
    replace(people["editor"], asset)
    Blob.objects.update(created="2020-01-01T00:00Z")
    integrity.sweep()
    assert Blob.objects.count() == 2
