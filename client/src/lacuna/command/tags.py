"""``lacuna tags``."""

from __future__ import annotations

import argparse

from lacuna.command.offer import Commands, command, library
from lacuna.command.show import Voice


def offer(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = command(commands, common, "tags", tags, help="show the tags of an asset, and decide on them")
    parser.add_argument("id", metavar="ID", help="an asset")
    parser.add_argument("--accept", action="append", default=[], metavar="TAG", help="accept or add a tag, by its slug")
    parser.add_argument("--reject", action="append", default=[], metavar="TAG", help="reject a tag, by its slug")


def tags(given: argparse.Namespace, voice: Voice) -> int:
    """Decide, then show what the tags are."""
    with library(given) as lacuna:
        for slug in given.accept:
            lacuna.assets.accept_tag(given.id, slug)
        for slug in given.reject:
            lacuna.assets.reject_tag(given.id, slug)
        rows = lacuna.assets.tags(given.id)
    voice.give({"tags": rows})
    shown = [
        (row.tag, row.state, "" if row.score is None else f"{row.score:.2f}", row.decided_by or row.source)
        for row in rows
    ]
    voice.show(("tag", "state", "score", "by"), shown)
    return 0
