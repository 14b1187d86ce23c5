"""The pages are built without a warning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "--keep-going", "-q", "-b", "html", "-d"]
    places = [str(folder / "doctrees"), "docs", str(folder / "html")]
    done = subprocess.run([*command, *places], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_what_is_read_off_the_code_is_in_it(site):
    assert "--approve" in (site / "reference/commands.html").read_text()
    api = (site / "reference/api.html").read_text()
    assert "/api/v1/search/" in api and 'id="shape-asset"' in api


def test_a_block_that_is_not_run_says_so_to_the_reader(site):
    assert "Not run by the tests" in (site / "tour.html").read_text()
