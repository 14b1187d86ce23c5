"""An asset as the API writes it down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from assetdb.models import Asset, AssetTag
from webapp.api.serializers import AssetSerializer


def complete(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Bring along what an asset's JSON needs, in two queries whatever their number."""
    accepted = AssetTag.objects.filter(state=AssetTag.State.ACCEPTED).select_related("tag").order_by("tag__slug")
    return assets.select_related("owner", "blob").prefetch_related(
        Prefetch("asset_tags", queryset=accepted, to_attr="accepted")
    )


def written(asset_id: UUID) -> Any:
    """Return the JSON of an asset that the caller is known to may see."""
    return AssetSerializer(complete(Asset.objects.filter(pk=asset_id)).get()).data
