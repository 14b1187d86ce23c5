"""Spaces, the embedding log, and how far each view has read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class EmbeddingSpace(models.Model):
    """A coordinate system: one encoder's weights and preprocessing. Never changed, only replaced.

    ``head`` is the position of the newest row of its log. ``calibration`` holds the verdict's
    coefficients once the library has moved them from the encoder's prior.
    """

    name = models.CharField(max_length=200, unique=True)
    encoder = models.CharField(max_length=300, help_text="the reference the encoder is loaded by")
    fingerprint = models.CharField(max_length=64, unique=True)
    dim = models.PositiveIntegerField()
    head = models.BigIntegerField(default=0)
    active = models.BooleanField(default=False, help_text="the space that searches use")
    calibration = models.JSONField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_space")]

    def __str__(self) -> str:
        return self.name


class Embedding(models.Model):
    """One row of a space's log: a vector of one segment of one asset, or its tombstone.

    A change rewrites the row with a new ``seq``. The row outlives the asset, hence no foreign
    key. ``vector`` is float16, little-endian; empty for a tombstone.
    """

    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="embeddings")
    asset_id = models.UUIDField()
    segment = models.CharField(max_length=24, help_text="image, text, or figure:N for one figure of a picture")
    seq = models.BigIntegerField()
    vector = models.BinaryField(null=True)
    source_digest = models.CharField(max_length=64)
    known = models.BooleanField(default=True, help_text="whether the space was made for such pictures")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "asset_id", "segment"], name="one_row_per_segment"),
            models.UniqueConstraint(fields=["space", "seq"], name="log_order"),
        ]


class Cursor(models.Model):
    """How far a view has read, and who is reading now."""

    name = models.CharField(max_length=120, primary_key=True)
    position = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=64, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)


class Failure(models.Model):
    """An asset that a view could not take in: listed, not retried until the asset changes."""

    view = models.CharField(max_length=120)
    asset_id = models.UUIDField()
    code = models.CharField(max_length=64)
    message = models.TextField()
    created = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "asset_id"], name="one_failure_per_view")]


class PictureFacts(models.Model):
    """What can be measured in a picture without any model: its colours and its separate figures."""

    asset_id = models.UUIDField(primary_key=True)
    source_digest = models.CharField(max_length=64)
    colours = models.JSONField(default=dict, help_text="share of the figure's area by basic colour, 0 to 1")
    figures = models.PositiveSmallIntegerField(default=1, help_text="separate figures of similar size")

    class Meta:
        verbose_name_plural = "picture facts"


class Words(models.Model):
    """The words of an asset as the text index holds them; Chinese with spaces between characters."""

    asset_id = models.UUIDField(unique=True)
    title = models.TextField(blank=True)
    tags = models.TextField(blank=True)
    description = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "words"


class SearchEvent(models.Model):
    """That something was searched and how it ended: the miss rate is counted from these."""

    query = models.CharField(max_length=500)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verdict = models.CharField(max_length=8)
    probability = models.FloatField(null=True)
    hits = models.PositiveIntegerField()
    created = models.DateTimeField(auto_now_add=True, db_index=True)
