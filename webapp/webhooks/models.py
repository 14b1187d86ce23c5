"""Who is told of what, and what they were told."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


def new_key() -> str:
    """Return a random word that a hook's secret is derived from; see ``webapp.webhooks.signature``."""
    return secrets.token_urlsafe(24)


class Webhook(models.Model):
    """An address that is told of some events, as far as its owner may see them.

    ``positions`` says how far each log of ``assetdb.changes`` was read. No secret is kept: it is
    derived from ``key``, and from ``old_key`` for a day after a rotation.
    """

    class Stopped(models.TextChoices):
        GONE = "gone", "The receiver answered that it is gone (410)"
        FAILING = "failing", "The receiver failed for three days"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=1000)
    events = models.JSONField(default=list, help_text="names from webapp.webhooks.events")
    key = models.CharField(max_length=64, default=new_key, editable=False)
    old_key = models.CharField(max_length=64, blank=True, editable=False)
    old_until = models.DateTimeField(null=True, blank=True, editable=False)
    active = models.BooleanField(default=True)
    stopped = models.CharField(max_length=8, choices=Stopped.choices, blank=True, help_text="why it was switched off")
    failing_since = models.DateTimeField(null=True, blank=True)
    positions = models.JSONField(default=dict, editable=False, help_text="the position read in each log, by its name")
    gathered = models.DateTimeField(default=timezone.now, editable=False, help_text="when the logs were last read")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message of a hook. It is sent as it stands in ``body``, under its id, until it is taken."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        DEAD = "dead", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    events = models.JSONField(help_text="the names of what it tells")
    count = models.PositiveIntegerField(default=0, help_text="how many things it tells of")
    body = models.TextField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="the receiver's last answer")
    response = models.TextField(blank=True, help_text="the first 2 KB of what it said")
    trouble = models.CharField(max_length=300, blank=True, help_text="why there was no answer")
    duration = models.PositiveIntegerField(null=True, blank=True, help_text="of the last attempt, in ms")
    created = models.DateTimeField(default=timezone.now)
    delivered = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-created"]
        indexes = [
            models.Index(fields=["hook", "-created"], name="delivery_of_hook"),
            models.Index(fields=["next_try"], name="delivery_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return str(self.id)
