"""``lacuna collections``."""

from __future__ import annotations

import argparse
import uuid

from lacuna.command.offer import Commands, command, library
from lacuna.command.show import Voice, plain
from lacuna.errors import LacunaError
from lacuna.library import Lacuna
from lacuna.shapes import Collection


def offer(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command, with one of its own for each thing that can be done."""
    parser = command(commands, common, "collections", every, help="list collections, make one, change what is in it")
    inner = parser.add_subparsers(metavar="WHAT")
    show = command(inner, common, "show", items, help="list what a collection holds")
    show.add_argument("collection", metavar="NAME|ID")
    new = command(inner, common, "new", create, help="make a collection")
    new.add_argument("name", metavar="NAME")
    for name, do, help in (
        ("add", add, "put assets at the end of a collection"),
        ("remove", remove, "take assets out of a collection"),
    ):
        change = command(inner, common, name, do, help=help)
        change.add_argument("collection", metavar="NAME|ID")
        change.add_argument("ids", nargs="+", metavar="ID", help="assets")


def every(given: argparse.Namespace, voice: Voice) -> int:
    """List the collections that are open to you."""
    with library(given) as lacuna:
        found = list(lacuna.collections.list())
    voice.give({"collections": found})
    rows = [(one.name, "saved search" if one.count is None else one.count, one.owner, one.id) for one in found]
    voice.show(("name", "assets", "owner", "id"), rows)
    return 0


def items(given: argparse.Namespace, voice: Voice) -> int:
    """List what one holds."""
    with library(given) as lacuna:
        held = list(lacuna.collections.items(named(lacuna, given.collection).id))
    voice.give({"items": held})
    voice.show(("title", "kind", "licence", "id"), [(one.title, one.kind, one.licence, one.id) for one in held])
    return 0


def create(given: argparse.Namespace, voice: Voice) -> int:
    """Make one."""
    with library(given) as lacuna:
        made = lacuna.collections.create(given.name)
    voice.give(made)
    voice.say(f"{plain(made.name)}  {made.id}")
    return 0


def add(given: argparse.Namespace, voice: Voice) -> int:
    """Put assets in."""
    with library(given) as lacuna:
        count = lacuna.collections.add(named(lacuna, given.collection).id, given.ids)
    voice.give({"count": count})
    voice.say(f"{count} added")
    return 0


def remove(given: argparse.Namespace, voice: Voice) -> int:
    """Take assets out."""
    with library(given) as lacuna:
        count = lacuna.collections.remove(named(lacuna, given.collection).id, given.ids)
    voice.give({"count": count})
    voice.say(f"{count} removed")
    return 0


def named(lacuna: Lacuna, said: str) -> Collection:
    """Return the collection of that id, or the only one of that name.

    Raises:
        LacunaError: ``not_found``, ``ambiguous``.
    """
    try:
        return lacuna.collections.get(str(uuid.UUID(said)))
    except ValueError:
        found = [one for one in lacuna.collections.list() if one.name == said]
    if len(found) == 1:
        return found[0]
    if not found:
        raise LacunaError("not_found", detail=f"There is no collection “{said}” for you. List them: lacuna collections")
    ids = ", ".join(one.id for one in found)
    raise LacunaError("ambiguous", detail=f"{len(found)} collections are called “{said}”. Use an id: {ids}.")
