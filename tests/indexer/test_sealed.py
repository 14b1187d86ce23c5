"""What is sealed on disk: the same answers, from nothing when it is missing, foreign or damaged."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from assetdb.models import Asset
from indexer import log, replica, sealed, spaces
from indexer.indexes import segment
from indexer.models import Embedding, EmbeddingSpace
from indexer.replica import Replica, replica_of
from tests.indexer.stock import space_of, stock, tell, unit

pytestmark = pytest.mark.django_db
SMALL = sealed.Sizes(seal=40, at_most=100, partition=10_000)
PARTITIONED = sealed.Sizes(seal=40, at_most=100, partition=60, lists=4)


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path, monkeypatch):
    settings.LACUNA_HOME = tmp_path
    monkeypatch.setattr(segment, "NANOSECONDS_VISIT", 1.0)
    monkeypatch.setattr(segment, "EXACT_UNDER_FILTER", 0)
    monkeypatch.setattr(sealed, "GRACE", -1)
    replica.forget_replicas()
    yield
    replica.forget_replicas()


@pytest.fixture
def space(people, monkeypatch):
    made = space_of()
    for module in (sealed, spaces):
        monkeypatch.setattr(module, "active_space", lambda: type(made).objects.get(pk=made.pk))
    return made


@pytest.fixture
def library(space, people):
    """A hundred assets, half of them with words and with figures."""
    assets = stock(people["editor"], 100)
    rng = np.random.default_rng(3)
    tell(space, assets, unit(rng, 100))
    tell(space, assets[:50], unit(rng, 50), segment="text")
    tell(space, assets[:50], unit(rng, 50), segment="figure:0")
    return assets


def answers(of: Replica) -> list:
    """Return everything that the two fields say, to a few queries."""
    said = []
    for query in unit(np.random.default_rng(9), 4):
        for held in (of.pictures, of.texts):
            best = held.best_assets(query, 12, within=None)
            said.append([(asset, round(score, 2)) for asset, score in best.items()])
    return said


def from_the_log(space) -> Replica:
    """Return what reading the whole log gives, whatever is on disk."""
    folder, aside = sealed.folder_of(space), sealed.folder_of(space).with_name("aside")
    if folder.exists():
        folder.rename(aside)
    read = Replica(space)
    read.catch_up()
    if aside.exists():
        aside.rename(folder)
    return read


def seal_all(sizes=SMALL) -> None:
    while sealed.catch_up(sizes=sizes):
        pass


def same(left: Replica, right: Replica) -> None:
    ids = [[asset for asset, _ in one] for one in answers(left)]
    assert ids == [[asset for asset, _ in one] for one in answers(right)]
    for mine, theirs in ((left.pictures, right.pictures), (left.texts, right.texts)):
        assert len(mine) == len(theirs)
        assert mine.count(None) == theirs.count(None)
        assert mine.moments.count == theirs.moments.count
        np.testing.assert_allclose(mine.moments.outer, theirs.moments.outer, atol=0.1)


@pytest.mark.parametrize("sizes", [SMALL, PARTITIONED])
def test_sealed_and_opened_anew_it_answers_as_the_log_does(space, library, sizes):
    seal_all(sizes)
    assert sealed.pending(sizes=sizes) == 0
    opened = Replica(space)
    assert opened.position >= space.head - 40
    assert opened.pictures.index.segments
    opened.catch_up()
    same(opened, from_the_log(space))


def test_a_few_rows_are_not_sealed(space, people):
    tell(space, stock(people["editor"], 39), unit(np.random.default_rng(1), 39))
    assert sealed.pending(sizes=SMALL) == 0
    assert sealed.catch_up(sizes=SMALL) == 0
    assert not sealed.folder_of(space).exists()


def test_what_changes_after_is_found_as_it_is_now(space, library, people):
    seal_all()
    rng = np.random.default_rng(5)
    tell(space, library[:10], unit(rng, 10))
    log_drop(space, library[10:20])
    tell(space, stock(people["editor"], 5), unit(rng, 5))
    opened = Replica(space)
    opened.catch_up()
    same(opened, from_the_log(space))
    found = {asset for one in answers(opened) for asset, _ in one}
    assert not found & {asset.pk for asset in library[10:20]} - set(opened.texts.assets())


def log_drop(space, assets) -> None:
    from django.db import transaction

    with transaction.atomic():
        entries = [log.Entry(asset.pk, name, None) for asset in assets for name in ("image", "figure:0")]
        log.write(space, entries)
    space.refresh_from_db()


def test_rounds_of_churn_merge_and_forget(space, library, people):
    rng = np.random.default_rng(6)
    for _ in range(6):
        alive = list(Asset.objects.all())
        log_drop(space, alive[:15])
        Asset.objects.filter(pk__in=[asset.pk for asset in alive[:15]]).delete()
        tell(space, stock(people["editor"], 20), unit(rng, 20))
        seal_all(sealed.Sizes(seal=10, at_most=100))
    opened = Replica(space)
    opened.catch_up()
    same(opened, from_the_log(space))
    folders = [path for path in sealed.folder_of(space).iterdir() if path.is_dir()]
    named = json.loads((sealed.folder_of(space) / sealed.MANIFEST).read_text())
    listed = {row["name"] for one in named["fields"].values() for row in one["segments"]}
    assert {path.name for path in folders} == listed
    assert len(opened.pictures.index.segments) <= 4


def test_a_running_process_takes_up_new_segments(space, library):
    running = replica_of(space)
    assert not running.pictures.index.segments
    before = answers(running)
    seal_all()
    again = replica_of(space)
    assert again is running
    assert again.pictures.index.segments
    assert [[a for a, _ in one] for one in answers(again)] == [[a for a, _ in one] for one in before]


@pytest.mark.parametrize("how", ["cut", "swapped", "gone", "manifest", "foreign", "restored"])
def test_what_is_damaged_or_foreign_is_built_anew(space, library, how):
    seal_all()
    folder = sealed.folder_of(space)
    manifest = folder / sealed.MANIFEST
    about = json.loads(manifest.read_text())
    first = folder / about["fields"]["image"]["segments"][0]["name"]
    if how == "cut":
        with (first / segment.CODES).open("r+b") as file:
            file.truncate(100)
    elif how == "swapped":
        data = bytearray((first / segment.VECTORS).read_bytes())
        data[10] ^= 255
        (first / segment.VECTORS).write_bytes(bytes(data))
    elif how == "gone":
        shutil.rmtree(first)
    elif how == "manifest":
        manifest.write_text("{")
    elif how == "foreign":
        manifest.write_text(json.dumps(about | {"fingerprint": "0" * 64}))
    else:
        EmbeddingSpace.objects.filter(pk=space.pk).update(head=space.head - 1)
        Embedding.objects.filter(space=space, seq=space.head).delete()
        space.refresh_from_db()
    opened = Replica(space)
    assert opened.position == 0
    opened.catch_up()
    same(opened, from_the_log(space))
    assert sealed.pending(sizes=SMALL) > 0
    seal_all()
    assert Replica(space).pictures.index.segments


def test_a_kill_before_the_manifest_leaves_what_was(space, library, monkeypatch):
    monkeypatch.setattr(sealed, "_replace", lambda *_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        sealed.catch_up(sizes=SMALL)
    monkeypatch.undo()
    assert sealed.opened(space) is None
    same(replica_of(space), from_the_log(space))


def test_a_row_that_moves_during_a_search_is_found(space, library, monkeypatch):
    seal_all()
    held = Replica(space).pictures
    row = held.index.segments[0].ids[:1]
    moved = held.index.vectors(row)
    real = segment.Segment.search

    def meanwhile(self, *args, **options):
        monkeypatch.undo()
        held.index.put(row, held.index.owners(row), moved)
        return real(self, *args, **options)

    monkeypatch.setattr(segment.Segment, "search", meanwhile)
    assert int(row[0]) in held.index.search(moved, 3).ids[0]
    assert held.index.search(moved, 3).ids[0].tolist().count(int(row[0])) == 1
