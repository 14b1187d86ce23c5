"""Make a key for the API."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser

from assetdb.models import User
from webapp.api import tokens
from webapp.management.base import LibraryCommand


class Command(LibraryCommand):
    help = "Make an API token for an account; it is shown once"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account “{options['user']}”.")
        token = tokens.create(user, name=options["name"])
        self.stdout.write(json.dumps({"token": token}) if options["json"] else token)
