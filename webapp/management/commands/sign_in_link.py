"""Print a link that signs an account in once."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import CommandError, CommandParser

from assetdb.models import User
from webapp.management.base import LibraryCommand
from webapp.sign_in import link_for


class Command(LibraryCommand):
    help = "Print a one-time sign-in link"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", nargs="?", default="admin")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account “{options['user']}”.")
        self.stdout.write(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}{link_for(user)}")
