"""One process that keeps the others running: web, the two workers and the beat."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.conf import settings

KEEP_LOG = 5 * 1024 * 1024
PATIENCE = 5.0
"""Seconds a child gets to stop by itself; being killed loses nothing, so few."""
_PR_SET_PDEATHSIG = 1

_CELERY = ("-m", "celery", "--quiet", "--app", "webapp.celery")


def _worker(queue: str) -> tuple[str, ...]:
    options = ("--queues", queue, "--hostname", f"{queue}@%h", "--concurrency", "1", "--pool", "prefork")
    quiet = ("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat")
    return (*_CELERY, "worker", *options, *quiet)


COMMANDS: dict[str, tuple[str, ...]] = {
    "web": ("-m", "gunicorn", "webapp.wsgi:application", "--config", "python:webapp.gunicorn"),
    "quick": _worker("quick"),
    "slow": _worker("slow"),
    "beat": (*_CELERY, "beat", "--loglevel", "WARNING", "--pidfile", ""),
}
STOP_BY = {"quick": signal.SIGQUIT, "slow": signal.SIGQUIT}
"""A worker told SIGTERM would finish its task first, however long that takes."""


@dataclass
class Child:
    """One supervised process."""

    name: str
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    failures: int = 0
    restart_at: float | None = None


class Supervisor:
    """Starts the children, restarts those that die, and stops all of them together."""

    def __init__(self, *, say: Callable[[str], None]) -> None:
        self.say = say
        self.children: dict[str, Child] = {}
        self.stopping = threading.Event()
        self.logs = Path(settings.LACUNA_HOME) / "log"
        self.logs.mkdir(exist_ok=True)

    def start(self, *names: str) -> None:
        """Start the children called ``names``."""
        for name in names:
            self.children[name] = Child(name, self._spawn(name))

    def log_of(self, name: str) -> Path:
        """Return where the child ``name`` writes what it has to say."""
        return self.logs / f"{name}.log"

    def last_words(self, name: str) -> str:
        """Return the last line in the child's log."""
        lines = self.log_of(name).read_text(errors="replace").split("\n") if self.log_of(name).exists() else []
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")

    def _spawn(self, name: str) -> subprocess.Popen[bytes]:
        with self.log_of(name).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *COMMANDS[name]],
                cwd=settings.BASE_DIR,
                env=os.environ | {"OMP_NUM_THREADS": "1", "DJANGO_SETTINGS_MODULE": "webapp.settings"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(_die_with_parent, _stop_signal(name)),
            )

    def watch(self) -> None:
        """Restart children that die, a little later each time, until ``stop`` is asked for."""
        while not self.stopping.wait(0.3):
            for child in self.children.values():
                _rotate(self.log_of(child.name))
                self._look_after(child)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.restart_at is not None:
            if now >= child.restart_at:
                child.process, child.started, child.restart_at = self._spawn(child.name), now, None
        elif (code := child.process.poll()) is not None:
            _signal(child.process, signal.SIGKILL, group=True)
            child.failures = 0 if now - child.started > 60 else child.failures + 1
            wait = min(0.5 * 2**child.failures, 30.0)
            child.restart_at = now + wait
            self.say(f"{child.name} ended ({code}) and is started again in {wait:.0f} s: {self.last_words(child.name)}")

    def stop(self) -> None:
        """Stop every child, and whatever it started, for good."""
        self.stopping.set()
        for child in self.children.values():
            _signal(child.process, _stop_signal(child.name), group=False)
        until = time.monotonic() + PATIENCE
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, until - time.monotonic()))
            _signal(child.process, signal.SIGKILL, group=True)
            child.process.wait()


def _rotate(log: Path) -> None:
    """Put a log that has grown long aside; its writer appends, and so goes on in the emptied file."""
    if log.stat().st_size > KEEP_LOG:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def _stop_signal(name: str) -> signal.Signals:
    return STOP_BY.get(name, signal.SIGTERM)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals, *, group: bool) -> None:
    try:
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
    except ProcessLookupError:
        pass


def _die_with_parent(number: signal.Signals) -> None:
    """Have the kernel end this child should the supervisor be killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
