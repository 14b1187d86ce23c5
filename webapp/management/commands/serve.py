"""Set the library up and serve it, with its workers, until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from assetdb import sources
from assetdb.models import User
from webapp.management.base import administrator, set_up
from webapp.sign_in import link_for
from webapp.supervisor import COMMANDS, Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator

START_WITHIN = 60.0


class Command(BaseCommand):
    help = "Set up and serve the library at 127.0.0.1 (PORT, default 8000)"

    def handle(self, *args: Any, **options: Any) -> None:
        self.console = Console(soft_wrap=True)
        host, port = _address()
        lock = _claim_home()
        _check_free(host, port)
        supervisor = Supervisor(say=lambda text: self.console.print(text, style="yellow", markup=False))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: supervisor.stopping.set())
        admin = self._set_up()
        home = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
        try:
            self._start(supervisor, home)
            if not supervisor.stopping.is_set():
                self._greet(home, admin)
            supervisor.watch()
        finally:
            self.console.print("stopping")
            supervisor.stop()
            lock.close()

    def _set_up(self) -> User:
        for name, work in set_up():
            with self._step(name):
                work()
        admin = administrator()
        run = sources.start_sample(admin)
        if run is not None:
            self.console.print("  the sample library is being read in the background; the page shows how far it is")
        return admin

    def _start(self, supervisor: Supervisor, home: str) -> None:
        """Start the web alone, so that it has the processor to itself until it answers; then the workers."""
        with self._step("web"):
            supervisor.start("web")
            _wait_for(f"{home}/healthz", supervisor)
        if not supervisor.stopping.is_set():
            supervisor.start(*(name for name in COMMANDS if name != "web"))

    def _greet(self, home: str, admin: User) -> None:
        self.console.print(f"\n[bold]Lacuna[/] serves {home}")
        self.console.print("Sign in as admin with this link; it works once, within an hour:")
        self.console.print(f"  {home}{link_for(admin)}")
        self.console.print(f"State and logs: {settings.LACUNA_HOME}   Stop: Ctrl-C\n")
        sys.stdout.flush()

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        with self.console.status(name):
            yield
        self.console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - began:.1f} s[/]")


def _address() -> tuple[str, int]:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandError(f"PORT is “{port}”, which is no port. Choose a number such as 8001.")
    return host, int(port)


def _claim_home() -> IO[str]:
    """Hold the state folder, so that two supervisors never share one."""
    file = (Path(settings.LACUNA_HOME) / "supervisor.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(
            f"Lacuna is running already with its state in {settings.LACUNA_HOME}. Stop it, or set LACUNA_HOME."
        ) from error
    return file


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of {host} cannot be had: {error.strerror}. Choose another: PORT={port + 1} make run"
            ) from error


def _wait_for(url: str, supervisor: Supervisor) -> None:
    until = time.monotonic() + START_WITHIN
    while not supervisor.stopping.is_set():
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError:
            return  # it answers, if only to say that it goes by another name
        except OSError:
            pass
        if supervisor.children["web"].process.poll() is not None or time.monotonic() > until:
            log = supervisor.log_of("web")
            raise CommandError(f"The web process did not start: {supervisor.last_words('web')}\nThe whole log: {log}")
        time.sleep(0.1)
