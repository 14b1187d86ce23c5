"""What the library lacks, being made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from lacuna import operations
from lacuna.errors import LacunaError
from lacuna.shapes import Run
from lacuna.wire import Wire

_FIRST, _GROWTH, _LONGEST = 0.5, 1.5, 5.0


class Generations:
    """``library.generations``."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def make(self, query: str, *, kind: str = "image", anyway: bool = False) -> Run:
        """Have something made, or join the run that makes it already.

        Raises:
            LacunaError: ``already_there`` with the hits, unless ``anyway``; ``cannot_make`` with the reasons.
        """
        return self._wire.one(operations.MAKE, json={"query": query, "kind": kind, "anyway": anyway})

    def get(self, id: str) -> Run:
        """Return one run with its candidates."""
        return self._wire.one(operations.RUN, id=id)

    def list(self, *, state: str = "", asker: str = "") -> Iterator[Run]:
        """Yield runs, newest first, page by page; without their candidates."""
        return self._wire.pages(operations.RUNS, query={"state": state, "asker": asker})

    def wait(self, id: str, *, timeout: float = 600.0, on_change: Callable[[Run], None] | None = None) -> Run:
        """Return a run when it waits for its review or has ended; ``on_change`` is told of each step before.

        Raises:
            LacunaError: ``timed_out`` after ``timeout`` seconds; the run goes on.
        """
        until = time.monotonic() + timeout
        pause, known = _FIRST, None
        while True:
            run = self.get(id)
            if on_change and run != known:
                on_change(run)
            if not run.under_way:
                return run
            if time.monotonic() + pause > until:
                detail = f"It is still {run.state} after {timeout:.0f} s, and goes on. Ask for it again later."
                raise LacunaError("timed_out", detail=detail, extra={"run": run.id})
            time.sleep(pause)
            known, pause = run, min(_LONGEST, pause * _GROWTH)

    def choose(self, id: str, number: int) -> Run:
        """Propose another of the candidates that passed their checks."""
        return self._wire.one(operations.CHOOSE, id=id, json={"number": number})

    def approve(self, id: str) -> Run:
        """Publish what was made."""
        return self._wire.one(operations.APPROVE, id=id)

    def reject(self, id: str, *, reason: str = "") -> Run:
        """Put what was made on the shelf of rejects."""
        return self._wire.one(operations.REJECT, id=id, json={"reason": reason})

    def cancel(self, id: str) -> Run:
        """Stop a run."""
        return self._wire.one(operations.CANCEL, id=id)

    def retry(self, id: str) -> Run:
        """Try a failed or cancelled run again."""
        return self._wire.one(operations.RETRY, id=id)
