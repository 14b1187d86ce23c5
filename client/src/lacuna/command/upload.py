"""``lacuna upload``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from lacuna.assets import Uploaded
from lacuna.command.collections import named
from lacuna.command.offer import Commands, command, library
from lacuna.command.show import Voice, plain
from lacuna.conditions import Rights
from lacuna.errors import LacunaError
from lacuna.library import Lacuna


@dataclass
class Outcome:
    """What came of each file."""

    uploaded: list[dict[str, Any]] = field(default_factory=list)
    there: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)

    def note(self, path: Path, taken: Uploaded) -> None:
        """Note what became of a file that the library took; one it cannot show counts as failed."""
        if taken.asset.error:
            self.fail(path, taken.asset.error.code, taken.asset.error.message)
        else:
            (self.uploaded if taken.created else self.there).append({"path": str(path), "id": taken.asset.id})

    def fail(self, path: Path, code: str, detail: str) -> None:
        """Note why a file did not go in."""
        self.failed.append({"path": str(path), "code": code, "detail": detail})


def offer(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = command(
        commands, common, "upload", upload, help="put files into the library; run it again to go on where it stopped"
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with --recursive")
    parser.add_argument("--recursive", action="store_true", help="take what is in folders, hidden files left out")
    parser.add_argument("--licence", default="", help="such as CC-BY-4.0")
    parser.add_argument("--credit", default="", help="who is to be named as the author")
    parser.add_argument("--tag", action="append", default=[], help="a word of the vocabulary; may be repeated")
    parser.add_argument("--collection", default="", metavar="NAME|ID", help="a collection they go into")


def upload(given: argparse.Namespace, voice: Voice) -> int:
    """Send each file, and tell of each that did not go in."""
    files = list(_files(given.paths, recursive=given.recursive))
    said = Rights(licence=given.licence, credit=given.credit)
    outcome = Outcome()
    with library(given) as lacuna:
        # What they go with is looked up first: nothing is sent that could not be put where it belongs.
        for slug in given.tag:
            lacuna.tags.get(slug)
        collection = named(lacuna, given.collection) if given.collection else None
        _send(lacuna, files, said, given.tag, outcome, voice)
        if collection:
            lacuna.collections.add(collection.id, [each["id"] for each in (*outcome.uploaded, *outcome.there)])
    voice.give(outcome)
    voice.say(f"{len(outcome.uploaded)} uploaded, {len(outcome.there)} there already, {len(outcome.failed)} failed")
    for failure in outcome.failed:
        voice.aside.print(f"[red]{plain(failure['path'])}[/]: {plain(failure['detail'])}")
    return 1 if outcome.failed else 0


def _files(paths: list[Path], *, recursive: bool) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
        elif not recursive:
            detail = f"{path} is a folder. Say --recursive to upload what is in it."
            raise LacunaError("is_a_folder", detail=detail)
        else:
            inside = (each for each in sorted(path.rglob("*")) if each.is_file())
            yield from (each for each in inside if not _hidden(each.relative_to(path)))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _send(lacuna: Lacuna, files: list[Path], said: Rights, tags: list[str], outcome: Outcome, voice: Voice) -> None:
    with bars(voice) as progress:
        whole = progress.add_task(f"{len(files)} files", total=sum(map(_size, files)))
        for done, path in enumerate(files):
            bar = progress.add_task(plain(path.name), total=_size(path))
            try:
                taken = lacuna.assets.upload(path, on_progress=partial(move, progress, bar), **said)
                for slug in tags:
                    lacuna.assets.accept_tag(taken.asset.id, slug)
            except LacunaError as error:
                outcome.fail(path, error.code, error.detail)
                if error.status == 401 or error.code == "unreachable":
                    for other in files[done + 1 :]:
                        outcome.fail(other, "not_tried", "Not tried after the failure before.")
                    return
            else:
                outcome.note(path, taken)
            finally:
                progress.remove_task(bar)
                progress.advance(whole, _size(path))


def bars(voice: Voice) -> Progress:
    """Return progress bars on stderr, counted in bytes; nothing moves where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    return Progress(*columns, console=voice.aside, disable=not voice.aside.is_terminal)


def move(progress: Progress, bar: TaskID, moved: int, total: int) -> None:
    """Move a bar to ``moved`` of ``total`` bytes."""
    progress.update(bar, completed=moved, total=total or None)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
