"""SIGKILL at each step of taking a file in: the next try ends in the same place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.assetdb.kill_driver import STEPS

DRIVER = Path(__file__).with_name("kill_driver.py")


def test_a_kill_at_any_step_converges(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["LACUNA_HOME"] = str(tmp_path)
    done = subprocess.run([sys.executable, str(DRIVER)], env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(outcomes) == len(STEPS)
    for outcome in outcomes:
        assert outcome["killed"], outcome
        assert outcome["assets"] == ["ready"], outcome
        assert (outcome["blobs"], outcome["renditions"], outcome["files"]) == (1, 2, 3), outcome
        assert outcome["problems"] == [], outcome
    before_the_row = [tuple(outcome["step"]) for outcome in outcomes if outcome["created_again"]]
    assert before_the_row == STEPS[:7], "whatever was committed before the kill is not done twice"
