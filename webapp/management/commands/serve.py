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
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from assetdb import sources
from assetdb.models import Role, User
from indexer.tagging import vocabulary
from webapp.sign_in import link_for
from webapp.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator

START_WITHIN = 60.0


class Command(BaseCommand):
    help = "Set up and serve the library at 127.0.0.1 (PORT, default 8000)"

    def handle(self, *args: Any, **options: Any) -> None:
        self.console = Console()
        port = int(os.environ.get("PORT", "8000"))
        lock = _claim_home()
        _check_port(port)
        admin = self._set_up()
        supervisor = Supervisor(say=self.console.print)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: supervisor.stopping.set())
        supervisor.start()
        try:
            with self._step("starting"):
                _wait_for(f"http://127.0.0.1:{port}/healthz", supervisor)
            if not supervisor.stopping.is_set():
                self._greet(port, admin)
            supervisor.watch()
        finally:
            self.console.print("stopping")
            supervisor.stop()
            lock.close()

    def _set_up(self) -> User:
        with self._step("database"):
            call_command("migrate", verbosity=0, interactive=False)
        with self._step("static files"):
            call_command("collectstatic", verbosity=0, interactive=False)
        with self._step("account and vocabulary"):
            admin = User.objects.filter(username="admin").first()
            if admin is None:
                admin = User.objects.create_user("admin", role=Role.ADMIN)
            vocabulary.plant()
            run = sources.start_sample(admin)
        if run is not None:
            self.console.print("  the sample library is being read in the background; the page shows how far it is")
        return admin

    def _greet(self, port: int, admin: User) -> None:
        home = f"http://127.0.0.1:{port}"
        self.console.print(f"\n[bold]Lacuna[/] serves {home}")
        self.console.print(f"Sign in as admin, once, with this link:\n  [link]{home}{link_for(admin)}[/link]")
        self.console.print(f"State and logs: {settings.LACUNA_HOME}   Stop: Ctrl-C\n", soft_wrap=True)
        sys.stdout.flush()

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        with self.console.status(name):
            yield
        self.console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - began:.1f} s[/]")


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


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} is taken. Choose another: PORT=8001 make run") from error


def _wait_for(url: str, supervisor: Supervisor) -> None:
    until = time.monotonic() + START_WITHIN
    while not supervisor.stopping.is_set():
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - a fixed loopback address
                return
        except (urllib.error.URLError, OSError):
            pass
        if supervisor.children["web"].process.poll() is not None or time.monotonic() > until:
            raise CommandError(f"The web process did not start. See {supervisor.logs / 'web.log'}")
        time.sleep(0.1)
