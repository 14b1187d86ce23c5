"""Look over the installation and say what is wrong and what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console

from assetdb import integrity, sandbox
from assetdb.models import Asset, Review
from indexer import embed
from indexer.models import Failure
from indexer.spaces import active_space
from webapp import duties, health
from webapp.management.base import LibraryCommand

ERROR, WARNING = "error", "warning"
WARNINGS = {"unreadable_assets", "orphan_files", "weak_sandbox", "not_embedded", "workers_silent"}
"""Problems that somebody should know of and that stop nothing."""


class Command(LibraryCommand):
    help = "Check files, index, encoder, workers and isolation; exits with 1 when something does not work"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        report = examine()
        if options["json"]:
            self.stdout.write(json.dumps(report))
        else:
            _show(report)
        if any(problem["level"] == ERROR for problem in report["problems"]):
            sys.exit(1)


def examine() -> dict[str, Any]:
    """Return what the doctor found; ``problems`` is empty when all is well."""
    pending = {name: duty.pending() for name, duty in duties.DUTIES.items()}
    workers = {queue: duties.alive(queue) for queue in (duties.QUICK, duties.SLOW)}
    isolation, machine = sandbox.isolation(), _machine()
    found = [*integrity.problems(), *_troubles(pending, workers, isolation, machine)]
    return {
        "assets": Asset.objects.filter(trashed__isnull=True).exclude(review=Review.REJECTED).count(),
        "index_lag": embed.pending(),
        "pending": pending,
        "encoder": active_space().name,
        **machine,
        "sandbox": isolation,
        "workers": workers,
        "problems": [p | {"level": WARNING if p["code"] in WARNINGS else ERROR} for p in found],
    }


def _machine() -> dict[str, Any]:
    """Return what the heavy libraries find here."""
    import faiss
    import torch

    device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    gpus = faiss.get_num_gpus() if hasattr(faiss, "get_num_gpus") else 0
    return {"device": device, "faiss_gpu": hasattr(faiss, "StandardGpuResources"), "faiss_gpus": gpus}


def _troubles(
    pending: dict[str, int], workers: dict[str, bool], isolation: str, machine: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    failures = Failure.objects.count()
    if failures:
        yield _problem("not_embedded", f"{failures} assets could not be read into the index. See the list of failures.")
    if _gpu_build_is_pinned() and not machine["faiss_gpu"]:
        yield _problem("wrong_faiss", "faiss-gpu's files were overwritten. Reinstall it: pip install faiss-gpu.")
    if isolation != "namespace":
        yield _problem("weak_sandbox", "This kernel allows no namespaces: decoding has limits, but sees the machine.")
    waiting = sum(pending.values())
    if waiting and not all(workers.values()):
        silent = ", ".join(queue for queue, alive in workers.items() if not alive)
        yield _problem("workers_silent", f"{waiting} things wait and no worker is heard of ({silent}). Run: make run.")
    for name in ("storage", "broker"):
        part = health.look_at(name)
        if not part["ok"]:
            yield _problem(f"{name}_down", f"The {name} does not work: {part['detail']}. See the log for more.")


def _gpu_build_is_pinned() -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return bool(version("faiss-gpu"))
    except PackageNotFoundError:
        return False


def _problem(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}


def _show(report: dict[str, Any]) -> None:
    console = Console(soft_wrap=True)
    for name, value in report.items():
        if isinstance(value, dict):
            value = "  ".join(f"{key}: {figure}" for key, figure in value.items())
        if name != "problems":
            console.print(f"{name:<12} {value}", markup=False)
    for problem in report["problems"]:
        colour = "red" if problem["level"] == ERROR else "yellow"
        console.print(f"[{colour}]{problem['level']}[/] {problem['code']}: {problem['message']}")
    if not report["problems"]:
        console.print("[green]nothing is wrong[/]")
