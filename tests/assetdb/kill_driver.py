"""Run by ``test_kill``: a fresh library, one forked process a step, each killed at its step.

Prints one JSON line a step: how the process ended, and what is there after everything that runs
by itself has run again.
"""

from __future__ import annotations

import datetime
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

STEPS = [
    ("assetdb.blobs", "_copy", "after"),
    ("assetdb.storage", "os.fsync", "before"),
    ("assetdb.storage", "Path.replace", "before"),
    ("assetdb.storage", "Path.replace", "after"),
    ("assetdb.blobs", "keep", "before"),
    ("assetdb.blobs", "keep", "after"),
    ("assetdb.models", "Asset.save", "after"),
    ("assetdb.nudges", "_ring", "before"),
    ("assetdb.prepare", "_claim", "after"),
    ("assetdb.sandbox", "decode", "before"),
    ("assetdb.sandbox", "decode", "after"),
    ("assetdb.renditions", "save_files", "after"),
    ("assetdb.renditions", "save_rows", "after"),
    ("assetdb.changes", "touch", "after"),
]


def kill_at(module: str, path: str, when: str) -> None:
    """Replace a function by one that ends the process before or after it."""
    owner: Any = importlib.import_module(module)
    *holders, name = path.split(".")
    for holder in holders:
        owner = getattr(owner, holder)
    original = getattr(owner, name)

    def deadly(*args: Any, **options: Any) -> Any:
        if when == "after":
            original(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, deadly)


def take_in(path: Path) -> bool:
    """Ingest and prepare one file, as the command does."""
    from assetdb import ingest, prepare
    from assetdb.models import User

    ingested = ingest.ingest(path, owner=User.objects.get(), file_name=path.name)
    prepare.catch_up()
    return ingested.created


def outcome(home: Path) -> dict[str, Any]:
    """What the library holds."""
    from assetdb import integrity
    from assetdb.models import Asset, Blob, Rendition

    files = [path for part in ("originals", "renditions", "incoming") for path in (home / part).rglob("*")]
    return {
        "assets": list(Asset.objects.values_list("state", flat=True)),
        "blobs": Blob.objects.count(),
        "renditions": Rendition.objects.count(),
        "files": sum(path.is_file() for path in files),
        "problems": integrity.problems(),
    }


def main(home: Path) -> None:
    from django.db import connection

    from assetdb import integrity, sandbox
    from assetdb.models import Asset, Blob
    from tests.assetdb.pictures import raster

    for number, step in enumerate(STEPS):
        path = home / f"{number}.png"
        path.write_bytes(raster(colour=number))
        connection.close()
        child = os.fork()
        if child == 0:
            kill_at(*step)
            take_in(path)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        left = Asset.objects.count()
        Asset.objects.update(leased_until=None)
        created = take_in(path)
        integrity.sweep(older_than=datetime.timedelta(seconds=-1))
        result = {"step": step, "killed": killed, "created_again": created, "left": left} | outcome(home)
        print(json.dumps(result), flush=True)
        Asset.objects.all().delete()
        Blob.objects.all().delete()
        integrity.sweep(older_than=datetime.timedelta(seconds=-1))
        path.unlink()
        sandbox.close()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from assetdb.models import Role, User

    User.objects.create_user("admin", role=Role.ADMIN)
    main(Path(os.environ["LACUNA_HOME"]))
