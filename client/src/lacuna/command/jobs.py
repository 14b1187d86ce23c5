"""``lacuna jobs``."""

from __future__ import annotations

import argparse

from lacuna.command.offer import Commands, command, library
from lacuna.command.show import Voice, plain


def offer(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    command(commands, common, "jobs", jobs, help="show what the library is working on")


def jobs(given: argparse.Namespace, voice: Voice) -> int:
    """Show what waits, and the imports that are under way."""
    with library(given) as lacuna:
        now = lacuna.jobs.get()
        imports = list(lacuna.jobs.imports(state="running"))
    voice.give({"work": now.work, "workers": now.workers, "imports": imports})
    rows = [
        (one.name, one.waiting, "" if one.rate is None else f"{one.rate:.1f}/s", _span(one.seconds_left), one.device)
        for one in now.work
    ]
    voice.show(("work", "waiting", "rate", "left", "device"), rows)
    for name, runs in (("quick", now.workers.quick), ("slow", now.workers.slow)):
        if not runs:
            voice.say(f"[yellow]The {name} worker was not heard of lately: what it does waits.[/]")
    for one in imports:
        voice.say(f"import of {plain(one.source)}: {one.done} of {one.total}, {one.failed} failed")
    return 0


def _span(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
