"""What the admin's lists share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from assetdb.errors import DamError
from assetdb.models import Asset


class Listed(ModelAdmin):
    """Rows to look at and act on, not to type into."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def thumbnail(asset_id: UUID) -> SafeString:
    """Return the picture of an asset as it stands in a list."""
    return format_html(
        '<img src="{}" width="64" height="64" alt="" loading="lazy">', reverse("asset_thumb", args=[asset_id])
    )


def link(asset: Asset | None) -> SafeString | str:
    """Return a link to the admin's page of an asset."""
    if asset is None:
        return "–"
    return format_html('<a href="{}">{}</a>', reverse("admin:assetdb_asset_change", args=[asset.pk]), asset)


def each(request: HttpRequest, rows: Iterable[Any], act: Callable[[Any], object], *, done: str) -> None:
    """Do ``act`` to every row and tell how many it was done to, and why not to the others."""
    count = 0
    for row in rows:
        try:
            act(row)
        except DamError as error:
            messages.error(request, f"{row}: {error.message}")
        else:
            count += 1
    if count:
        messages.success(request, f"{done}: {count}.")
