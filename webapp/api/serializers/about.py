"""What is known about an asset beside itself: credit, files, origin, use."""

from __future__ import annotations

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assetdb.exports import MEDIA_TYPES
from assetdb.models import Asset, AssetVersion
from webapp.api.serializers.collections import NamedCollection
from webapp.api.serializers.common import Strict
from webapp.library.renders import LADDER


class CreditSerializer(serializers.Serializer):
    """What to write beside an asset that is used, and what to mind before using it."""

    asset = serializers.UUIDField()
    licence = serializers.CharField(help_text="its code; empty: unknown")
    licence_name = serializers.CharField()
    licence_url = serializers.CharField()
    text = serializers.CharField()
    html = serializers.CharField(help_text="safe to paste")
    warnings = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())


class CreditsSerializer(serializers.Serializer):
    """The credit lines of several assets, in the order they were named; those you may not see are left out."""

    credits = CreditSerializer(many=True)
    text = serializers.CharField(help_text="all lines, each once")


class FileSerializer(serializers.Serializer):
    """One file there is of an asset."""

    name = serializers.ChoiceField(choices=["original", "raster", "thumb", "preview"])
    media_type = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(help_text="bytes")
    url = serializers.CharField()


class ExportSerializer(serializers.Serializer):
    """A picture of another size or format to take away; ``url`` is good for this asset alone."""

    label = serializers.CharField(help_text="of a preset; empty for one's own size")  # type: ignore[assignment]
    form = serializers.ChoiceField(choices=list(MEDIA_TYPES))
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField()


class ExportRequest(Strict):
    """A size and a format; the size is rounded up to the next that is made."""

    side = serializers.IntegerField(min_value=1, max_value=LADDER[-1], help_text="longer side in pixels")
    form = serializers.ChoiceField(choices=list(MEDIA_TYPES))


class PartSerializer(serializers.Serializer):
    """Something an asset was made from, as it was then; ``asset`` is null where you may not see it or it is gone."""

    asset = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    licence = serializers.CharField()
    credit = serializers.CharField()
    source_url = serializers.CharField()


class ProvenanceSerializer(serializers.Serializer):
    """What led to an asset. All but ``origin``, ``owner`` and ``created`` are empty for what was brought as a file."""

    asset = serializers.UUIDField()
    origin = serializers.CharField()
    owner = serializers.CharField()
    created = serializers.DateTimeField()
    query = serializers.CharField(help_text="what was searched for and missing")
    verdict = serializers.DictField()
    recipe = serializers.DictField()
    checks = serializers.ListField(child=serializers.DictField())
    run = serializers.UUIDField(allow_null=True, help_text="null where you may not look at it")
    reviewer = serializers.CharField(allow_null=True)
    verdict_after = serializers.DictField(help_text="how the query was answered once the asset was published")
    parents = PartSerializer(many=True)


class MadeSerializer(serializers.ModelSerializer):
    """An asset, named."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Asset
        fields = ("id", "title", "url")

    def get_url(self, asset: Asset) -> str:
        return reverse("api:asset-detail", args=[asset.pk])


class UseSerializer(serializers.Serializer):
    """Where an asset is used, as far as you see it: the first fifty of each, and how many there are."""

    collections = NamedCollection(many=True)
    collections_count = serializers.IntegerField()
    made = MadeSerializer(many=True)
    made_count = serializers.IntegerField(help_text="of assets made from it")
    shares = serializers.IntegerField(help_text="links of yours that open it")


class VersionSerializer(serializers.ModelSerializer):
    """A file that an asset had before another took its place."""

    media_type = serializers.CharField(source="blob.media_type")
    size = serializers.IntegerField(source="blob.size", help_text="bytes")
    replaced_by = serializers.CharField(source="replaced_by.username", default=None, allow_null=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = AssetVersion
        fields = (
            *("number", "file_name", "media_type", "size", "width", "height"),
            *("replaced", "replaced_by", "note", "url"),
        )
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_url(self, version: AssetVersion) -> str:
        return reverse("api:asset-version-file", args=[version.asset_id, version.number])


class Replacement(Strict):
    """A file that takes the place of the one an asset has."""

    file = serializers.FileField()
    note = serializers.CharField(max_length=300, allow_blank=True, default="", help_text="why")
