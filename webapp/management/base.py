"""What the commands that work on a library have in common."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from assetdb.models import Role, User
from indexer.tagging import vocabulary


class LibraryCommand(BaseCommand):
    """A command on a library, which is set up first where there is none yet."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the command on a library whose tables are those of this version.

        Raises:
            CommandError: the database cannot be reached.
        """
        try:
            if _outdated():
                self.stderr.write(f"setting up the library in {settings.LACUNA_HOME}", self.style.NOTICE)
                migrate()
                administrator()
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        root = logging.getLogger()
        level = root.level
        # A command's own words are not to drown in what the model libraries tell about themselves.
        root.setLevel(level if "LACUNA_LOG" in os.environ else logging.WARNING)
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if options.get("json"):
                answer: dict[str, Any] = {"code": getattr(error, "code", "failed"), "message": str(error), "extra": {}}
                self.stdout.write(json.dumps(answer, ensure_ascii=False))
            raise
        finally:
            root.setLevel(level)


def migrate() -> None:
    """Give the database the tables of this version."""
    call_command("migrate", verbosity=0, interactive=False)


def administrator() -> User:
    """Return the account ``admin``; make it, and plant the starter vocabulary, where they are missing."""
    admin = User.objects.filter(username="admin").first() or User.objects.create_user("admin", role=Role.ADMIN)
    vocabulary.plant()
    return admin


def _outdated() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
