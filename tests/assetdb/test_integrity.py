"""Rows and files agree, and what is left over goes."""

from __future__ import annotations

import datetime
import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from assetdb import blobs, ingest, integrity
from assetdb.models import Asset, AssetFile, Blob, Rendition
from assetdb.models.file import originals, renditions
from tests.assetdb.pictures import raster

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.timedelta(seconds=-1)


def codes() -> list[str]:
    return [problem["code"] for problem in integrity.problems()]


def test_a_sound_library_has_no_problems_and_nothing_is_swept(make_asset) -> None:
    make_asset("cat")
    assert integrity.problems() == []
    assert integrity.sweep(older_than=NOW) == 0
    assert integrity.problems() == []


def test_a_lost_original_is_found(make_asset) -> None:
    asset = make_asset("cat")
    originals().delete(asset.blob.key)
    [problem] = integrity.problems()
    assert (problem["code"], problem["count"], problem["examples"]) == ("missing_files", 1, [asset.blob_id])


def test_files_without_a_row_are_found_and_swept_once_they_are_old(make_asset, home: Path) -> None:
    make_asset("cat")
    lost = Blob(sha256="ab" * 32)
    originals().save(lost.key, ContentFile(b"x"))
    renditions().save(Rendition(blob=lost, preset="thumb").key, ContentFile(b"x"))
    assert codes() == ["orphan_files"]
    assert integrity.sweep() == 0, "someone may be about to use it"
    assert integrity.sweep(older_than=NOW) == 1
    assert codes() == []
    assert Asset.objects.count() == 1


def test_what_a_kill_left_half_written_is_swept(make_asset, home: Path) -> None:
    make_asset("cat")
    folder = next((home / "originals").glob("*/*"))
    left = [folder / ".incoming-abc", home / "incoming" / "abc.upload.png"]
    for path in left:
        path.write_bytes(b"half")
    assert integrity.sweep() == 0
    for path in left:
        os.utime(path, (time.time() - 7200,) * 2)
    assert integrity.sweep() == 2
    assert not any(path.exists() for path in left)


def test_blobs_without_an_asset_are_swept_with_their_files(make_asset, home: Path) -> None:
    asset = make_asset("cat")
    Asset.objects.all().delete()
    assert integrity.sweep(older_than=NOW) == 1
    assert not Blob.objects.filter(pk=asset.blob_id).exists()
    assert [path for part in ("originals", "renditions") for path in (home / part).rglob("*") if path.is_file()] == []


def test_a_blob_that_any_row_protects_is_kept(make_asset) -> None:
    asset = make_asset("cat")
    ingest.attach(asset, io.BytesIO(raster()), role=AssetFile.Role.RASTER)
    lone = blobs.add(io.BytesIO(raster(colour=5)))
    assert list(blobs.unused()) == [lone]
    assert integrity.sweep() == 0, "it is too young"
    assert integrity.sweep(older_than=NOW) == 1
    assert Blob.objects.count() == 2
    assert integrity.problems() == []


def test_assets_that_wait_and_assets_that_failed_are_listed(make_asset) -> None:
    waiting, failed = make_asset("waiting"), make_asset("failed", data=b"nothing", file_name="a.png")
    Asset.objects.filter(pk=waiting.pk).update(state="received", created=timezone.now() - datetime.timedelta(hours=1))
    assert {problem["code"]: problem["examples"] for problem in integrity.problems()} == {
        "stuck_assets": [str(waiting.pk)],
        "unreadable_assets": [str(failed.pk)],
    }
