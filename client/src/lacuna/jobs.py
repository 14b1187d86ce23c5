"""What goes on in the background."""

from __future__ import annotations

from collections.abc import Iterator

from lacuna import operations
from lacuna.shapes import Import, Jobs
from lacuna.wire import Wire


class Background:
    """``library.jobs``."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self) -> Jobs:
        """Return what waits, how fast it goes, and whether the workers run."""
        return self._wire.one(operations.JOBS)

    def imports(self, *, state: str = "", owner: str = "") -> Iterator[Import]:
        """Yield batches of files on their way into the library, newest first, page by page."""
        return self._wire.pages(operations.IMPORTS, query={"state": state, "owner": owner})
