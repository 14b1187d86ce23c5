"""What the commands that work on a library have in common."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from assetdb.errors import DamError
from assetdb.models import Role, User
from assetdb.models.file import originals
from indexer.tagging import vocabulary
from webapp import assembly


class QuietCommand(BaseCommand):
    """A command whose words stand alone on the terminal, and whose failures are JSON where that was asked for."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the command."""
        root = logging.getLogger()
        level = root.level
        # A command's own words are not to drown in what the model libraries tell about themselves.
        root.setLevel(level if "LACUNA_LOG" in os.environ else logging.WARNING)
        try:
            return super().execute(*args, **options)
        except CommandError as error:
            if options.get("json"):
                answer: dict[str, Any] = {"code": "failed", "message": str(error), "extra": {}}
                if isinstance(error.__cause__, DamError):
                    answer |= {"code": error.__cause__.code, "extra": error.__cause__.extra}
                self.stdout.write(json.dumps(answer, ensure_ascii=False))
            raise
        finally:
            root.setLevel(level)


class LibraryCommand(QuietCommand):
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
        return super().execute(*args, **options)


def set_up() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what a library needs before it is served, by name, in order. Each may be repeated."""
    yield "database", migrate
    yield "storage", open_storage
    yield "static files", assembly.collect
    yield "account and vocabulary", administrator


def open_storage() -> None:
    """Make the bucket for files, where they are kept in one and it is not there yet."""
    storage = originals()
    if not isinstance(storage, FileSystemStorage):
        storage.make_bucket()  # type: ignore[attr-defined]


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
