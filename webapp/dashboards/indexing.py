"""Spaces, how far the views have read, what they could not take in, and what was searched."""

from __future__ import annotations

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from assetdb import changes
from assetdb.models import Asset
from indexer.models import Cursor, EmbeddingSpace, Failure, SearchEvent
from webapp.dashboards.base import Listed, link


@admin.register(EmbeddingSpace)
class SpaceAdmin(Listed):
    """Coordinate systems; ``manage.py use_encoder`` switches between them."""

    list_display = ("name", "encoder", "dim", "head", "active", "created")


@admin.register(Cursor)
class CursorAdmin(Listed):
    """How far each view has read, and who is reading."""

    list_display = ("name", "position", "holder", "held_until")
    search_fields = ("name",)


@admin.register(Failure)
class FailureAdmin(Listed):
    """Assets that a view could not take in."""

    list_display = ("asset", "view", "code", "message", "created")
    list_display_links = None
    list_filter = ("view", "code")
    search_fields = ("message", "asset_id")
    ordering = ("-created",)
    actions = ("read_again",)

    @display
    def asset(self, failure: Failure) -> SafeString | str:
        return link(Asset.objects.filter(pk=failure.asset_id).first())

    @action(description="Read again")
    def read_again(self, request: HttpRequest, rows: QuerySet[Failure]) -> None:
        ids = list(rows.values_list("asset_id", flat=True))
        with transaction.atomic():
            rows.delete()
            changes.touch(Asset.objects.filter(pk__in=ids).values_list("pk", flat=True))
        self.message_user(request, f"To be read again: {len(ids)}.")


@admin.register(SearchEvent)
class SearchEventAdmin(Listed):
    """What was searched and how it ended."""

    list_display = ("query", "verdict", "probability", "hits", "user", "created")
    list_display_links = None
    list_filter = ("verdict", "created")
    list_select_related = ("user",)
    search_fields = ("query",)
    ordering = ("-created",)
