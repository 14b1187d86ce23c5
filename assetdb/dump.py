"""The database as one file: written while the library goes on, and read back into an empty database."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from assetdb.errors import DamError

FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
"""What a dump is called, by the kind of the database."""
_WAIT = 60
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
_COUNTED = {
    "assets": "assetdb_asset",
    "tags": "assetdb_tag",
    "collections": "assetdb_collection",
    "accounts": "assetdb_user",
    "vectors": "indexer_embedding",
}
Ask = Callable[[str], list[Any]]


@dataclass(frozen=True)
class Snapshot:
    """What the database held at one moment: bytes by sha256 of each original, migrations, and some counts."""

    blobs: dict[str, int]
    migrations: list[tuple[str, str]]
    counts: dict[str, int]


def write(path: Path) -> Snapshot:
    """Write the database into the file ``path`` and return what it holds. Readers and writers are not held up.

    Raises:
        DamError: ``damaged_database``, or a client program is missing or fails.
    """
    return {"sqlite": _write_sqlite, "postgresql": _write_postgresql}[connection.vendor](path)


def load(path: Path) -> None:
    """Fill the empty database from ``path``, wholly or not at all.

    Raises:
        DamError: a client program is missing or fails.
    """
    if connection.vendor == "postgresql":
        database = str(connection.get_connection_params()["dbname"])
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        _run("pg_restore", *options, "--dbname", database, str(path))
        return
    connection.close()
    with closing(sqlite3.connect(path)) as copy, closing(_sqlite()) as target:
        copy.backup(target)


def is_empty() -> bool:
    """Return whether the database has no tables at all."""
    return not connection.introspection.table_names()


def size() -> int:
    """Return about how many bytes a dump takes."""
    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def require_library() -> None:
    """Refuse to keep a database that holds no library.

    Raises:
        DamError: ``no_library``.
    """
    if "assetdb_blob" not in connection.introspection.table_names():
        raise DamError("no_library", "The database holds no library yet, so that there is nothing to keep.")


def _sqlite() -> sqlite3.Connection:
    return sqlite3.connect(connection.settings_dict["NAME"], timeout=_WAIT)


def _write_sqlite(path: Path) -> Snapshot:
    with closing(sqlite3.connect(path)) as copy:
        with closing(_sqlite()) as source:
            # In one step: a copy in steps begins anew whenever somebody writes in between.
            source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        trouble = copy.execute("PRAGMA quick_check").fetchone()[0]
        if trouble != "ok":
            raise DamError("damaged_database", f"The database is damaged: {trouble}. Restore an earlier backup.")
        return _read(lambda question: copy.execute(question).fetchall())


def _write_postgresql(path: Path) -> Snapshot:
    """Dump and list within one snapshot, so that both are of the same moment."""
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            moment = cursor.fetchone()[0]
            options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}")
            _run("pg_dump", *options, "--file", str(path))
            return _read(lambda question: _asked(cursor, question))
    finally:
        own.close()


def _asked(cursor: Any, question: str) -> list[Any]:
    cursor.execute(question)
    return list(cursor.fetchall())


def _read(ask: Ask) -> Snapshot:
    """Read with plain SQL: the library may be older than this version."""
    return Snapshot(
        blobs=dict(ask("SELECT sha256, size FROM assetdb_blob")),
        migrations=sorted((str(app), str(name)) for app, name in ask("SELECT app, name FROM django_migrations")),
        counts={what: ask(f"SELECT count(*) FROM {table}")[0][0] for what, table in _COUNTED.items()},  # noqa: S608
    )


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's client programs on the database; a password travels by the environment.

    Raises:
        DamError: ``no_client_program`` or ``client_program_failed``.
    """
    try:
        done = subprocess.run(
            [program, *arguments], env=os.environ | dict(_login()), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        message = (
            f"{program} is not installed here. It comes with PostgreSQL's client programs, which must be at least as "
            "new as the server. On Debian or Ubuntu: apt install postgresql-client."
        )
        raise DamError("no_client_program", message) from None
    if done.returncode:
        said = " ".join(done.stderr.split())[-500:]
        raise DamError("client_program_failed", f"{program} failed: {said}")


def _login() -> Iterator[tuple[str, str]]:
    parameters = connection.get_connection_params()
    for name, variable in _VARIABLES.items():
        if parameters.get(name):
            yield variable, str(parameters[name])
