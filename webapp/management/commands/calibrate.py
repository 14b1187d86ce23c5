"""Fit the verdict to the library's own pictures."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from indexer.refit import refit
from indexer.spaces import active_space
from webapp.management.base import LibraryCommand


class Command(LibraryCommand):
    help = "Fit the verdict to the library's own titles and tags; kept only if it predicts unseen ones better"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        done = refit(active_space())
        self.stdout.write(json.dumps(asdict(done)) if options["json"] else done.message)
