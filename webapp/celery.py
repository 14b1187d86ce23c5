"""Celery: the doorbell. What is left to do stands in the database."""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

# Messages kept as files go through our own safer channel.
TRANSPORT_ALIASES["filesystem"] = "webapp.mailbox:Transport"
app = Celery("lacuna")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
logger = logging.getLogger(__name__)


@setup_logging.connect
def speak_as_all_do(**_: Any) -> None:
    """Keep Celery from setting up logging in its own way: it is set up by then, with the other settings."""


@worker_ready.connect
def start_beating(sender: Any = None, **_: Any) -> None:
    """Say that the worker lives, also while a long task keeps it busy, and take up what the last one left."""
    from webapp import duties, tasks

    queue = str(sender.hostname).partition("@")[0]
    _beat(queue)
    sender.timer.call_repeatedly(duties.BEAT, _beat, (queue,))
    if queue == duties.QUICK:
        tasks.sweep.apply_async(queue=queue, expires=duties.BEAT)


def _beat(queue: str) -> None:
    from django.db import connection

    from webapp import duties

    try:
        duties.beat(queue)
    except Exception as error:
        logger.warning("the heartbeat of %s was not written: %s", queue, error)
    finally:
        # The pool forks from this process, and a connection must not be shared with a fork.
        connection.close()
