"""Make a backup a library again."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from assetdb import backup, integrity, manifest, restore
from assetdb.errors import DamError
from assetdb.manifest import Backup
from webapp import duties
from webapp.management.base import QuietCommand, migrate, open_storage
from webapp.management.progress import shown

VIEWS = ("prepare", "words", "embed", "suggest")
"""What is derived and needs neither a network nor a person."""
HARMLESS = {"unreadable_assets", "orphan_files"}
"""What the library that was kept may have had, and what the sweeper clears away."""


class Command(QuietCommand):
    help = "Fill an empty LACUNA_HOME and database from a backup, check them, and let everything derived catch up"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="a backup, or the folder with several: the latest")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = manifest.find(options["folder"].absolute())
            open_storage()
            with shown() as report:
                restore.restore(kept, report=report)
            outcome = _brought_up(kept)
        except DamError as error:
            raise CommandError(error.message) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(outcome, ensure_ascii=False))
        else:
            self._tell(outcome)
        if any(problem["code"] not in HARMLESS for problem in outcome["problems"]):
            sys.exit(1)

    def _tell(self, outcome: dict[str, Any]) -> None:
        self.stdout.write(f"{outcome['counts']['assets']} assets of {outcome['made']} are in {outcome['home']}")
        for problem in outcome["problems"]:
            self.stderr.write(f"{problem['code']}: {problem['message']}")
        if not outcome["problems"]:
            self.stdout.write("every row has its file and every file its row")
        waiting = sum(outcome["pending"].values())
        said = f"{waiting} things wait for the workers" if waiting else "the index and all else derived are up to date"
        self.stdout.write(said)
        self.stdout.write(f"secret key: {outcome['key']}")


def _brought_up(kept: Backup) -> dict[str, Any]:
    """Bring an older database up to this version, compare rows and files, and let the views catch up."""
    migrate()
    problems = integrity.problems(scan=sys.maxsize)
    for name in VIEWS:
        while duties.DUTIES[name].catch_up():
            pass
    return {
        "folder": str(kept.folder),
        "made": kept.manifest.made,
        "home": str(settings.LACUNA_HOME),
        "counts": kept.manifest.counts,
        "problems": problems,
        "pending": {name: duty.pending() for name, duty in duties.DUTIES.items()},
        "key": _key(kept),
    }


def _key(kept: Backup) -> str:
    if os.environ.get("LACUNA_SECRET_KEY"):
        return "that of the environment; where it is another one than before, sessions and links have ended"
    if backup.KEY in kept.manifest.files:
        return "that of the backup"
    return "not in the backup: set LACUNA_SECRET_KEY to the one from before, or sessions and links have ended"
