"""Static files, gathered and compressed once for each state of their sources."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command


def collect() -> bool:
    """Run ``collectstatic`` where a source changed since the last time; return whether it ran."""
    root = Path(settings.STATIC_ROOT)
    stamp, now = root / ".sources", _state_of_sources()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=root.exists())
    stamp.write_text(now)
    return True


def _state_of_sources() -> str:
    state = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            state.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return state.hexdigest()
