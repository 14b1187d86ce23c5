"""Make a key for the API."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser

from assetdb.errors import DamError
from assetdb.models import User
from webapp.api import tokens
from webapp.management.base import LibraryCommand
from webapp.models import Scope


class Command(LibraryCommand):
    help = "Make an API token for an account; it is shown once"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="a username")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument(
            "--scopes",
            default=",".join(Scope.values),
            help=f"what it may be used for, separated by commas; all by default: {', '.join(Scope.values)}",
        )
        parser.add_argument("--expires-in", type=int, metavar="DAYS", help="days it is good for; for ever by default")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account “{options['user']}”.")
        scopes = [scope.strip() for scope in options["scopes"].split(",")]
        try:
            token = tokens.create(user, name=options["name"], scopes=scopes, days=options["expires_in"])
        except DamError as error:
            raise CommandError(error.message) from error
        self.stdout.write(json.dumps({"token": token}) if options["json"] else token)
