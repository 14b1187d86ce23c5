"""Signals and nudges become messages. One that is lost loses nothing: the sweeper rings again."""

from __future__ import annotations

import logging
from datetime import timedelta

from assetdb import nudges

EXPIRES = 60
"""Seconds after which an unread message is worthless; the sweeper has rung again by then."""
RINGING = timedelta(seconds=20)
"""How long a message counts as unread, so that a busy library keeps one a duty and not thousands."""
logger = logging.getLogger(__name__)


def ring(*names: str) -> None:
    """Ask the worker to carry on with the duties called ``names``, unless it was asked just now."""
    from webapp import duties, tasks

    for name in names:
        try:
            if duties.claim(f"bell:{name}", hold=RINGING):
                tasks.carry_on.apply_async((name,), queue=duties.DUTIES[name].queue, expires=EXPIRES, retry=False)
        except Exception as error:
            logger.warning("“%s” could not be rung, the sweeper will: %s", name, error)


def answer(name: str) -> None:
    """Note that the message for the duty ``name`` was read: whatever changes from now on rings again."""
    from webapp import duties

    duties.release(f"bell:{name}")


def connect() -> None:
    """Have every nudge of the lower floors ring the worker."""
    nudges.subscribe(_heard)


def _heard(view: str) -> None:
    from webapp import duties

    ring(*duties.RUNG_BY.get(view, ()))
