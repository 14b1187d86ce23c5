"""Runs, what they tried, and the decisions on them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assetdb.models import Asset
from generators.models import Candidate, Run
from webapp.api.serializers.assets import AssetSerializer
from webapp.api.serializers.common import ProblemSerializer, Strict


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
    """A run with its candidates; ``joined`` says that somebody had asked for the same before you did."""

    candidates = CandidateSerializer(many=True)
    askers = serializers.IntegerField(source="asked_by", help_text="how many people asked for it")
    joined = serializers.BooleanField()

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "candidates", "askers", "joined")
        read_only_fields = fields


class RunRequest(Strict):
    """What is to be made; ``anyway`` also when the library has it."""

    query = serializers.CharField(max_length=500)
    kind = serializers.CharField(max_length=16, default="image")
    anyway = serializers.BooleanField(default=False)


class CandidateChoice(Strict):
    """The candidate that is proposed instead."""

    number = serializers.IntegerField(min_value=0)


class AttemptSerializer(serializers.ModelSerializer):
    """The run and the number under which an asset was tried, with its checks."""

    class Meta:
        model = Candidate
        fields = ("run", "number", "state", "score", "checks")
        read_only_fields = fields


class ShelvedSerializer(AssetSerializer):
    """An asset on the shelf of rejects, and the attempt that it was, null where that is gone or not yours to see."""

    attempt = serializers.SerializerMethodField()

    class Meta(AssetSerializer.Meta):
        fields = (*AssetSerializer.Meta.fields, "attempt")
        read_only_fields = fields

    @extend_schema_field(AttemptSerializer(allow_null=True))
    def get_attempt(self, asset: Asset) -> Any:
        attempts: dict[UUID, Candidate] = self.context["attempts"]
        return AttemptSerializer(attempts[asset.pk]).data if asset.pk in attempts else None


class Rejection(Strict):
    """Why a proposed asset was not good enough."""

    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")
