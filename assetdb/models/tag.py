"""Words of the library's own vocabulary, and who put which on what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assetdb.models.asset import Asset


class Tag(models.Model):
    """A word of the vocabulary. ``threshold`` overrides the calibrated one of the space."""

    slug = models.SlugField(max_length=80, unique=True)
    group = models.CharField(max_length=40, db_index=True)
    name = models.CharField(max_length=80, help_text="English")
    name_zh = models.CharField(max_length=80, blank=True, help_text="Chinese")
    prompts = models.JSONField(default=list, blank=True, help_text="texts a fitting picture would be described by")
    threshold = models.FloatField(null=True, blank=True, help_text="least probability for a suggestion, 0 to 1")
    suggest = models.BooleanField(default=True, help_text="whether the tag is suggested at all")

    class Meta:
        ordering = ["group", "name"]

    def __str__(self) -> str:
        return self.name


class AssetTag(models.Model):
    """A tag on an asset: proposed by a model or put there by a person.

    ``decided_by`` is set once a person has spoken; from then on no view changes the row.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", "Suggested"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    class Source(models.TextChoices):
        ZERO_SHOT = "zero_shot", "Zero-shot"
        PERSON = "person", "Person"
        IMPORT = "import", "Import"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="asset_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="asset_tags")
    state = models.CharField(max_length=16, choices=State.choices, default=State.SUGGESTED)
    source = models.CharField(max_length=16, choices=Source.choices)
    score = models.FloatField(null=True, blank=True, help_text="probability the model gave, 0 to 1")
    model = models.CharField(max_length=200, blank=True, help_text="name of the space that proposed it")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    changed = models.BigIntegerField(default=0, editable=False, help_text="the change log's position of the decision")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "tag"], name="one_row_per_asset_and_tag")]
        indexes = [
            models.Index(fields=["tag", "state"], name="asset_tag_by_tag"),
            models.Index(fields=["changed"], name="asset_tag_changed", condition=Q(changed__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.tag} ({self.state})"
