"""Counting what happens within a window of time, in all processes together where they share a cache."""

from __future__ import annotations

import logging

from django.core.cache import BaseCache, caches

DOWN = 15
"""Seconds for which a shared cache that failed is left alone."""
_logger = logging.getLogger(__name__)


def count(key: str, *, within: int) -> int:
    """Count one more under ``key`` and return how many there were in the ``within`` seconds since the first.

    A shared cache that does not answer stops nobody: then this process counts by itself.
    """
    own = caches["default"]
    if not own.get("shared-cache-down"):
        try:
            return _counted(caches["shared"], key, within)
        except Exception as error:
            # Each backend has exceptions of its own for a server that does not answer.
            _logger.warning("the shared cache does not work, each process counts by itself: %s", error)
            own.set("shared-cache-down", True, DOWN)
    return _counted(own, key, within)


def _counted(cache: BaseCache, key: str, within: int) -> int:
    if cache.add(key, 1, within):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # the window ended in between
        cache.set(key, 1, within)
        return 1
