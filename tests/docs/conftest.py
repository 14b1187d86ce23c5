"""A library that is being served, for the pages' examples to be run against."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

from tests.browser.test_journey import environment, wait_for  # noqa: E402


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> Iterator[tuple[str, dict[str, str]]]:
    """Return the address and the environment of a library with a few dozen illustrations, all of them indexed."""
    home = tmp_path_factory.mktemp("docs-library")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = {"cwd": ROOT, "env": environment(home, port) | {"LACUNA_WEBHOOK_HOSTS": "127.0.0.1"}}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True, timeout=120, **run)
    subprocess.run([sys.executable, "-m", "tests.docs.stock"], check=True, timeout=120, **run)
    log = (home / "serve.txt").open("w+")
    server = subprocess.Popen([sys.executable, "manage.py", "serve"], stdout=log, stderr=subprocess.STDOUT, **run)
    try:
        try:
            wait_for(lambda: re.search(r"/sign-in/\S+", (home / "serve.txt").read_text()), 90)
        except AssertionError:
            pytest.fail(f"the library does not serve:\n{(home / 'serve.txt').read_text()}")
        yield f"http://127.0.0.1:{port}", run["env"]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        log.close()
