"""Counters that hand out positions in commit order."""

from __future__ import annotations

from django.db import models


class Counter(models.Model):
    """A named number: a position that only grows, see ``assetdb.changes``; or a time, see ``assetdb.blobs``."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField(default=0)
