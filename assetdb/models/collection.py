"""Sets of assets that people make and share."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from assetdb.models.asset import Asset


class Collection(models.Model):
    """A named set of assets, kept by hand, or a saved search that says what belongs to it.

    A smart collection has a ``search``, the query string of the library's address, and no items.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=2000)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    cover = models.ForeignKey(Asset, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    search = models.CharField(max_length=2000, blank=True, help_text="the query string of a saved search")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="collections")
    created = models.DateTimeField(auto_now_add=True)
    assets: models.ManyToManyField[Asset, CollectionItem] = models.ManyToManyField(
        Asset, through="CollectionItem", related_name="collections"
    )

    def __str__(self) -> str:
        return self.name


class CollectionItem(models.Model):
    """An asset's place in a collection."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="collection_items")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["collection", "asset"], name="once_per_collection")]


class Grant(models.Model):
    """What a user or a group may do with every asset of a collection."""

    class Level(models.TextChoices):
        VIEW = "view", "View"
        EDIT = "edit", "Edit"

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True)
    group = models.ForeignKey("auth.Group", on_delete=models.CASCADE, null=True, blank=True)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.VIEW)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True) | Q(user__isnull=True, group__isnull=False),
                name="grant_to_a_user_or_a_group",
            ),
            models.UniqueConstraint(fields=["collection", "user"], name="one_grant_a_user"),
            models.UniqueConstraint(fields=["collection", "group"], name="one_grant_a_group"),
        ]
