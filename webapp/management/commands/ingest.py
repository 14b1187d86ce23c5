"""Put files and folders into the library."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from assetdb import ingest, prepare, sources
from assetdb.errors import DamError
from assetdb.models import Asset, State, User, Visibility
from assetdb.rights import LICENCES
from webapp.management.base import LibraryCommand

_BATCH = 32
_WAIT = 600


class Rate(TextColumn):
    """Files a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:.0f} files/s")


class Command(LibraryCommand):
    help = "Put files and folders into the library. Running it again goes on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder, read recursively")
        parser.add_argument("--owner", default="admin", help="account that will own the assets (default: admin)")
        parser.add_argument("--visibility", choices=Visibility.values, default=Visibility.LIBRARY.value)
        parser.add_argument("--licence", choices=[code for code in LICENCES if code], default="")
        parser.add_argument("--credit", default="", help="who is to be named as the author")
        parser.add_argument("--jobs", type=int, default=0, help="files decoded at a time (default: one a processor)")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            owner = User.objects.get(username=options["owner"])
            files = list(sources.walk(options["paths"]))
        except User.DoesNotExist:
            raise CommandError(f"There is no account “{options['owner']}”. Name one with --owner.") from None
        except DamError as error:
            raise CommandError(f"{error.code}: {error.message}") from None
        outcome = _Outcome(options["paths"])
        fields = {name: options[name] for name in ("visibility", "licence", "credit")}
        for batch in self._shown(files):
            outcome.take(batch, owner=owner, jobs=options["jobs"], **fields)
        self._report(outcome, as_json=options["json"])
        if outcome.failed:
            sys.exit(1)

    def _shown(self, files: list[Path]) -> Iterator[list[Path]]:
        columns = (
            TextColumn("Ingesting"),
            BarColumn(),
            MofNCompleteColumn(),
            Rate(""),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("ingest", total=len(files))
            left = iter(files)
            while batch := list(islice(left, _BATCH)):
                yield batch
                progress.advance(bar, len(batch))

    def _report(self, outcome: _Outcome, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(outcome.summary(), ensure_ascii=False))
            return
        for failure in outcome.failed:
            self.stderr.write(f"{failure['path']}: {failure['code']}: {failure['message']}")
        self.stdout.write(
            f"{outcome.ingested} ingested, {outcome.duplicates} already there, {len(outcome.failed)} failed"
        )


class _Outcome:
    """What became of the files so far."""

    def __init__(self, roots: list[Path]) -> None:
        self.roots = roots
        self.ingested = self.duplicates = 0
        self.failed: list[dict[str, str]] = []

    def summary(self) -> dict[str, Any]:
        return {"ingested": self.ingested, "duplicates": self.duplicates, "failed": self.failed}

    def take(self, batch: list[Path], *, owner: User, jobs: int, **fields: Any) -> None:
        taken: dict[Path, ingest.Ingested] = {}
        for path in batch:
            try:
                with sources.opened(path, within=self.roots) as file:
                    taken[path] = ingest.ingest(file, owner=owner, file_name=path.name, **fields)
            except DamError as error:
                self._fail(path, error.code, error.message)
            except OSError as error:
                self._fail(path, "unreadable_path", f"The file cannot be read: {error.strerror or error}.")
        states = _prepared([entry.asset for entry in taken.values()], jobs=jobs)
        for path, entry in taken.items():
            asset = states.get(entry.asset.pk)
            if asset is None:
                self._fail(path, "deleted", "The asset was deleted while it was being read.")
            elif asset.state == State.RECEIVED:
                self._fail(path, "not_read_yet", "The file is stored and will be read later.")
            elif asset.state != State.READY:
                self._fail(path, asset.error_code, asset.error_message)
            elif entry.created:
                self.ingested += 1
            else:
                self.duplicates += 1

    def _fail(self, path: Path, code: str, message: str) -> None:
        self.failed.append({"path": str(path), "code": code, "message": message})


def _prepared(assets: list[Asset], *, jobs: int) -> dict[Any, Asset]:
    """Read the files of ``assets``, waiting for those that a worker has taken up."""
    ids = [asset.pk for asset in assets]
    readers = {"readers": jobs} if jobs > 0 else {}
    deadline = time.monotonic() + _WAIT
    while True:
        prepare.catch_up(ids=ids, limit=len(ids), **readers)
        found = Asset.objects.in_bulk(ids)
        elsewhere = [a for a in found.values() if a.state == State.RECEIVED and a.leased_until is not None]
        if not elsewhere or time.monotonic() > deadline:
            return found
        time.sleep(0.2)
