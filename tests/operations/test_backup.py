"""A library that was kept is whole when it comes back, whatever went on meanwhile; what is damaged is named."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assetdb import backup, dump, integrity, lifecycle, manifest, restore
from assetdb.errors import DamError
from assetdb.manifest import Backup
from assetdb.models import Blob
from assetdb.models.file import originals
from tests.services import ROOT, environment, manage

WRITTEN = {"unreadable_assets"}
"""What the doctor says of the files that the writer adds, which are no pictures."""


def silent(what: str, done: int, total: int) -> None:
    """Nobody looks on."""


@pytest.fixture
def library(tmp_path: Path) -> dict[str, str]:
    """The environment of a library of a dozen pictures."""
    env = environment(tmp_path / "library")
    subprocess.run([sys.executable, "-m", "tests.operations.library", "fill"], cwd=ROOT, env=env, check=True)
    return env


@pytest.fixture
def writer(library: dict[str, str]) -> Iterator[subprocess.Popen]:
    """Somebody who adds to the library and deletes from it all the time."""
    writing = subprocess.Popen(
        [sys.executable, "-m", "tests.operations.library", "write"], cwd=ROOT, env=library, stdout=subprocess.PIPE
    )
    yield writing
    writing.kill()
    writing.wait()


@pytest.mark.slow
def test_a_library_in_use_is_kept_and_comes_back(library, writer, tmp_path):
    for _ in range(3):
        assert writer.stdout.readline()
    kept = tmp_path / "kept"
    told = json.loads(manage("backup", str(kept), "--json", env=library))
    assert (told["problems"], told["key"]) == ([], True)
    assert 12 <= told["originals"]["count"] <= 15
    assert writer.poll() is None and writer.stdout.readline(), "the writer goes on"
    writer.kill()
    writer.wait()
    answer = answered(library)
    assert (answer["verdict"], answer["hits"][0]["title"]) == ("hit", "birthday cake")

    env = library | {"LACUNA_HOME": str(tmp_path / "restored")}
    done = json.loads(manage("restore", str(kept), "--json", env=env))
    assert {problem["code"] for problem in done["problems"]} <= WRITTEN
    assert done["pending"]["embed"] == 0
    report = json.loads(manage("doctor", "--json", env=env))
    assert {problem["code"] for problem in report["problems"]} <= {"weak_sandbox", *WRITTEN}
    assert (tmp_path / "restored" / "secret_key").read_text() == (tmp_path / "library" / "secret_key").read_text()
    assert answered(env) == answer

    sha256 = (Path(told["folder"]) / manifest.LISTED).read_text()[:64]
    damaged = kept / manifest.ORIGINALS / Blob(sha256=sha256).key
    spoil(damaged)
    found = json.loads(manage("backup", str(kept), "--verify", "--json", env=library, code=1))["problems"]
    assert [(one["code"], one["file"]) for one in found] == [("damaged", damaged.relative_to(kept).as_posix())]
    refused = json.loads(
        manage("restore", str(kept), "--json", env=library | {"LACUNA_HOME": str(tmp_path / "refused")}, code=1)
    )
    assert (refused["code"], sha256 in refused["extra"]["file"]) == ("damaged_backup", True)


def answered(env: dict[str, str]) -> dict:
    """Return what a library answers, but for how much waits: a restored one has caught up."""
    answer = json.loads(manage("search", "birthday cake", "--json", env=env))
    return {name: value for name, value in answer.items() if name != "unindexed"}


def spoil(path: Path) -> None:
    """Change one byte of a file, and nothing about its size."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.fixture
def kept(transactional_db, make_asset, tmp_path: Path) -> Backup:
    """The backup of a library of two pictures."""
    make_asset("one")
    make_asset("two")
    return backup.make(tmp_path / "kept", report=silent)


def refusal(code: str, work) -> DamError:
    with pytest.raises(DamError) as caught:
        work()
    assert caught.value.code == code, caught.value.message
    return caught.value


def test_the_next_backup_copies_only_what_is_new(kept, make_asset):
    make_asset("three")
    reports = []
    again = backup.make(kept.folder.parent, report=lambda *told: reports.append(told))
    assert [told for told in reports if told[0] == "originals"] == [("originals", 1, 1)]
    assert (kept.manifest.originals["count"], again.manifest.originals["count"]) == (2, 3)
    assert manifest.find(kept.folder.parent).folder == again.folder
    for one in (kept, again):
        assert manifest.damages(one, report=silent) == []


def test_an_original_that_the_library_lost_is_named_and_the_rest_is_kept(kept, make_asset):
    lost, spoilt = make_asset("lost").blob, make_asset("spoilt").blob
    originals().delete(lost.key)
    spoil(Path(originals().path(spoilt.key)))
    again = backup.make(kept.folder.parent, report=silent)
    assert sorted(again.manifest.lost) == sorted([lost.sha256, spoilt.sha256])
    assert again.manifest.originals["count"] == 2
    assert not again.original(spoilt.sha256).exists()
    assert manifest.damages(again, report=silent) == []


def test_what_is_deleted_for_good_meanwhile_is_kept_all_the_same(kept, make_asset, people, monkeypatch):
    doomed, write = make_asset("doomed", owner=people["admin"]), dump.write
    key = doomed.blob.key

    def slow(path):
        snapshot = write(path)
        lifecycle.trash(people["admin"], [doomed.pk])
        lifecycle.purge(people["admin"], [doomed.pk])
        integrity.sweep(older_than=timedelta(0))
        return snapshot

    monkeypatch.setattr(dump, "write", slow)
    again = backup.make(kept.folder.parent, report=silent)
    assert doomed.blob_id in again.blobs()
    assert again.manifest.lost == []
    assert manifest.damages(again, report=silent) == []
    assert originals().exists(key), "nobody has swept yet"
    integrity.sweep(older_than=timedelta(0))
    assert not originals().exists(key)


def test_a_backup_that_failed_keeps_nobody_from_deleting(kept, make_asset, people, monkeypatch):
    def fail(path):
        raise DamError("client_program_failed", "pg_dump failed")

    monkeypatch.setattr(dump, "write", fail)
    refusal("client_program_failed", lambda: backup.make(kept.folder.parent, report=silent))
    doomed = make_asset("doomed", owner=people["admin"])
    key = doomed.blob.key
    lifecycle.trash(people["admin"], [doomed.pk])
    lifecycle.purge(people["admin"], [doomed.pk])
    assert not originals().exists(key)


def test_an_interrupted_backup_is_gone_on_with(kept):
    left = kept.folder.parent / "20200101T000000.000Z.partial"
    left.mkdir()
    (left / "database.sqlite3").touch()
    refusal("not_a_backup", lambda: manifest.find(left))
    backup.make(kept.folder.parent, report=silent)
    assert list(kept.folder.parent.glob("*.partial")) == []


def test_nobody_else_may_read_a_backup(kept):
    assert kept.folder.stat().st_mode & 0o077 == kept.folder.parent.stat().st_mode & 0o077 == 0
    assert "secret_key" not in kept.manifest.files, "none was made in this test's home"


def test_secrets_of_the_environment_are_not_written_down(kept, monkeypatch):
    for name in ("LACUNA_METRICS_TOKEN", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "LACUNA_SECRET_KEY"):
        monkeypatch.setenv(name, "something-secret" * 4)
    monkeypatch.setenv("LACUNA_PUBLIC", "1")
    told = dict(backup._settings())
    assert told["LACUNA_PUBLIC"] == "1"
    assert "something-secret" not in json.dumps(told)


def test_no_two_backups_share_a_folder_at_once(kept):
    with (kept.folder.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refusal("backup_running", lambda: backup.make(kept.folder.parent, report=silent))


def test_too_little_room_is_said_before_anything_is_begun(kept, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    assert "0 MB are free" in refusal("no_room", lambda: backup.make(kept.folder.parent, report=silent)).message
    monkeypatch.setattr(dump, "is_empty", lambda: True)
    refusal("no_room", lambda: restore.restore(kept, report=silent))


def test_a_folder_that_cannot_be_written_is_refused(kept):
    (kept.folder.parent / "file").touch()
    refusal("not_writable", lambda: backup.make(kept.folder.parent / "file" / "below", report=silent))


def test_every_damaged_file_is_named(kept):
    spoil(kept.dump)
    sha256 = next(iter(kept.blobs()))
    kept.original(sha256).unlink()
    found = {damage["code"]: damage["file"] for damage in manifest.damages(kept, report=silent)}
    assert found == {"damaged": "database.sqlite3", "missing": f"originals/{Blob(sha256=sha256).key}"}
    spoil(kept.folder / manifest.LISTED)
    assert {damage["file"] for damage in manifest.damages(kept, report=silent)} >= {manifest.LISTED}


@pytest.mark.parametrize("text", ["{}", "no json", '{"format": 1, "unknown": 2}'])
def test_what_is_no_backup_is_refused(tmp_path, text):
    refusal("not_a_backup", lambda: manifest.find(tmp_path))
    (tmp_path / manifest.MANIFEST).write_text(text)
    refusal("not_a_backup", lambda: manifest.find(tmp_path))


def changed(kept: Backup, **fields) -> Backup:
    said = json.loads((kept.folder / manifest.MANIFEST).read_text()) | fields
    (kept.folder / manifest.MANIFEST).write_text(json.dumps(said))
    return manifest.find(kept.folder)


def test_a_backup_of_a_newer_version_is_refused(kept):
    refusal("newer_backup", lambda: changed(kept, format=99))
    newer = changed(kept, format=1, migrations=[["assetdb", "0001_initial"], ["assetdb", "9999_of_tomorrow"]])
    assert "assetdb.9999_of_tomorrow" in refusal("newer_backup", lambda: restore.restore(newer, report=silent)).message


def test_a_backup_of_another_kind_of_database_is_refused(kept):
    other = changed(kept, vendor="oracle")
    refusal("other_database", lambda: restore.restore(other, report=silent))


def test_nothing_is_overwritten(kept, monkeypatch):
    assert "tables already" in refusal("not_empty", lambda: restore.restore(kept, report=silent)).message
    monkeypatch.setattr(dump, "is_empty", lambda: True)
    monkeypatch.setattr(dump, "load", lambda path: None)
    restore.restore(kept, report=silent)  # the same originals, as an interrupted restoring leaves them
    extra = "ab" * 32
    originals().save(Blob(sha256=extra).key, originals().open(next(integrity.folders(originals()))[0]))
    assert extra in refusal("not_empty", lambda: restore.restore(kept, report=silent)).message


def test_a_damaged_dump_is_not_restored(kept, monkeypatch):
    monkeypatch.setattr(dump, "is_empty", lambda: True)
    spoil(kept.dump)
    refusal("damaged_backup", lambda: restore.restore(kept, report=silent))


def test_an_empty_database_is_no_library(monkeypatch, db, tmp_path):
    monkeypatch.setattr(dump.connection.introspection, "table_names", list)
    refusal("no_library", lambda: backup.make(tmp_path / "kept", report=silent))


def test_a_missing_client_program_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(dump, "_login", lambda: iter(()))
    said = refusal("no_client_program", lambda: dump._run("pg_dump_that_is_not_there")).message
    assert "apt install postgresql-client" in said
    assert "secret" not in refusal("client_program_failed", lambda: dump._run("false")).message
