"""What the command says: results on stdout, everything else on stderr."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lacuna.errors import LacunaError
from lacuna.shapes import Answer

_VERDICTS = {
    "hit": ("green", "found"),
    "weak": ("yellow", "comes close"),
    "miss": ("red", "nothing fits"),
    "unknown": ("yellow", "cannot tell"),
}
_WIDE = 10_000


def plain(said: Any) -> str:
    """Return text of others as it may be printed: nothing in it steers the terminal or rich."""
    return escape("".join(letter for letter in str(said) if letter.isprintable()))


def verdict(answer: Answer) -> str:
    """Return the verdict in words, as rich markup; empty when nothing was asked."""
    if answer.verdict is None:
        return ""
    colour, word = _VERDICTS.get(answer.verdict, ("yellow", plain(answer.verdict)))
    likely = "" if answer.probability is None else f" ({answer.probability:.0%} that something fits)"
    return f"[bold {colour}]{word}:[/] {plain(answer.message)}{likely}"


class Voice:
    """How one run of the command speaks: for people, or as one JSON object."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.aside = Console(stderr=True, highlight=False, soft_wrap=True)
        # In a pipe every row stays one line, however long.
        self._out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDE)

    def say(self, line: str) -> None:
        """Print a line of the result for a person, as rich markup."""
        if line and not self.as_json:
            self._out.print(line)

    def show(self, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Print rows for a person."""
        if self.as_json or not rows:
            return
        table = Table(box=None, header_style="dim", pad_edge=False)
        for name in header:
            table.add_column(name, no_wrap=name == "id")
        for row in rows:
            table.add_row(*map(plain, row))
        self._out.print(table)

    def give(self, result: Any) -> None:
        """Print the result for a program."""
        if self.as_json:
            sys.stdout.write(json.dumps(_simple(result), ensure_ascii=False) + "\n")

    def fail(self, error: LacunaError) -> None:
        """Say what went wrong."""
        self.give({"error": {name: getattr(error, name) for name in ("code", "status", "detail", "extra")}})
        self.aside.print(f"[red]{plain(error.detail)}[/]")
        for hit in error.extra.get("hits", []):
            self.aside.print(f"  {plain(hit.get('title'))}  {plain(hit.get('id'))}")


def _simple(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _simple(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {name: _simple(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_simple(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value
