"""Celery's tasks: shells around ``webapp.duties``."""

from __future__ import annotations

from celery import shared_task

from webapp import duties, wiring


@shared_task
def carry_on(name: str) -> None:
    """Work on one duty for a while."""
    wiring.answer(name)
    wiring.ring(*duties.carry_on(name))


@shared_task
def sweep() -> None:
    """Ring every duty that has work left."""
    wiring.ring(*duties.sweep())
