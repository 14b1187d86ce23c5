"""Originals and renditions in a bucket behave as those on a disk do, also when the object store does not."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse

from assetdb import blobs, ingest, integrity, lifecycle
from assetdb.errors import StorageError
from assetdb.models import Asset, Blob, Rendition
from assetdb.models.file import originals, renditions
from assetdb.objectstore import ObjectStorage
from tests.conftest import svg
from tests.services import KEYS, S3, s3
from webapp import env, health

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(settings, monkeypatch, tmp_path):
    with s3() as server:
        for name, value in (KEYS | server.environment("assets")).items():
            monkeypatch.setenv(name, value)
        settings.STORAGES = settings.STORAGES | env.storages(tmp_path)
        storages._storages.clear()
        assert originals().make_bucket() is True
        assert originals().make_bucket() is False
        yield server


def stop(server: S3) -> None:
    server.server.stop()


def test_the_environment_chooses_where_files_are_kept(tmp_path, monkeypatch):
    assert env.storages(tmp_path)["originals"]["BACKEND"] == "assetdb.storage.DurableStorage"
    monkeypatch.setenv("LACUNA_S3_BUCKET", "assets")
    chosen = env.storages(tmp_path)
    assert {place["BACKEND"] for place in chosen.values()} == {"assetdb.objectstore.ObjectStorage"}
    assert {place["OPTIONS"]["location"] for place in chosen.values()} == {"originals", "renditions"}


def test_an_asset_lives_in_the_bucket_alone(store, make_asset, clients, tmp_path):
    asset = make_asset("a disc", data=svg())
    assert isinstance(originals(), ObjectStorage)
    assert not list(tmp_path.glob("originals/*/*/*"))
    assert originals().exists(asset.blob.key)
    assert renditions().exists(Rendition(blob=asset.blob, preset="thumb").key)
    url = reverse("asset_original", args=[asset.pk])
    answer = clients["editor"].get(url)
    assert b"".join(answer.streaming_content) == svg()
    assert clients["stranger"].get(url).status_code in (302, 403, 404), "no address of the bucket gets out"
    assert integrity.problems() == []


def test_the_same_bytes_are_one_object_and_the_last_asset_takes_it_away(store, make_asset, people):
    first, second = make_asset("one", data=svg()), make_asset("two", data=svg(), owner=people["other"])
    assert first.blob_id == second.blob_id
    assert [len(keys) for keys in integrity.folders(originals())] == [1]
    for asset, owner in ((first, people["editor"]), (second, people["other"])):
        assert originals().exists(asset.blob.key)
        lifecycle.trash(owner, [asset.pk])
        lifecycle.purge(owner, [asset.pk])
    blobs.remove_files(first.blob_id)
    assert not originals().exists(first.blob.key)
    assert list(integrity.folders(renditions())) == []


def test_a_lost_object_is_found_missing_and_an_orphan_swept(store, make_asset):
    asset = make_asset("a disc")
    originals().delete(asset.blob.key)
    originals().save(Blob(sha256="ab" * 32).key, ContentFile(b"nobody's"))
    assert {problem["code"] for problem in integrity.problems()} == {"missing_files", "orphan_files"}
    with pytest.raises(FileNotFoundError):
        originals().open(asset.blob.key)


def test_a_large_file_comes_back_whole(store):
    data = bytes(range(256)) * 40_000
    originals().save("aa/bb/large", ContentFile(data))
    assert originals().size("aa/bb/large") == len(data)
    with originals().open("aa/bb/large") as file:
        assert file.read() == data


def test_an_object_store_that_is_down_is_said_and_nothing_is_half_done(store, people, client):
    assert health.look_at("storage")["ok"]
    stop(store)
    with pytest.raises(StorageError) as caught:
        ingest.ingest(io.BytesIO(svg()), owner=people["editor"], file_name="a.svg")
    assert caught.value.status == 503
    assert "127.0.0.1" not in caught.value.message
    assert not Asset.objects.exists() and not Blob.objects.exists()
    assert client.get("/readyz").json()["parts"]["storage"] == {"ok": False, "detail": "OSError"}
