"""Links that open a collection to people without an account."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from assetdb.models.collection import Collection
from assetdb.models.user import Ai


class Share(models.Model):
    """A link to a collection. What it opens is what its maker may share; nothing once it is revoked or expired."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="shares")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shares")
    label = models.CharField(max_length=100, blank=True, help_text="for whom it is")
    password = models.CharField(max_length=128, blank=True, help_text="hashed; empty: none is asked for")
    expires = models.DateTimeField(null=True, blank=True)
    downloads = models.BooleanField(default=True, help_text="whether files may be taken away")
    metadata = models.BooleanField(default=False, help_text="whether EXIF, GPS, XMP and file names go along")
    ai = models.CharField(max_length=8, choices=Ai.choices, default=Ai.SHOW)
    created = models.DateTimeField(auto_now_add=True)
    revoked = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0, help_text="how often it was opened")

    def __str__(self) -> str:
        return self.label or f"share of {self.collection}"
