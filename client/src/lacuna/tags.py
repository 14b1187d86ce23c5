"""The vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

from lacuna import operations
from lacuna.shapes import Tag
from lacuna.wire import Wire


class Tags:
    """``library.tags``."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def list(self, *, group: str = "") -> Iterator[Tag]:
        """Yield the words assets are tagged with, page by page."""
        return self._wire.pages(operations.TAGS, query={"group": group})

    def get(self, slug: str) -> Tag:
        """Return one word."""
        return self._wire.one(operations.TAG, id=slug)
