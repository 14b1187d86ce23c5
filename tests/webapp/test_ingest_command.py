"""`manage.py ingest`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assetdb.models import Asset, State
from tests.assetdb.pictures import drawing, raster

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "pictures"
    (root / "deep").mkdir(parents=True)
    (root / "a.png").write_bytes(raster())
    (root / "deep" / "b.svg").write_bytes(drawing())
    return root


def run(*arguments: str | Path, **options) -> tuple[int, dict]:
    out = io.StringIO()
    try:
        call_command("ingest", *map(str, arguments), "--json", stdout=out, **options)
    except SystemExit as ended:
        return int(ended.code), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_a_folder_is_taken_in_and_a_second_run_finds_it_there(people, folder) -> None:
    assert run(folder) == (0, {"ingested": 2, "duplicates": 0, "failed": []})
    assert set(Asset.objects.values_list("state", "owner__username")) == {(State.READY, "admin")}
    assert run(folder) == (0, {"ingested": 0, "duplicates": 2, "failed": []})


def test_failures_are_typed_and_the_rest_goes_on(people, folder) -> None:
    broken = folder / "broken.png"
    broken.write_bytes(b"")
    secret = folder / "deep" / "page.jpg"
    secret.write_bytes(b"<html><script>")
    code, outcome = run(folder)
    assert code == 1
    assert outcome["ingested"] == 2
    assert [(f["path"], f["code"]) for f in outcome["failed"]] == [
        (str(broken), "empty_file"),
        (str(secret), "type_conflict"),
    ]
    assert all(set(failure) == {"path", "code", "message"} for failure in outcome["failed"])


def test_owner_visibility_and_rights_are_set(people, folder) -> None:
    run(
        folder / "a.png",
        "--owner",
        "editor",
        "--visibility",
        "private",
        "--licence",
        "CC-BY-4.0",
        "--credit",
        "Ann",
    )
    asset = Asset.objects.get()
    assert (asset.owner.username, asset.visibility, asset.licence) == ("editor", "private", "CC-BY-4.0")
    assert asset.credit == "Ann"


@pytest.mark.parametrize("arguments", [["nowhere"], ["--owner", "nobody", "."], ["--licence", "WTFPL", "."]])
def test_what_cannot_be_done_is_said(people, arguments) -> None:
    with pytest.raises(CommandError):
        call_command("ingest", *arguments)
