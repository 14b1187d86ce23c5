"""The supervisor, for real: it starts everything, brings back what dies, and leaves nobody behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 120
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads processes from Linux' /proc"),
]


class Server:
    """A library of its own, served by ``manage.py serve``."""

    def __init__(self, home: Path, port: int | None = None) -> None:
        self.home, self.port = home, port or free_port()
        self.out = home.parent / f"{uuid.uuid4().hex}.out"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LACUNA", "DATABASE", "DJANGO", "CELERY"))}
        settings = {"LACUNA_HOME": str(home), "LACUNA_SAMPLE": "0", "PORT": str(self.port), "HOST": "127.0.0.1"}
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"], cwd=ROOT, env=clean | settings, stdout=out, stderr=out
            )

    def said(self) -> str:
        return self.out.read_text()

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def processes(self, *words: str) -> set[int]:
        """Return the processes of this library whose command line holds every one of ``words``."""
        return {pid for pid, line in processes_of(self.home) if all(word in line for word in words)}


def processes_of(home: Path):
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"LACUNA_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true, what: str):
    """Wait for ``true()`` and return it."""
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.2)
    return found


@pytest.fixture
def serve(tmp_path):
    servers = []

    def start(home: Path | None = None, port: int | None = None) -> Server:
        servers.append(Server(home or tmp_path / "library", port))
        return servers[-1]

    yield start
    for server in servers:
        server.process.kill()
        server.process.wait()
        for pid in server.processes():
            os.kill(pid, signal.SIGKILL)


def all_up(server: Server) -> bool:
    assert server.process.poll() is None, server.said()
    queues = all(len(server.processes("celery", f"--queues {queue}")) == 2 for queue in ("quick", "slow"))
    return server.healthy() and queues and len(server.processes("celery", "--pidfile")) == 1


def test_what_dies_comes_back_and_everything_ends_together(serve, tmp_path):
    server = serve()
    until(lambda: all_up(server), "everything runs")
    link = until(lambda: re.search(r"http://\S+/sign-in/\S+", server.said()), "the link is printed")[0]

    second = serve()
    assert second.process.wait(PATIENCE) != 0
    assert "is running already" in second.said()
    third = serve(tmp_path / "other", server.port)
    assert third.process.wait(PATIENCE) != 0
    assert "cannot be had" in third.said()

    for words in (("gunicorn",), ("--queues slow",)):
        before = server.processes(*words)
        os.kill(min(before), signal.SIGKILL)
        until(lambda w=words, b=before: not b & server.processes(*w), "nobody of the killed family is left")
        until(lambda: all_up(server), "it was started again")
    assert [name in server.said() for name in ("web ended (-9)", "slow ended (-9)", "quick ended")] == [
        True,
        True,
        False,
    ]

    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(link, timeout=30) as page:
        assert page.url == f"http://127.0.0.1:{server.port}/"
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(PATIENCE) == 0
    assert server.processes() == set()


def test_children_end_with_a_killed_supervisor_and_the_next_one_starts(serve):
    server = serve()
    until(lambda: all_up(server), "everything runs")
    server.process.kill()
    server.process.wait()
    until(lambda: not server.processes(), "no child is left")
    again = serve(server.home, server.port)
    until(lambda: all_up(again), "everything runs again")
