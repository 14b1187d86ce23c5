"""Folders, the sample library, and imports that survive a kill."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import pytest

from assetdb import ingest, prepare, sources
from assetdb.errors import DamError
from assetdb.items import Item
from assetdb.models import Asset, AssetTag, ImportRun, Origin, State
from tests.assetdb.pictures import raster

SKIN_TONES = {"1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF"}


def test_folders_are_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.png", "a/1.png", "c.png", ".hidden.png", ".git/x.png", "b/.DS_Store"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in sources.walk([tmp_path])]
    assert found == ["c.png", "a/1.png", "b/2.png"]
    assert list(sources.walk([tmp_path / "c.png"])) == [tmp_path / "c.png"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "secret.png").touch()
    (root / "own.png").touch()
    (root / "inner.png").symlink_to(root / "own.png")
    (root / "outer.png").symlink_to(outside / "secret.png")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "broken.png").symlink_to(root / "nothing")
    os.mkfifo(root / "pipe.png")
    assert [path.name for path in sources.walk([root])] == ["inner.png", "own.png"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DamError) as caught:
        list(sources.walk([tmp_path / "nothing"]))
    assert caught.value.code == "no_such_path"


def test_the_sample_is_the_base_emoji_named_in_two_languages() -> None:
    items = list(sources.sample_items())
    assert 1700 <= len(items) <= 2100
    assert len({item.path for item in items}) == len(items)
    assert all(item.title and item.path.is_file() for item in items)
    assert not any(SKIN_TONES & set(item.path.stem.split("-")) for item in items)
    assert sum(bool(item.title_zh) for item in items) >= 0.95 * len(items)
    named = {item.title: item.title_zh for item in items}
    assert named["birthday cake"] == "生日蛋糕"
    assert named["black cat"] == "黑猫"
    assert named["flag: France"] == "旗：法国"
    assert not any(":" in title or "_" in title for title in named if not title.startswith("flag: "))
    assert {(item.licence, item.credit, item.source_url) for item in items} == {
        ("CC-BY-SA-4.0", "OpenMoji", "https://openmoji.org")
    }


@pytest.fixture
def run(people, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImportRun:
    """An import of seventy small pictures, one of them broken."""
    items = []
    for number in range(70):
        path = tmp_path / f"{number:02}.png"
        path.write_bytes(raster(colour=number) if number != 50 else b"nothing")
        items.append(Item(path=path, title=f"picture {number}", title_zh="图", licence="CC0-1.0", credit="Ann"))
    monkeypatch.setitem(sources.SOURCES, "pictures", lambda: iter(items))
    return ImportRun.objects.create(source="pictures", owner=people["admin"])


@pytest.mark.django_db
def test_an_import_says_how_far_it_is_and_what_failed(run) -> None:
    assert sources.run_import(run) == 70
    run.refresh_from_db()
    assert (run.state, run.total, run.done, run.failed) == ("done", 70, 69, 1)
    assert run.leased_until is None
    asset = Asset.objects.get(title="picture 3")
    assert (asset.state, asset.origin, asset.title_zh, asset.credit) == (
        State.READY,
        Origin.IMPORTED,
        "图",
        "Ann",
    )
    assert not AssetTag.objects.exists()
    assert sources.run_import(run) == 0, "what is done is not done again"


@pytest.mark.django_db
def test_an_import_goes_on_where_it_stopped(run) -> None:
    assert sources.run_import(run, limit=1) == 32
    run.refresh_from_db()
    assert (run.state, run.done, run.total) == ("running", 32, 70)
    assert sources.catch_up() == 38
    run.refresh_from_db()
    assert (run.state, run.done, run.failed) == ("done", 69, 1)
    assert Asset.objects.count() == 70
    assert not sources.pending().exists()


@pytest.mark.django_db
def test_an_import_broken_off_in_a_batch_repeats_only_that_batch(run, monkeypatch) -> None:
    calls = iter(range(1000))
    catch_up = prepare.catch_up

    def die_in_the_second_batch(**options):
        if next(calls) == 1:
            raise KeyboardInterrupt
        return catch_up(**options)

    monkeypatch.setattr(prepare, "catch_up", die_in_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        sources.run_import(run)
    assert Asset.objects.count() == 64
    assert sources.catch_up() == 38
    run.refresh_from_db()
    assert (run.state, run.done, run.failed) == ("done", 69, 1)
    assert Asset.objects.count() == 70


@pytest.mark.django_db
def test_a_leased_import_is_left_to_who_has_it(run) -> None:
    from django.utils import timezone

    ImportRun.objects.update(state="running", leased_until=timezone.now() + sources.LEASE)
    assert sources.catch_up() == 0
    assert not Asset.objects.exists()


@pytest.mark.django_db
def test_a_cancelled_import_stops_after_the_files_in_hand(run, monkeypatch) -> None:
    take = ingest.ingest

    def cancel_meanwhile(path, **options):
        if path.name == "05.png":
            assert sources.cancel(run.pk)
        return take(path, **options)

    monkeypatch.setattr(ingest, "ingest", cancel_meanwhile)
    assert sources.run_import(run) == 32
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not sources.cancel(run.pk)
    assert not sources.pending().exists()


@pytest.mark.django_db
def test_the_sample_is_started_once_and_only_in_an_empty_library(people, make_asset, settings) -> None:
    settings.LACUNA_SAMPLE = False
    assert sources.start_sample(people["admin"]) is None
    settings.LACUNA_SAMPLE = True
    run = sources.start_sample(people["admin"])
    assert (run.source, run.state, run.owner) == ("openmoji", "queued", people["admin"])
    assert sources.start_sample(people["admin"]) is None
    run.delete()
    make_asset("cat")
    assert sources.start_sample(people["admin"]) is None


@pytest.mark.django_db
def test_sample_pictures_are_readable_and_carry_their_rights(people) -> None:
    for item in islice(sources.sample_items(), 0, None, 200):
        sources.ingest_item(item, owner=people["admin"])
    prepare.catch_up()
    assets = Asset.objects.all()
    assert len(assets) >= 9
    assert {(a.state, a.licence, a.credit, a.derivatives_allowed) for a in assets} == {
        (State.READY, "CC-BY-SA-4.0", "OpenMoji", True)
    }


def test_a_file_found_below_a_folder_is_opened(tmp_path: Path) -> None:
    (tmp_path / "root" / "below").mkdir(parents=True)
    (tmp_path / "root" / "below" / "own.png").write_bytes(b"own")
    (tmp_path / "root" / "inner.png").symlink_to(tmp_path / "root" / "below" / "own.png")
    for path in sources.walk([tmp_path / "root"]):
        with sources.opened(path, within=[tmp_path / "root"]) as file:
            assert file.read() == b"own"
    alone = tmp_path / "root" / "inner.png"
    with sources.opened(alone, within=[alone]) as file:
        assert file.read() == b"own"


@pytest.mark.parametrize("exchanged", ["below/own.png", "below"])
@pytest.mark.parametrize("moment", ["before it is looked at", "after it was looked at"])
def test_what_is_exchanged_for_a_link_out_of_the_folder_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanged: str, moment: str
) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "below", outside / "below"):
        folder.mkdir(parents=True)
        (folder / "own.png").write_bytes(folder.parent.name.encode())
    (found,) = sources.walk([root])

    def exchange() -> None:
        (root / exchanged).rename(tmp_path / "aside")
        (root / exchanged).symlink_to(outside / exchanged)

    if moment == "before it is looked at":
        exchange()
    else:
        descend = sources._descend
        monkeypatch.setattr(sources, "_descend", lambda *places: (exchange(), descend(*places))[1])
    with pytest.raises(DamError) as caught, sources.opened(found, within=[root]):
        pass
    assert caught.value.code == "no_such_path"


def test_what_is_exchanged_for_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "own.png").touch()
    (found,) = sources.walk([tmp_path])
    found.unlink()
    os.mkfifo(found)
    with pytest.raises(DamError), sources.opened(found, within=[tmp_path]):
        pass
