"""Search the library from the command line, with the same answer the API gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assetdb.errors import DamError
from assetdb.models import User
from assetdb.renditions import read_picture
from indexer.search import Query, search
from webapp.answers import answer_json, unindexed
from webapp.management.base import LibraryCommand


class Command(LibraryCommand):
    help = "Search by words or by a picture"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query", nargs="?", default="", help="what to look for")
        parser.add_argument("--image", type=Path, help="a picture to search with")
        parser.add_argument("--limit", type=int, default=24, help="most pictures to list (default: 24)")
        parser.add_argument("--as", dest="user", default="admin", help="whose eyes (default: admin)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no account “{options['user']}”.")
        try:
            image = None
            if options["image"]:
                with options["image"].open("rb") as file:
                    image = read_picture(file)
            results = search(Query(text=options["query"], image=image), user=user, limit=options["limit"])
        except (DamError, OSError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer_json(results), ensure_ascii=False))
            return
        console = Console()
        if results.verdict is not None:
            verdict = results.verdict
            console.print(f"[bold]{verdict.kind}[/] {verdict.probability:.0%}  {verdict.message}")
        if waiting := unindexed():
            console.print(f"{waiting} changes are not indexed yet; a search may not know them.", style="yellow")
        table = Table(box=None)
        for name in ("title", "fits", "score", "why"):
            table.add_column(name, overflow="fold")
        # An id is there to be copied: it is never cut.
        table.add_column("id", no_wrap=True, min_width=36)
        for hit in results.hits:
            row = (escape(str(hit.asset)), f"{hit.probability:.0%}", f"{hit.score:.2f}")
            table.add_row(*row, ", ".join(hit.why), str(hit.asset.pk))
        console.print(table)
