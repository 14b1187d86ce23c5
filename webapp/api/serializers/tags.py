"""The vocabulary, and tags on assets."""

from __future__ import annotations

from django.urls import reverse
from rest_framework import serializers

from assetdb.models import AssetTag, Tag
from webapp.api.serializers.common import Strict

MOST_DECISIONS = 400
"""Decisions taken in one request; whoever has more sends again."""


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


class SuggestionSerializer(serializers.ModelSerializer):
    """A tag that waits for a word on an asset."""

    asset = serializers.UUIDField(source="asset_id")
    title = serializers.CharField(source="asset.title", help_text="of the asset")
    tag = serializers.CharField(source="tag.slug")
    name = serializers.CharField(source="tag.name")
    name_zh = serializers.CharField(source="tag.name_zh")
    group = serializers.CharField(source="tag.group")
    thumb = serializers.SerializerMethodField()

    class Meta:
        model = AssetTag
        fields = ("asset", "title", "tag", "name", "name_zh", "group", "score", "model", "thumb")
        read_only_fields = fields

    def get_thumb(self, row: AssetTag) -> str:
        return reverse("api:asset-thumb", args=[row.asset_id])


class Pair(serializers.Serializer):
    """An asset and a tag."""

    asset = serializers.UUIDField()
    tag = serializers.SlugField(max_length=80)


class Decisions(Strict):
    """One decision on many tags; “reopen” takes decisions on suggestions back."""

    decision = serializers.ChoiceField(choices=["accept", "reject", "reopen"])
    pairs = serializers.ListField(child=Pair(), allow_empty=False, max_length=MOST_DECISIONS)


class Above(Strict):
    """A tag and the probability from which its suggestions are accepted."""

    tag = serializers.SlugField(max_length=80)
    least = serializers.FloatField(min_value=0, max_value=1)


class AcceptedSerializer(serializers.Serializer):
    """The assets that now carry the tag, and whether more are left: then ask again."""

    assets = serializers.ListField(child=serializers.UUIDField())
    more = serializers.BooleanField()


class WordSerializer(serializers.ModelSerializer):
    """A word with how many assets it is suggested for, was accepted and rejected for, at most a minute old."""

    suggested = serializers.SerializerMethodField()
    accepted = serializers.SerializerMethodField()
    rejected = serializers.SerializerMethodField()

    class Meta:
        model = Tag
        fields = ("slug", "group", "name", "name_zh", "suggested", "accepted", "rejected")
        read_only_fields = fields

    def get_suggested(self, tag: Tag) -> int:
        return self._counted(tag, AssetTag.State.SUGGESTED)

    def get_accepted(self, tag: Tag) -> int:
        return self._counted(tag, AssetTag.State.ACCEPTED)

    def get_rejected(self, tag: Tag) -> int:
        return self._counted(tag, AssetTag.State.REJECTED)

    def _counted(self, tag: Tag, state: AssetTag.State) -> int:
        counts: dict[int, dict[str, int]] = self.context["counts"]
        return counts.get(tag.pk, {}).get(state, 0)


class LikelySerializer(serializers.Serializer):
    """A picture and how likely a tag fits it."""

    asset = serializers.UUIDField()
    probability = serializers.FloatField()


class OutlookSerializer(serializers.Serializer):
    """What a threshold would do: for how many pictures the tag would be suggested, and which are nearest to it."""

    threshold = serializers.FloatField()
    count = serializers.IntegerField()
    total = serializers.IntegerField()
    estimated = serializers.BooleanField(help_text="whether both were scaled up from a sample")
    above = LikelySerializer(many=True)
    below = LikelySerializer(many=True)


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
