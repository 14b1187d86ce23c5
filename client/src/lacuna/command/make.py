"""``lacuna make``."""

from __future__ import annotations

import argparse

from lacuna.command.offer import Commands, command, library
from lacuna.command.show import Voice, plain
from lacuna.shapes import Run


def offer(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = command(commands, common, "make", make, help="have made what the library lacks")
    parser.add_argument("words", nargs="+", metavar="WORDS", help="what is to be made")
    parser.add_argument("--kind", default="image")
    parser.add_argument("--anyway", action="store_true", help="also when the library has it")
    parser.add_argument("--wait", action="store_true", help="until it waits for its review, or has failed")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds to wait at most (default: 600)")


def make(given: argparse.Namespace, voice: Voice) -> int:
    """Ask for it, and follow it where that is wanted."""
    with library(given) as lacuna:
        run = lacuna.generations.make(" ".join(given.words), kind=given.kind, anyway=given.anyway)
        if given.wait:
            with voice.aside.status("") as status:
                run = lacuna.generations.wait(
                    run.id, timeout=given.timeout, on_change=lambda now: status.update(_state(now))
                )
        voice.give(run)
        voice.say(f"{_state(run)}  {plain(lacuna.url)}/runs/{run.id}/")
        if run.error:
            voice.aside.print(f"[red]{plain(run.error.message)}[/]")
    return 1 if run.state in {"failed", "cancelled", "rejected"} else 0


def _state(run: Run) -> str:
    far = f" {run.progress:.0%}" if run.state == "generating" else ""
    return f"{plain(run.state)}{far}: {plain(run.query)}" + (f" ({plain(run.detail)})" if run.detail else "")
