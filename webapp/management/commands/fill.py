"""Fill a gap from the command line: make, check, and with --approve publish and prove."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from assetdb.errors import DamError
from assetdb.models import User
from generators import gaps, publish, runs
from generators.models import Run
from webapp.management.base import LibraryCommand


class Command(LibraryCommand):
    help = "Make what a search misses"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query", help="what is wanted")
        parser.add_argument("--kind", default="image", help="of what kind it is to be (default: image)")
        parser.add_argument("--approve", action="store_true", help="approve the result and prove that it is found")
        parser.add_argument("--anyway", action="store_true", help="make one even if the library has it")
        parser.add_argument("--as", dest="user", default="admin", help="who asks (default: admin)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no account “{options['user']}”.")
        try:
            run, _ = gaps.open_run(options["query"], user=user, kind=options["kind"], anyway=options["anyway"])
            run = self._carry_out(run)
            if options["approve"] and run.state == Run.State.REVIEW:
                run = publish.approve(user, run.pk)
                if run.state in Run.WORK:
                    run = self._carry_out(run)
        except DamError as error:
            self._print(options["json"], {"code": error.code, "message": error.message, "extra": error.extra})
            sys.exit(3 if error.code == "already_there" else 1)
        chosen = run.candidates.filter(state="chosen").order_by("-number").first()
        self._print(
            options["json"],
            {
                "run": str(run.pk),
                "state": run.state,
                "asset": str(run.asset_id) if run.asset_id else None,
                "checks": chosen.checks if chosen else [],
                "verdict_before": run.verdict_before,
                "verdict_after": run.verdict_after,
            }
            | ({"code": run.error_code, "message": run.error_message} if run.error_code else {}),
        )
        if run.state in (Run.State.FAILED, Run.State.CANCELLED):
            sys.exit(1)

    def _carry_out(self, run: Run) -> Run:
        columns = (TextColumn("{task.description}"), BarColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(run.query, total=None)
            while run.state in Run.WORK:
                if not runs.catch_up(limit=1):
                    time.sleep(0.2)
                run.refresh_from_db()
                progress.update(task, description=f"{run.query}: {run.get_state_display()}")
        return run

    def _print(self, as_json: bool, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=None if as_json else 2))
