"""``kill -9`` in the middle of embedding, again and again: nothing lost, nothing doubled."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASSETS = 30


def run(home: Path, *arguments: str, **options) -> subprocess.Popen:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"LACUNA_HOME": str(home), "LACUNA_LOG": "ERROR", "DJANGO_SETTINGS_MODULE": "webapp.settings"}
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, **options)


@pytest.mark.slow
def test_a_reader_killed_at_random_moments_converges(tmp_path):
    assert run(tmp_path, "manage.py", "migrate", stdout=subprocess.DEVNULL).wait(120) == 0
    assert run(tmp_path, "-m", "tests.indexer.embedding_child", "fill", str(ASSETS)).wait(120) == 0
    database = sqlite3.connect(tmp_path / "lacuna.sqlite3", timeout=30, isolation_level=None)
    dice, kills = random.Random(7), 0
    for _ in range(40):
        child = run(tmp_path, "-m", "tests.indexer.embedding_child", "embed", stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0, 0.35))
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
        child.wait(30)
        if "done" in rest:
            break
        kills += 1
        database.execute("UPDATE indexer_cursor SET held_until = '2020-01-01 00:00:00'")
    assert kills >= 3, "the reader was never interrupted, so this proves nothing"
    last = run(tmp_path, "-m", "tests.indexer.embedding_child", "embed", stdout=subprocess.DEVNULL)
    assert last.wait(120) == 0
    rows = database.execute("SELECT asset_id, segment, seq FROM indexer_embedding WHERE vector IS NOT NULL").fetchall()
    assets = {key for (key,) in database.execute("SELECT id FROM assetdb_asset")}
    for segment in ("image", "text"):
        assert sorted(key for key, kind, _ in rows if kind == segment) == sorted(assets)
    positions = sorted(seq for _, _, seq in rows)
    assert len(set(positions)) == len(positions) == 2 * ASSETS
    (head,) = database.execute("SELECT head FROM indexer_embeddingspace").fetchone()
    assert head == positions[-1]
