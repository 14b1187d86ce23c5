"""Train the built-in encoder from pictures and words that are fetched by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from assetdb.errors import DamError
from indexer.encoders.builtin import FOLDER


class Command(BaseCommand):
    help = "Train the built-in encoder, over an hour on two cores; then write its calibration"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=float, default=100.0)
        parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
        parser.add_argument("--calibrate", action="store_true", help="only measure the verdict's prior again")
        parser.add_argument("--target", type=Path, default=FOLDER, help="the folder to write the weights to")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        from indexer.training import finish
        from indexer.training import train as training

        home, target = Path(settings.LACUNA_HOME) / "training", options["target"]
        done: dict[str, Any] = {}
        columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
        try:
            if not options["calibrate"]:
                with Progress(*columns, console=Console(stderr=True)) as progress:
                    task = progress.add_task("Training", total=options["minutes"])
                    done = training.train(
                        home,
                        target,
                        minutes=options["minutes"],
                        resume=options["resume"],
                        report=lambda now: progress.update(
                            task,
                            completed=now.minutes,
                            description=f"step {now.step}, loss {now.loss:.2f}, {now.pictures_per_second:.0f}/s",
                        ),
                    )
            done["calibration"] = finish.calibrate(home, target)
        except DamError as error:
            raise CommandError(error.message) from error
        self.stdout.write(json.dumps(done) if options["json"] else f"Written to {target}: {done}")
