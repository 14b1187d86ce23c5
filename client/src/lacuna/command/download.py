"""``lacuna download``."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from lacuna.command.offer import Commands, command, library
from lacuna.command.search import NOTHING_FITS, conditions, conditions_of
from lacuna.command.show import Voice, plain, verdict
from lacuna.command.upload import bars, move
from lacuna.errors import LacunaError
from lacuna.library import Lacuna


def offer(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = command(commands, common, "download", download, help="get files out of the library")
    parser.add_argument("ids", nargs="*", metavar="ID", help="assets")
    parser.add_argument("--search", default="", metavar="WORDS", help="what a search finds instead; nothing on a miss")
    parser.add_argument("--limit", type=int, default=24, help="how many of the search at most (default: 24)")
    parser.add_argument("--to", type=Path, default=Path(), metavar="DIR", help="the folder (default: this one)")
    parser.add_argument("--what", choices=["original", "preview", "thumb"], default="original")
    conditions(parser)


def download(given: argparse.Namespace, voice: Voice) -> int:
    """Write each file into the folder, where none that is there is replaced."""
    if bool(given.ids) == bool(given.search):
        raise LacunaError("what", detail="Name assets by their ids, or give --search WORDS.")
    written, failed = [], []
    with library(given) as lacuna:
        ids = given.ids or _found(lacuna, given, voice)
        if not ids:
            voice.give({"written": [], "failed": []})
            return NOTHING_FITS
        try:
            given.to.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LacunaError("cannot_write", detail=f"{given.to} cannot be made: {error.strerror}.") from error
        for id in ids:
            try:
                written.append({"id": id, "path": str(_fetched(lacuna, id, given, voice))})
            except LacunaError as error:
                failed.append({"id": id, "code": error.code, "detail": error.detail})
                voice.aside.print(f"[red]{plain(id)}[/]: {plain(error.detail)}")
    voice.give({"written": written, "failed": failed})
    for each in written:
        voice.say(plain(each["path"]))
    return 1 if failed else 0


def _found(lacuna: Lacuna, given: argparse.Namespace, voice: Voice) -> list[str]:
    """Return the assets that fit the search; what merely comes near a miss is left out."""
    answer = lacuna.search(given.search, limit=given.limit, **conditions_of(given))
    voice.aside.print(verdict(answer))
    return [hit.id for hit in answer.hits[: answer.total]] if answer.verdict != "miss" else []


def _fetched(lacuna: Lacuna, id: str, given: argparse.Namespace, voice: Voice) -> Path:
    with bars(voice) as progress:
        bar = progress.add_task(plain(id), total=None)
        return lacuna.assets.download(id, given.to, what=given.what, on_progress=partial(move, progress, bar))
