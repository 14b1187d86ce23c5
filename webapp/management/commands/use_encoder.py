"""Switch the encoder: read the whole library into a new space, then search in that one."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assetdb.errors import DamError
from indexer import embed
from indexer.encoders import encoder_for
from indexer.models import EmbeddingSpace
from indexer.spaces import activate, space_for
from webapp.management.base import LibraryCommand


class Command(LibraryCommand):
    help = "Switch the encoder that searches and suggestions use, after asking"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("encoder", help="builtin, or open_clip:<model>/<pretrained tag | hf-hub:… | local folder>")
        parser.add_argument("--download", action="store_true", help="allow fetching weights from the model hub")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(stderr=True)
        try:
            spec = encoder_for(options["encoder"], download=options["download"]).spec
        except DamError as error:
            raise CommandError(error.message) from error
        now = EmbeddingSpace.objects.filter(active=True).first()
        console.print(f"In use: {now or 'nothing yet'}. New: {spec.name}, {spec.dim} dimensions.")
        console.print("Every picture is read again first; searches use the old space until that is done.")
        if not options["yes"] and console.input("Switch? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was changed.")
        space = space_for(options["encoder"])
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Reading the library", total=embed.pending(space))
            while done := embed.catch_up(space=space):
                progress.advance(task, done)
        if embed.pending(space):
            raise CommandError("Another process is reading the library into this space; try again shortly.")
        activate(space)
        console.print(f"Searches now use {space.name}.")
        if options["json"]:
            self.stdout.write(json.dumps({"space": space.name, "encoder": space.encoder}))
