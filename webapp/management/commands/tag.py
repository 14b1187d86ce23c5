"""Suggest tags for everything that has none suggested yet."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assetdb import prepare
from assetdb.models import AssetTag
from indexer import embed
from indexer.tagging import suggest, vocabulary
from webapp.management.base import LibraryCommand


class Command(LibraryCommand):
    help = "Read new pictures and suggest tags from the vocabulary"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        vocabulary.plant()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            for name, pending, catch_up in (
                ("Reading files", prepare.pending().count, prepare.catch_up),
                ("Reading pictures", embed.pending, embed.catch_up),
                ("Suggesting tags", suggest.pending, suggest.catch_up),
            ):
                task = progress.add_task(name, total=pending())
                while done := catch_up():
                    progress.advance(task, done)
                if pending():
                    raise CommandError("Another process is at it right now. Run this again in a minute.")
        waiting = AssetTag.objects.filter(state=AssetTag.State.SUGGESTED)
        figures = {"suggested": waiting.count(), "assets": waiting.values("asset").distinct().count()}
        if options["json"]:
            self.stdout.write(json.dumps(figures))
        else:
            self.stdout.write(f"{figures['suggested']} suggestions on {figures['assets']} assets")
