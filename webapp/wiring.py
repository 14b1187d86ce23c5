"""Signals and nudges become messages. One that is lost loses nothing: the sweeper rings again."""

from __future__ import annotations

import logging

from assetdb import nudges

EXPIRES = 60
"""Seconds after which an unread message is worthless; the sweeper has rung again by then."""
logger = logging.getLogger(__name__)


def ring(*names: str) -> None:
    """Ask the worker to carry on with the duties called ``names``."""
    from webapp import duties, tasks

    for name in names:
        try:
            tasks.carry_on.apply_async((name,), queue=duties.DUTIES[name].queue, expires=EXPIRES, retry=False)
        except Exception:
            logger.warning("the broker cannot be reached; the sweeper will ring “%s” again", name, exc_info=True)


def _heard(view: str) -> None:
    from webapp import duties

    ring(*duties.RUNG_BY.get(view, ()))


def connect() -> None:
    """Have every nudge of the lower floors ring the worker."""
    nudges.subscribe(_heard)
