"""``kill -9`` in the middle of a run, again and again: one run, one proposed asset, nothing doubled."""

import random
import signal
import sqlite3
import subprocess
import time

import pytest

from tests.indexer.test_kill import run


@pytest.mark.slow
def test_a_worker_killed_at_random_moments_converges(tmp_path):
    assert run(tmp_path, "manage.py", "migrate", stdout=subprocess.DEVNULL).wait(120) == 0
    assert run(tmp_path, "-m", "tests.generators.run_child", "ask").wait(120) == 0
    database = sqlite3.connect(tmp_path / "lacuna.sqlite3", timeout=30, isolation_level=None)
    dice, kills = random.Random(3), 0
    for _ in range(30):
        child = run(tmp_path, "-m", "tests.generators.run_child", "work", stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0.05, 0.6))
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
        child.wait(30)
        if "done" in rest:
            break
        kills += 1
        database.execute("UPDATE generators_run SET leased_until = '2020-01-01 00:00:00'")
        # A file whose reader dies three times is taken for poison; here it is the reader that is unlucky.
        database.execute("UPDATE assetdb_asset SET leased_until = NULL, attempts = 0")
    assert kills >= 2, "the worker was never interrupted, so this proves nothing"
    last = run(tmp_path, "-m", "tests.generators.run_child", "work", stdout=subprocess.DEVNULL)
    assert last.wait(120) == 0
    ((state, asset),) = database.execute("SELECT state, asset_id FROM generators_run").fetchall()
    assert state == "review"
    rows = database.execute("SELECT id, review, state, blob_id FROM assetdb_asset").fetchall()
    assert [key for key, review, _, _ in rows if review == "pending"] == [asset]
    assert {kind for _, _, kind, _ in rows} == {"ready"}
    assert len({blob for *_, blob in rows}) == len(rows)
    assert len(rows) == 4
    (provenances,) = database.execute("SELECT count(*) FROM generators_provenance").fetchone()
    assert provenances == len(rows)
    numbers = [n for (n,) in database.execute("SELECT number FROM generators_candidate ORDER BY number")]
    assert numbers == [0, 1, 2, 3]
