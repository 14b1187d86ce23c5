"""One file on its way into the library, with what its source says about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Item:
    """A file to ingest. Empty fields are left for ``ingest`` to fill."""

    path: Path
    title: str = ""
    title_zh: str = ""
    licence: str = ""
    credit: str = ""
    source_url: str = ""
