"""What this installation runs on: device, models, storage and versions."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Sum
from django.utils.translation import gettext

from assetdb.models import Blob, Rendition
from generators.makers import makers
from generators.shelf import SampleShelf
from indexer.calibration import calibration_of
from indexer.spaces import active_space

PACKAGES = (
    *("Django", "torch", "open_clip_torch", "faiss-cpu", "faiss-gpu", "diffusers", "transformers"),
    *("pillow", "resvg-py", "numpy", "celery"),
)
FEW = 60
"""Seconds for which sums over all files are kept."""


@dataclass(frozen=True)
class Maker:
    """A way to make pictures; ``problem`` says why it cannot be used here, empty when it can."""

    name: str
    kinds: str
    model: str
    problem: str


def device() -> str:
    """Return what models compute on; empty while nothing has loaded them."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return ""
    return str(torch.cuda.get_device_name(0)) if torch.cuda.is_available() else "CPU"


def space() -> dict[str, Any]:
    """Return what the library is searched with."""
    active = active_space()
    return {"space": active, "calibration": calibration_of(active).source, "device": device()}


def known_makers() -> list[Maker]:
    """Return the ways to make pictures, each with why it cannot be used, if so."""
    found = []
    for maker in makers():
        refusal = maker.accepts("cat", shelf=SampleShelf())
        problem = refusal.message if refusal and refusal.code == "not_configured" else ""
        found.append(Maker(maker.name, ", ".join(sorted(maker.kinds)), getattr(maker, "model", ""), problem))
    return found


def storage() -> dict[str, Any]:
    """Return how many files there are, how large they are, and what the disk has left."""
    kept = cache.get("machine:storage")
    if kept is None:
        originals = Blob.objects.aggregate(count=Count("pk"), size=Sum("size"))
        renditions = Rendition.objects.aggregate(count=Count("pk"), size=Sum("size"))
        kept = {"originals": originals, "renditions": renditions}
        cache.set("machine:storage", kept, timeout=FEW)
    disk = shutil.disk_usage(settings.LACUNA_HOME)
    used = 1 - disk.free / disk.total if disk.total else 0
    return kept | {"disk": disk, "used": used, "folder": settings.LACUNA_HOME}


def versions() -> list[tuple[str, str]]:
    """Return what runs here, by name and version; what is not installed is left out."""
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    number = ".".join(str(part) for part in connection.get_database_version())
    found = [("Python", platform.python_version()), (database, number)]
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return [*found, (gettext("System"), f"{platform.system()} {platform.machine()}")]
