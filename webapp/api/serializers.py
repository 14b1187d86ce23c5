"""How things are written down for programs, and what they may send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assetdb.errors import DamError
from assetdb.models import Asset, AssetTag, Tag, Visibility
from assetdb.rights import LICENCES
from generators.models import Candidate, Run


class ErrorSerializer(serializers.Serializer):
    """Every failure."""

    code = serializers.CharField(help_text="stable; programs match on it")
    message = serializers.CharField(help_text="what happened and what to do")
    extra = serializers.DictField()


class Strict(serializers.Serializer):
    """A body in which unknown fields are refused instead of passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise DamError(
                "unknown_field", f"{', '.join(unknown)[:200]} cannot be set. Known: {', '.join(self.fields)}."
            )
        return super().to_internal_value(data)


class ProblemSerializer(serializers.Serializer):
    """Why a file could not be read, or a run could not go on."""

    code = serializers.CharField()
    message = serializers.CharField()


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
        fields = (
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

    def to_internal_value(self, data: Any) -> Any:
        sent = super().to_internal_value(data)
        # A form cannot leave a box out: an absent one must not mean “no”.
        if "derivatives_allowed" not in data:
            sent.pop("derivatives_allowed", None)
        return sent


class AssetTagSerializer(serializers.ModelSerializer):
    """A tag on an asset: suggested by a model, or decided by a person."""

    tag = serializers.CharField(source="tag.slug")
    name = serializers.CharField(source="tag.name")
    name_zh = serializers.CharField(source="tag.name_zh")
    group = serializers.CharField(source="tag.group")
    decided_by = serializers.CharField(source="decided_by.username", default=None, allow_null=True)

    class Meta:
        model = AssetTag
        fields = (
            *("tag", "name", "name_zh", "group", "state", "source", "score", "model"),
            *("decided_by", "decided_at"),
        )
        read_only_fields = fields


class TagDecision(Strict):
    """A person's word on a tag."""

    tag = serializers.SlugField(max_length=80)
    accept = serializers.BooleanField(default=True)


class TagSerializer(serializers.ModelSerializer):
    """A word of the vocabulary; ``count`` is how many assets you may see carry it, accepted."""

    count = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Tag
        fields = ("slug", "group", "name", "name_zh", "prompts", "threshold", "suggest", "count")


class TagChange(Strict, serializers.ModelSerializer):
    """What an admin may set on a word of the vocabulary."""

    prompts = serializers.ListField(child=serializers.CharField(max_length=200), max_length=20, required=False)
    threshold = serializers.FloatField(min_value=0, max_value=1, allow_null=True, required=False)

    class Meta:
        model = Tag
        fields = ("slug", "group", "name", "name_zh", "prompts", "threshold", "suggest")


class CandidateSerializer(serializers.ModelSerializer):
    """One attempt of a run, with its checks and its recipe."""

    class Meta:
        model = Candidate
        fields = ("number", "state", "score", "asset", "checks", "recipe")
        read_only_fields = fields


class RunSerializer(serializers.ModelSerializer):
    """A run: a missed meaning being filled."""

    asker = serializers.CharField(source="asker.username")
    reviewer = serializers.CharField(source="reviewer.username", default=None, allow_null=True)
    error = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            *("id", "query", "kind", "state", "progress", "detail", "round", "steps", "generator"),
            *("asker", "reviewer", "asset", "verdict_before", "verdict_after", "reason", "error"),
            *("created", "finished", "url"),
        )
        read_only_fields = fields

    @extend_schema_field(ProblemSerializer(allow_null=True))
    def get_error(self, run: Run) -> dict[str, str] | None:
        return {"code": run.error_code, "message": run.error_message} if run.error_code else None

    def get_url(self, run: Run) -> str:
        return reverse("api:generation-detail", args=[run.pk])


class RunDetail(RunSerializer):
    """A run with its candidates; ``joined`` says that somebody had asked for the same."""

    candidates = CandidateSerializer(many=True)

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "candidates")
        read_only_fields = fields


class RunRequest(Strict):
    """What is to be made; ``anyway`` also when the library has it."""

    query = serializers.CharField(max_length=500)
    kind = serializers.CharField(max_length=16, default="image")
    anyway = serializers.BooleanField(default=False)


class Rejection(Strict):
    """Why a proposed asset was not good enough."""

    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class HitSerializer(serializers.Serializer):
    """One asset found."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.CharField()
    score = serializers.FloatField(help_text="cosine; higher is better")
    probability = serializers.FloatField(help_text="that it fits the whole query")
    why = serializers.ListField(child=serializers.CharField())
    thumb = serializers.CharField()
    url = serializers.CharField()


class AnswerSerializer(serializers.Serializer):
    """What a search found, and whether that is enough. The verdict is null when nothing was asked."""

    query = serializers.CharField()
    verdict = serializers.ChoiceField(choices=["hit", "weak", "miss", "unknown"], allow_null=True)
    probability = serializers.FloatField(allow_null=True)
    calibration = serializers.ChoiceField(choices=["prior", "library"], allow_null=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text="what nothing covers")
    message = serializers.CharField()
    encoder = serializers.CharField()
    total = serializers.IntegerField(help_text="how many fit or nearly fit, in all")
    hits = HitSerializer(many=True)
