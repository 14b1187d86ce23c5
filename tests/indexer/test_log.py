"""The embedding log is ordered and whole."""

from uuid import uuid4

import numpy as np
import pytest
from django.db import transaction

from indexer import log
from indexer.models import Embedding, EmbeddingSpace

pytestmark = pytest.mark.django_db


@pytest.fixture
def space():
    return EmbeddingSpace.objects.create(name="s", encoder="fake", fingerprint="f", dim=4)


def write(space, *entries):
    with transaction.atomic():
        log.write(space, entries)


def vector(*values):
    row = np.array(values, dtype=np.float32)
    return row / np.linalg.norm(row)


def test_rows_are_read_in_the_order_they_were_written(space):
    assets = [uuid4() for _ in range(7)]
    for asset in assets:
        write(space, log.Entry(asset, "image", vector(1, 0, 0, 0)))
    chunks = list(log.read(space, after=2, chunk=2))
    assert [row.asset_id for rows in chunks for row in rows] == assets[2:]
    assert [row.seq for rows in chunks for row in rows] == [3, 4, 5, 6, 7]
    assert [len(rows) for rows in chunks] == [2, 2, 1]


def test_a_change_rewrites_the_row_with_a_new_position_and_the_same_key(space):
    asset = uuid4()
    write(space, log.Entry(asset, "image", vector(1, 0, 0, 0), "a"))
    before = Embedding.objects.get()
    write(space, log.Entry(uuid4(), "image", vector(0, 1, 0, 0)))
    write(space, log.Entry(asset, "image", vector(0, 0, 1, 0), "b"))
    after = Embedding.objects.get(asset_id=asset)
    assert after.pk == before.pk
    assert (before.seq, after.seq) == (1, 3)
    assert after.source_digest == "b"
    np.testing.assert_allclose(log.vector_of(after), [0, 0, 1, 0], atol=1e-3)


def test_a_removal_leaves_a_tombstone_that_readers_see(space):
    asset = uuid4()
    write(space, log.Entry(asset, "image", vector(1, 0, 0, 0)))
    write(space, log.Entry(asset, "image", None))
    (row,) = next(log.read(space, after=1))
    assert row.asset_id == asset
    assert log.vector_of(row) is None


def test_vectors_of_purged_assets_are_pruned(space, make_asset):
    alive = make_asset("alive")
    write(
        space,
        log.Entry(alive.pk, "image", vector(1, 0, 0, 0)),
        log.Entry(uuid4(), "image", vector(0, 1, 0, 0)),
    )
    assert log.prune(space) == 1
    assert log.prune(space) == 0
    assert Embedding.objects.get(vector__isnull=False).asset_id == alive.pk


@pytest.mark.django_db(transaction=True)
def test_writing_outside_a_transaction_is_refused(space):
    with pytest.raises(RuntimeError):
        log.write(space, [log.Entry(uuid4(), "image", None)])
