"""Keep the library in a folder, or look an old backup over."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from assetdb import backup, manifest
from assetdb.errors import DamError
from webapp.management.base import QuietCommand
from webapp.management.progress import shown


class Command(QuietCommand):
    help = "Keep the database, the originals and the secret key in a folder, while the library serves"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="where backups are kept, or one of them")
        parser.add_argument("--verify", action="store_true", help="make none, but read the latest one in DIR again")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        work = _verify if options["verify"] else _make
        try:
            outcome = work(options["folder"].absolute())
        except DamError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps(outcome, ensure_ascii=False))
        else:
            self._tell(outcome)
        if outcome["problems"]:
            sys.exit(1)

    def _tell(self, outcome: dict[str, Any]) -> None:
        for problem in outcome["problems"]:
            self.stderr.write(f"{problem['code']}: {problem['message']}")
        counts, originals = outcome["counts"], outcome["originals"]
        self.stdout.write(
            f"{outcome['folder']}: {counts['assets']} assets, {originals['count']} originals "
            f"({originals['bytes'] / 1e6:.1f} MB)"
        )
        if outcome["verified"]:
            self.stdout.write("damaged" if outcome["problems"] else "nothing is wrong with it")
            return
        self.stdout.write(f"secret key: {_of_key(outcome['key'])}")
        self.stdout.write("left out:\n" + "\n".join(f"  {line}" for line in outcome["left_out"]))


def _make(folder: Path) -> dict[str, Any]:
    with shown() as report:
        made = backup.make(folder, report=report)
    lost = [
        {
            "code": "lost_original",
            "file": sha256,
            "message": f"The library's storage has not got the original {sha256} whole. The rest was kept. See doctor.",
        }
        for sha256 in made.manifest.lost
    ]
    return _outcome(made, lost, verified=False)


def _verify(folder: Path) -> dict[str, Any]:
    kept = manifest.find(folder)
    with shown() as report:
        damages = manifest.damages(kept, report=report)
    return _outcome(kept, damages, verified=True)


def _outcome(kept: manifest.Backup, problems: list[dict[str, Any]], *, verified: bool) -> dict[str, Any]:
    told = kept.manifest
    return {
        "folder": str(kept.folder),
        "made": told.made,
        "verified": verified,
        "database": told.vendor,
        "counts": told.counts,
        "originals": told.originals,
        "key": backup.KEY in told.files,
        "left_out": told.left_out,
        "problems": problems,
    }


def _of_key(kept: bool) -> str:
    if kept:
        return "kept with it, readable by you alone; who has it can sign sessions"
    return "not kept, since it is in the environment (LACUNA_SECRET_KEY); keep it yourself"
