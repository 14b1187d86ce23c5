"""Nudges: after a commit, tell whoever listens that a view has something to catch up with.

A nudge carries no data and may be lost: ``pending()`` of the view still says what is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction

Listener = Callable[[str], None]

PREPARE = "prepare"
"""Assets were received and wait for ``assetdb.prepare``."""
CHANGES = "changes"
"""The change log moved; whatever reads it may catch up."""
IMPORTS = "imports"
"""An import waits for ``assetdb.sources``."""

_listeners: list[Listener] = []
_logger = logging.getLogger(__name__)


def subscribe(listener: Listener) -> None:
    """Have ``listener`` called with a view's name after each commit that leaves work for it."""
    if listener not in _listeners:
        _listeners.append(listener)


def unsubscribe(listener: Listener) -> None:
    """Stop calling ``listener``."""
    if listener in _listeners:
        _listeners.remove(listener)


def nudge(view: str) -> None:
    """Nudge ``view`` once the current transaction, if any, has committed."""
    transaction.on_commit(lambda: _ring(view))


def _ring(view: str) -> None:
    for listener in list(_listeners):
        try:
            listener(view)
        except Exception:
            _logger.warning("a nudge for %s was lost", view, exc_info=True)
