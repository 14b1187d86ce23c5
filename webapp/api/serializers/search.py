"""Answers of a search."""

from __future__ import annotations

from django.urls import reverse
from rest_framework import serializers

from assetdb import collections
from assetdb.models import Ai, Collection, Kind, Origin
from webapp.api.serializers.common import Strict


class HitSerializer(serializers.Serializer):
    """One asset found."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    title_zh = serializers.CharField()
    credit = serializers.CharField(help_text="who is to be named as the author")
    licence = serializers.CharField(help_text="its code, or empty when it is unknown")
    source_url = serializers.CharField(help_text="an address, or empty")
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
    ai = serializers.ChoiceField(choices=Ai.choices, help_text="what was shown of generated assets")
    unindexed = serializers.IntegerField(help_text="changes of the library that no search knows yet")
    hits = HitSerializer(many=True)


class FacetSerializer(serializers.Serializer):
    """One value a search can be narrowed to, and how many assets have it."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer):
    """What the assets that the filters admit have in common. Each leaves out the filter it belongs to."""

    kind = FacetSerializer(many=True)
    licence = FacetSerializer(many=True)
    origin = FacetSerializer(many=True)
    tag = FacetSerializer(many=True, help_text="the forty most frequent")
    ai = serializers.ChoiceField(choices=Ai.choices, help_text="what was counted of generated assets")


class MonthSerializer(serializers.Serializer):
    """How many assets came in a month (UTC)."""

    month = serializers.CharField(help_text="such as 2026-11")
    count = serializers.IntegerField()


class PartOfQuerySerializer(serializers.Serializer):
    """One thing that was understood of a query, and whether the nearest asset shows it."""

    label = serializers.CharField()  # type: ignore[assignment]
    shown = serializers.BooleanField()


class DiagnosisSerializer(serializers.Serializer):
    """What a miss comes down to. ``maker`` is empty when nothing can make it, and ``refusal`` then says why."""

    verdict = serializers.ChoiceField(choices=["hit", "weak", "miss", "unknown"], allow_null=True)
    parts = PartOfQuerySerializer(many=True)
    nearest = serializers.UUIDField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField(), help_text="other causes than a gap")
    maker = serializers.CharField()
    refusal = serializers.CharField()
    seconds = serializers.IntegerField(allow_null=True, help_text="how long making took of late")


class SavedRequest(Strict):
    """A search to be kept: words (q) or an asset (like), narrowed as the library page can."""

    name = serializers.CharField(max_length=collections.LONGEST["name"])
    parent = serializers.UUIDField(allow_null=True, default=None, help_text="a collection it stands in")  # type: ignore[assignment]
    q = serializers.CharField(default="", allow_blank=True, max_length=500)
    like = serializers.UUIDField(required=False)
    but = serializers.CharField(default="", allow_blank=True, max_length=200)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    tag = serializers.ListField(child=serializers.SlugField(max_length=80), max_length=20, default=list)
    licence = serializers.CharField(required=False, max_length=40)
    origin = serializers.ChoiceField(choices=Origin.choices, required=False)
    collection = serializers.UUIDField(required=False)
    mine = serializers.BooleanField(default=False)
    ai = serializers.ChoiceField(choices=Ai.choices, required=False, help_text="without it, as each account is set")


class SavedSearchSerializer(serializers.ModelSerializer):
    """A search that was kept. ``answer`` is where it is asked."""

    owner = serializers.CharField(source="owner.username")
    answer = serializers.SerializerMethodField()

    class Meta:
        model = Collection
        fields = ("id", "name", "search", "owner", "created", "answer")
        read_only_fields = fields

    def get_answer(self, found: Collection) -> str:
        return reverse("api:saved-search-answer", args=[found.pk])


class RecentSerializer(serializers.Serializer):
    """A search you made, and how it ended."""

    query = serializers.CharField()
    verdict = serializers.CharField()
    created = serializers.DateTimeField()
