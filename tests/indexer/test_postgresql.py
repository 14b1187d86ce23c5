"""The same tests on PostgreSQL: everything whose SQL or locking differs between databases."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import postgresql

ROOT = Path(__file__).parents[2]
SAME = [
    "tests/indexer/test_postgresql.py",
    "tests/indexer/test_search.py",
    "tests/indexer/test_ordered_commits.py",
    "tests/indexer/test_words.py",
    "tests/indexer/test_embed.py",
    "tests/indexer/test_views.py",
    "tests/indexer/test_log.py",
    "tests/assetdb/test_access.py",
    "tests/assetdb/test_ingest.py",
    "tests/assetdb/test_integrity.py",
    "tests/assetdb/test_lifecycle.py",
    "tests/assetdb/test_sources.py",
]


def test_the_database_is_the_one_asked_for(db):
    from django.db import connection

    assert connection.vendor == ("postgresql" if "LACUNA_TEST_DATABASE_URL" in os.environ else "sqlite")


@pytest.mark.slow
@pytest.mark.skipif("LACUNA_TEST_DATABASE_URL" in os.environ, reason="this run is on PostgreSQL already")
def test_the_same_tests_pass_on_postgresql():
    with postgresql() as server:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *SAME],
            cwd=ROOT,
            env=os.environ | {"LACUNA_TEST_DATABASE_URL": server.url()},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
        assert int(re.search(r"(\d+) passed", run.stdout)[1]) > 100
