"""Two writers whose transactions overlap: a reader that follows positions misses neither."""

import threading
import time
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection, connections, transaction

from assetdb import changes
from assetdb.models import Asset
from indexer import log
from indexer.models import Embedding, EmbeddingSpace
from tests.indexer.conftest import drawing

pytestmark = pytest.mark.django_db(transaction=True)


def overlap(first, second):
    """Run both writers so that the second starts while the first has written but not committed."""
    written, errors = threading.Event(), []

    def run(write, *, hold):
        try:
            with transaction.atomic():
                write()
                if hold:
                    written.set()
                    time.sleep(0.4)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    slow = threading.Thread(target=run, args=(first,), kwargs={"hold": True})
    slow.start()
    assert written.wait(10)
    quick = threading.Thread(target=run, args=(second,), kwargs={"hold": False})
    quick.start()
    return slow, quick, errors


def follow(read, *, until):
    """Read on from the last position seen, as a replica does, until both writers are done."""
    seen, position = [], 0
    while True:
        done = until()
        for key, at in read(position):
            seen.append(key)
            position = at
        if done:
            return seen


def test_the_embedding_log_skips_no_commit():
    space = EmbeddingSpace.objects.create(name="s", encoder="fake", fingerprint="f", dim=2)
    assets = [uuid4(), uuid4()]

    def writer(asset):
        return lambda: log.write(space, [log.Entry(asset, "image", np.array([1.0, 0.0], np.float32))])

    slow, quick, errors = overlap(writer(assets[0]), writer(assets[1]))
    seen = follow(
        lambda after: [(row.asset_id, row.seq) for rows in log.read(space, after=after) for row in rows],
        until=lambda: not (slow.is_alive() or quick.is_alive()),
    )
    assert errors == []
    assert seen == assets
    assert list(Embedding.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_the_change_log_skips_no_commit(make_asset):
    assets = [make_asset("a", data=drawing("#ff0000")), make_asset("b", data=drawing("#00ff00"))]
    start = changes.head()

    def writer(asset):
        return lambda: changes.touch([asset.pk])

    slow, quick, errors = overlap(writer(assets[0]), writer(assets[1]))
    seen = follow(
        lambda after: list(
            Asset.objects.filter(changed__gt=max(after, start)).order_by("changed").values_list("pk", "changed")
        ),
        until=lambda: not (slow.is_alive() or quick.is_alive()),
    )
    assert errors == []
    assert seen == [asset.pk for asset in assets]
    assert connection.vendor in {"sqlite", "postgresql"}
