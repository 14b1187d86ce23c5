"""The library's own processes, started one by one as systemd or a compose file starts them."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.services import ROOT
from webapp.supervisor import COMMANDS, STOP_BY


class Processes:
    """Web, workers and beat, each with a log of its own."""

    def __init__(self, logs: Path, environment: dict[str, str]) -> None:
        self.logs, self.environment = logs, environment | {"OMP_NUM_THREADS": "1"}
        self.running: dict[str, subprocess.Popen] = {}

    def start(self, *names: str) -> None:
        for name in names:
            with (self.logs / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, *COMMANDS[name]],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    def said(self, name: str) -> list[str]:
        """Return the lines that a process has written."""
        return (self.logs / f"{name}.log").read_text().splitlines()

    def all_run(self) -> bool:
        return all(process.poll() is None for process in self.running.values())

    def stop(self) -> None:
        for name, process in self.running.items():
            process.send_signal(STOP_BY.get(name, signal.SIGTERM))
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(8)
            process.kill()
            process.wait()


@contextlib.contextmanager
def processes(logs: Path, environment: dict[str, str]) -> Iterator[Processes]:
    """Have everything that is started stopped at the end."""
    these = Processes(logs, environment)
    try:
        yield these
    finally:
        these.stop()
