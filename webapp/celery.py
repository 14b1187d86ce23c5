"""Celery: the doorbell. What is left to do stands in the database."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

app = Celery("lacuna")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
