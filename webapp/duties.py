"""What runs in the background: every view with its two verbs, and the queue it belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from django.db.models import Q
from django.utils import timezone

from assetdb import integrity, nudges, prepare, sources
from generators import gaps, runs
from indexer import embed, log, sealed, words
from indexer.models import Cursor
from indexer.spaces import active_space
from indexer.tagging import suggest
from webapp.api import idempotency
from webapp.webhooks import deliver, hooks

logger = structlog.get_logger(__name__)

QUICK, SLOW = "quick", "slow"
AT_A_TIME = 5.0
"""Seconds a duty works before it lets the others of its queue have a turn."""
BEAT = 15
"""Seconds between two sweeps."""
ALIVE = timedelta(seconds=4 * BEAT)
TIDY = timedelta(minutes=10)
"""How often all files are walked for those that nothing refers to."""


@dataclass(frozen=True)
class Duty:
    """A view: how much is pending, how to catch up, and which duties have work once it has done some."""

    pending: Callable[[], int]
    catch_up: Callable[[], int]
    queue: str = QUICK
    feeds: tuple[str, ...] = ()


DUTIES = {
    "imports": Duty(lambda: sources.pending().count(), partial(sources.catch_up, limit=32), feeds=("embed", "words")),
    "prepare": Duty(lambda: prepare.pending().count(), prepare.catch_up, feeds=("embed", "words")),
    "words": Duty(words.pending, words.catch_up),
    "embed": Duty(embed.pending, partial(embed.catch_up, limit=32), feeds=("suggest",)),
    "suggest": Duty(suggest.pending, suggest.catch_up),
    "seal": Duty(sealed.pending, sealed.catch_up, queue=SLOW),
    "runs": Duty(lambda: runs.pending().count(), runs.catch_up, queue=SLOW, feeds=("words", "embed")),
    "webhooks": Duty(deliver.pending, deliver.catch_up, queue=SLOW),
}
RUNG_BY = {
    nudges.PREPARE: ("prepare",),
    nudges.CHANGES: ("words", "embed", "webhooks"),
    nudges.IMPORTS: ("imports",),
    gaps.RUNS: ("runs",),
    hooks.WEBHOOKS: ("webhooks",),
}


def carry_on(name: str) -> tuple[str, ...]:
    """Work on one duty for a few seconds; return the duties to be rung next."""
    with structlog.contextvars.bound_contextvars(duty=name):
        began = time.monotonic()
        worked, left = _work(DUTIES[name], until=began + AT_A_TIME)
        if worked:
            logger.info("duty_worked", batches=worked, duration_ms=round(1000 * (time.monotonic() - began), 1))
    feeds = DUTIES[name].feeds if worked else ()
    return (*feeds, name) if left else feeds


def _work(duty: Duty, *, until: float) -> tuple[int, bool]:
    """Catch up until nothing is left or the time is over; return how often, and whether something may be left."""
    worked = 0
    while duty.catch_up():
        worked += 1
        if time.monotonic() > until:
            return worked, True
    return worked, False


def sweep() -> tuple[str, ...]:
    """Return the duties that have work left, whoever forgot to ring; tidy up now and then."""
    embed.retry()
    if claim("tidy", hold=TIDY):
        integrity.sweep(limit=200)
        log.prune(active_space())
        deliver.prune()
        idempotency.prune()
    return tuple(name for name, duty in DUTIES.items() if duty.pending() > 0)


def claim(name: str, *, hold: timedelta) -> bool:
    """Return True to the first caller, and False to every other until ``hold`` is over or ``release`` is called."""
    now = timezone.now()
    if Cursor.objects.filter(pk=name, held_until__gt=now).exists():
        return False
    Cursor.objects.get_or_create(pk=name)
    free = Cursor.objects.filter(Q(held_until=None) | Q(held_until__lte=now), pk=name)
    return bool(free.update(held_until=now + hold))


def release(name: str) -> None:
    """Let the next caller claim ``name`` at once."""
    Cursor.objects.filter(pk=name).update(held_until=None)


def beat(queue: str) -> None:
    """Note that the worker of ``queue`` is alive."""
    Cursor.objects.update_or_create(pk=f"worker:{queue}", defaults={"held_until": timezone.now() + ALIVE})


def alive(queue: str) -> bool:
    """Return whether the worker of ``queue`` was heard of lately."""
    return Cursor.objects.filter(pk=f"worker:{queue}", held_until__gt=timezone.now()).exists()
