"""The asset itself."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from assetdb.models.file import Blob


class Kind(models.TextChoices):
    """What an asset is for the people who look for it."""

    IMAGE = "image", "Image"
    OTHER = "other", "Other"


class State(models.TextChoices):
    """How far the file has been read, and how that ended."""

    RECEIVED = "received", "Received"
    READY = "ready", "Ready"
    UNREADABLE = "unreadable", "Unreadable"
    QUARANTINED = "quarantined", "Quarantined"


class Review(models.TextChoices):
    """What a person has said about showing a generated asset to others."""

    NONE = "none", "Not needed"
    PENDING = "pending", "Waiting for review"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class Visibility(models.TextChoices):
    """Who sees an asset besides its owner."""

    LIBRARY = "library", "Everyone in the library"
    PRIVATE = "private", "Only me and those I share with"


class Origin(models.TextChoices):
    """How an asset came into the library."""

    UPLOADED = "uploaded", "Uploaded"
    IMPORTED = "imported", "Imported"
    GENERATED = "generated", "Generated"


class Asset(models.Model):
    """One thing in the library: a title, rights and an owner around a blob.

    The same bytes may be two assets of two owners, never two of one owner. ``changed`` is the
    position of the asset's last change in the library's change log; views read on from there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assets")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="assets")
    file_name = models.CharField(max_length=255, blank=True, help_text="as the file was called by its owner")

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.IMAGE)
    title = models.CharField(max_length=300, blank=True)
    title_zh = models.CharField(max_length=300, blank=True, help_text="title in Chinese")
    description = models.TextField(blank=True)
    width = models.PositiveIntegerField(null=True, help_text="pixels, upright")
    height = models.PositiveIntegerField(null=True, help_text="pixels, upright")

    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.UPLOADED)
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVED)
    review = models.CharField(max_length=16, choices=Review.choices, default=Review.NONE)
    visibility = models.CharField(max_length=16, choices=Visibility.choices, default=Visibility.LIBRARY)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    notes = models.JSONField(default=list, blank=True, help_text="what was left out while reading the file")

    licence = models.CharField(max_length=40, blank=True, help_text="a code from assetdb.rights, or empty: unknown")
    credit = models.CharField(max_length=500, blank=True)
    source_url = models.URLField(max_length=1000, blank=True)
    derivatives_allowed = models.BooleanField(default=True)

    created = models.DateTimeField(auto_now_add=True)
    captured = models.DateTimeField(null=True, blank=True, help_text="when the picture was taken, if the file says")
    trashed = models.DateTimeField(null=True, blank=True)
    changed = models.BigIntegerField(default=0, help_text="position in the change log")
    added = models.BigIntegerField(default=0, editable=False, help_text="its first position in the change log")
    leased_until = models.DateTimeField(null=True, editable=False, help_text="someone is reading the file until then")
    attempts = models.PositiveSmallIntegerField(default=0, editable=False, help_text="times a reading was begun")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "blob"], name="one_asset_per_owner_and_blob")]
        indexes = [
            models.Index(fields=["changed", "id"], name="asset_changed"),
            models.Index(fields=["added"], name="asset_added"),
            models.Index(fields=["visibility", "review", "-created"], name="asset_library"),
            models.Index(fields=["owner", "-created"], name="asset_owner"),
            models.Index(fields=["-created"], name="asset_created"),
            models.Index(fields=["state"], name="asset_not_ready", condition=~Q(state="ready")),
            models.Index(fields=["trashed"], name="asset_trashed", condition=Q(trashed__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title or self.file_name or str(self.id)


class AssetFile(models.Model):
    """A further file of an asset beside its original, such as the PNG of a composed SVG."""

    class Role(models.TextChoices):
        RASTER = "raster", "Raster copy"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="files")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="asset_files")
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "role"], name="one_file_per_role")]


class AssetVersion(models.Model):
    """A file that an asset had before another took its place. The current file is the asset's own."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(help_text="1 for the file the asset came with")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="versions")
    file_name = models.CharField(max_length=255, blank=True)
    width = models.PositiveIntegerField(null=True, help_text="pixels, upright")
    height = models.PositiveIntegerField(null=True, help_text="pixels, upright")
    replaced = models.DateTimeField(auto_now_add=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True, help_text="why another file took its place")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="one_version_a_number")]
