"""Measure a part of the product on pictures and queries it was not made from."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assetdb.errors import DamError

NAMES = ("encoder", "tagging", "verdict")


class Command(BaseCommand):
    help = "Measure one part: " + ", ".join(NAMES)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            figures = import_module(f"indexer.evaluation.{options['name']}").evaluate()
        except DamError as error:
            raise CommandError(error.message, returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name:<20} {json.dumps(value)}")
