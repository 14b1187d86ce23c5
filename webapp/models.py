"""What the top floor keeps of its own: the keys that programs sign in with, and what they were answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from webapp.webhooks.models import Delivery, Webhook

__all__ = ["ApiToken", "Delivery", "KeptAnswer", "Scope", "Webhook"]


class Scope(models.TextChoices):
    """What a token may be used for. Which operation takes which stands in ``webapp.api.scopes``."""

    READ = "read", "read"
    WRITE = "write", "write"
    MAKE = "make", "make"
    REVIEW = "review", "review"
    ADMIN = "admin", "admin"


def every_scope() -> list[str]:
    """Return all scopes, as a token has them unless its maker chose fewer."""
    return list(Scope.values)


class ApiToken(models.Model):
    """A key for programs. Only its digest is kept; see ``webapp.api.tokens``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, blank=True, help_text="what it is for")
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="sha256 of the token")
    scopes = models.JSONField(default=every_scope, help_text="what it may be used for")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True, help_text="to the minute")
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"


class KeptAnswer(models.Model):
    """The first answer to a request that bore an ``Idempotency-Key``; see ``webapp.api.idempotency``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    caller = models.CharField(max_length=40, help_text="which token, or whose session")
    key = models.CharField(max_length=255)
    operation = models.CharField(max_length=64, help_text="sha256 of method, address and body")
    held_until = models.DateTimeField(help_text="until then nobody else may take the work over")
    status = models.PositiveSmallIntegerField(null=True, help_text="empty while the first request runs")
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
