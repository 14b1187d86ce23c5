"""SQLite as it is configured: many writers wait for each other and none is turned away."""

import threading

import pytest
from django.db import connection, connections, transaction

from indexer.models import Cursor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL does this by itself"),
]
WRITERS, TIMES = 8, 50


def test_eight_writers_at_once_meet_no_lock():
    Cursor.objects.create(pk="count")
    errors: list[Exception] = []

    def write():
        try:
            for _ in range(TIMES):
                with transaction.atomic():
                    row = Cursor.objects.get(pk="count")
                    row.position += 1
                    row.save()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Cursor.objects.get(pk="count").position == WRITERS * TIMES


def test_the_journal_is_a_write_ahead_log():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
