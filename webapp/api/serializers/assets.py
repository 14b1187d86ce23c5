"""Assets, and what may be said of them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assetdb.models import Asset, Visibility
from assetdb.rights import LICENCES
from webapp.api.serializers.common import ProblemSerializer, Strict


class AssetSerializer(serializers.ModelSerializer):
    """An asset. ``tags`` are the accepted ones."""

    owner = serializers.CharField(source="owner.username")
    media_type = serializers.CharField(source="blob.media_type")
    size = serializers.IntegerField(source="blob.size", help_text="bytes")
    source_url = serializers.CharField(help_text="an address, or empty")
    tags = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    thumb = serializers.SerializerMethodField()
    preview = serializers.SerializerMethodField()
    original = serializers.SerializerMethodField()

    class Meta:
        model = Asset
        fields: tuple[str, ...] = (
            *("id", "title", "title_zh", "description", "kind", "state", "origin", "review", "visibility"),
            *("owner", "file_name", "media_type", "size", "width", "height"),
            *("licence", "credit", "source_url", "derivatives_allowed"),
            *("created", "captured", "trashed", "tags", "notes", "error"),
            *("url", "thumb", "preview", "original"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_tags(self, asset: Asset) -> list[str]:
        return [row.tag.slug for row in asset.accepted]  # type: ignore[attr-defined]

    @extend_schema_field(ProblemSerializer(allow_null=True))
    def get_error(self, asset: Asset) -> dict[str, str] | None:
        return {"code": asset.error_code, "message": asset.error_message} if asset.error_code else None

    def get_url(self, asset: Asset) -> str:
        return reverse("api:asset-detail", args=[asset.pk])

    def get_thumb(self, asset: Asset) -> str:
        return reverse("api:asset-thumb", args=[asset.pk])

    def get_preview(self, asset: Asset) -> str:
        return reverse("api:asset-preview", args=[asset.pk])

    def get_original(self, asset: Asset) -> str:
        return reverse("api:asset-original", args=[asset.pk])


class AssetChange(Strict):
    """What a person may change on an asset."""

    title = serializers.CharField(max_length=300, allow_blank=True, required=False)
    title_zh = serializers.CharField(max_length=300, allow_blank=True, required=False)
    description = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    licence = serializers.ChoiceField(choices=list(LICENCES), allow_blank=True, required=False)
    credit = serializers.CharField(max_length=500, allow_blank=True, required=False)
    source_url = serializers.URLField(max_length=1000, allow_blank=True, required=False)
    derivatives_allowed = serializers.BooleanField(required=False)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)


class Upload(AssetChange):
    """A file on its way in, with what its sender says about it."""

    file = serializers.FileField(allow_empty_file=True)
    tags = serializers.ListField(
        child=serializers.SlugField(max_length=80), max_length=40, required=False, help_text="of the vocabulary"
    )
    collection = serializers.UUIDField(required=False, help_text="one kept by hand that you may fill")

    def to_internal_value(self, data: Any) -> Any:
        sent = super().to_internal_value(data)
        # A form cannot leave a box out: an absent one must not mean “no”.
        if "derivatives_allowed" not in data:
            sent.pop("derivatives_allowed", None)
        return sent
