"""A full, broken or read-only disk: nothing half-done stays, the original is intact, trying again works."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from assetdb import ingest, prepare, storage
from assetdb.errors import StorageError
from assetdb.models import Asset, Blob, State
from assetdb.models.file import originals
from tests.conftest import svg

pytestmark = pytest.mark.django_db(transaction=True)

FAULTS = [errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EROFS]


@pytest.fixture(params=FAULTS, ids=[errno.errorcode[number] for number in FAULTS])
def fault(request, monkeypatch):
    """Return functions that break and mend the disk under every storage."""
    number = request.param
    real_save = storage.DurableStorage._save

    def broken(self, name, content):
        raise OSError(number, os.strerror(number))

    def set_broken(on: bool) -> None:
        monkeypatch.setattr(storage.DurableStorage, "_save", broken if on else real_save)

    return set_broken


def upload(people, data: bytes = svg()) -> Asset:
    return ingest.ingest(io.BytesIO(data), owner=people["editor"], file_name="a.svg").asset


def files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and "sqlite" not in path.name]


def test_an_upload_that_cannot_be_stored_leaves_nothing_and_works_later(people, fault, home):
    fault(True)
    with pytest.raises(StorageError) as raised:
        upload(people)
    assert (raised.value.code, raised.value.status) == ("storage_failed", 503)
    assert not Asset.objects.exists() and not Blob.objects.exists() and files(home) == []
    fault(False)
    assert upload(people).state == State.RECEIVED


def test_a_disk_that_fills_up_while_writing_keeps_no_half_file(people, monkeypatch, home):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(storage.os, "fsync", full)
        with pytest.raises(StorageError):
            upload(people)
    assert files(home) == [] and not Asset.objects.exists()
    upload(people)


def test_renditions_that_cannot_be_stored_are_made_later_and_the_original_is_intact(people, fault):
    data = svg()
    asset = upload(people, data)
    fault(True)
    assert prepare.catch_up() == 1
    asset.refresh_from_db()
    assert asset.state == State.RECEIVED
    with originals().open(asset.blob.key) as file:
        assert file.read() == data
    fault(False)
    Asset.objects.update(leased_until=None)
    assert prepare.catch_up() == 1
    asset.refresh_from_db()
    assert asset.state == State.READY


def test_the_door_answers_in_words_and_stays_open(people, fault, client):
    client.force_login(people["editor"])
    fault(True)
    sent = {"file": io.BytesIO(svg())}
    answer = client.post("/api/v1/assets/", sent)
    assert answer.status_code == 503 and answer.json()["code"] == "storage_failed"
    sent = {"file": io.BytesIO(svg())}
    page = client.post("/upload/", sent, HTTP_ACCEPT="application/json").json()["files"]
    assert page[0]["state"] == "failed" and "storage" in page[0]["message"]
    fault(False)
    assert client.post("/api/v1/assets/", {"file": io.BytesIO(svg())}).status_code == 201
