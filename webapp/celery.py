"""Celery: the doorbell. What is left to do stands in the database."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

app = Celery("lacuna")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def sweep_at_once(sender: Any = None, **_: Any) -> None:
    """Do not wait for the beat: whatever was left by the last worker is taken up now."""
    from webapp import tasks

    queue = str(sender.hostname).partition("@")[0]
    if queue == "quick":
        tasks.sweep.apply_async(queue="quick", expires=15)
    tasks.beat.apply_async((queue,), queue=queue, expires=15)
