"""Look over the installation and say what is wrong and what to do."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console

from assetdb import integrity, sandbox
from assetdb.models import Asset
from indexer import embed
from indexer.models import Failure
from indexer.spaces import active_space
from webapp import duties


class Command(BaseCommand):
    help = "Check files, index, encoder, workers and isolation"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        report = examine()
        if options["json"]:
            self.stdout.write(json.dumps(report))
        else:
            console = Console()
            for name, value in report.items():
                if name != "problems":
                    console.print(f"{name:<12} {value}")
            for problem in report["problems"]:
                console.print(f"[red]{problem['code']}[/]  {problem['message']}")
            if not report["problems"]:
                console.print("[green]nothing is wrong[/]")
        if report["problems"]:
            sys.exit(1)


def examine() -> dict[str, Any]:
    """Return what the doctor found; ``problems`` is empty when all is well."""
    import faiss
    import torch

    space = active_space()
    problems = integrity.problems()
    failures = Failure.objects.count()
    if failures:
        problems.append({"code": "not_embedded", "message": f"{failures} assets could not be read into the index."})
    if sys.platform == "linux" and not hasattr(faiss, "StandardGpuResources"):
        problems.append({"code": "wrong_faiss", "message": "faiss-gpu's files were overwritten. Reinstall faiss-gpu."})
    isolation = sandbox.isolation()
    if isolation != "namespace":
        problems.append({"code": "weak_sandbox", "message": "This kernel allows no namespaces: limits only."})
    return {
        "assets": Asset.objects.filter(trashed__isnull=True).count(),
        "index_lag": embed.pending(space),
        "pending": {name: duty.pending() for name, duty in duties.DUTIES.items()},
        "encoder": space.name,
        "device": "cuda" if torch.cuda.is_available() else "cpu",
        "gpus_faiss": faiss.get_num_gpus() if hasattr(faiss, "get_num_gpus") else 0,
        "sandbox": isolation,
        "workers": {queue: duties.alive(queue) for queue in (duties.QUICK, duties.SLOW)},
        "problems": problems,
    }
