"""Bytes: content-addressed blobs, and what is rendered from them."""

from __future__ import annotations

from django.core.files.storage import Storage, storages
from django.db import models


def originals() -> Storage:
    """The storage that holds every original, keyed by sha256."""
    return storages["originals"]


def renditions() -> Storage:
    """The storage that holds what can be made again from the originals."""
    return storages["renditions"]


class Blob(models.Model):
    """One stored byte string. Several assets may share it; it goes when the last one does."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=80, help_text="sniffed from the content, never the client's word")
    created = models.DateTimeField(auto_now_add=True)

    @property
    def key(self) -> str:
        """The storage key, two levels deep so that no folder grows too large."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


class Rendition(models.Model):
    """A picture made from a blob for showing: a view, and so deletable at any time."""

    class Preset(models.TextChoices):
        THUMB = "thumb", "Thumbnail, 320 px"
        PREVIEW = "preview", "Preview, 1024 px"

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="renditions")
    preset = models.CharField(max_length=16, choices=Preset.choices)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="bytes")

    MEDIA_TYPE = "image/webp"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "preset"], name="one_rendition_per_preset")]

    @property
    def key(self) -> str:
        sha = self.blob_id
        return f"{sha[:2]}/{sha[2:4]}/{sha}.{self.preset}.webp"
