"""The examples in these pages: fenced blocks, each with a mark that says what the tests do with it.

```sh runs                    run against a library that is being served
```sh repeats                 run again and again, for a minute at most, until the answer below is the one shown
```json answers               what the block above prints
```python saved as NAME       written to a file for the blocks below it
```sh not run: the reason     left out, and the page says why
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent
RUNNABLE = {"sh", "bash", "console", "shell", "python", "py"}
"""Languages whose blocks must carry a mark."""
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>\w+)(?: +(?P<mark>[^\n]+?))? *\n"
    r"(?P<body>.*?)^(?P=indent)(?P=ticks) *$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(
    r"(?P<verb>runs|repeats|answers)|(?P<saved>saved as) (?P<name>[\w.-]+)|(?P<not>not run): (?P<why>[^`]+)"
)


@dataclass(frozen=True, kw_only=True)
class Example:
    """One block. ``mark`` is ``runs``, ``repeats``, ``answers``, ``saved as``, ``not run``, or empty."""

    page: str
    line: int
    language: str
    mark: str
    detail: str
    body: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Return every page, in the order of their paths."""
    return sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)


def read(path: Path) -> list[Example]:
    """Return the examples of one page."""
    return list(find(path.read_text(encoding="utf-8"), page=path.relative_to(DOCS).as_posix()))


def find(source: str, *, page: str) -> Iterator[Example]:
    """Yield the blocks of ``source`` that name a language.

    Raises:
        ValueError: a block carries a mark that means nothing.
    """
    for found in _FENCE.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        mark = found["mark"] or ""
        meant = _MARK.fullmatch(mark)
        if mark and meant is None:
            raise ValueError(f"{page}:{line}: “{mark}” is no mark. See docs/_ext/examples.py.")
        yield Example(
            page=page,
            line=line,
            language=found["language"],
            mark=(meant["verb"] or meant["saved"] or meant["not"]) if meant else "",
            detail=(meant["name"] or meant["why"] or "") if meant else "",
            body=re.sub(f"^{found['indent']}", "", found["body"], flags=re.MULTILINE),
        )
