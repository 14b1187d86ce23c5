"""Work under way, and what it ran on."""

from __future__ import annotations

from django.urls import reverse
from rest_framework import serializers

from assetdb import bulk
from assetdb.errors import DamError
from assetdb.models import ImportRun
from indexer.models import Failure
from webapp.api.serializers.common import Strict


class WorkSerializer(serializers.Serializer):
    """One kind of work."""

    name = serializers.ChoiceField(choices=["read", "embed", "words", "suggest", "make"])
    waiting = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True, help_text="a second; null until it can be known")
    seconds_left = serializers.FloatField(allow_null=True)
    device = serializers.CharField(help_text="empty until a model was loaded")


class WorkersSerializer(serializers.Serializer):
    """Whether the worker of each queue was heard of lately."""

    quick = serializers.BooleanField()
    slow = serializers.BooleanField()


class JobsSerializer(serializers.Serializer):
    """What goes on in the background."""

    work = WorkSerializer(many=True)
    workers = WorkersSerializer()


class ImportSerializer(serializers.ModelSerializer):
    """A batch of files on its way into the library."""

    owner = serializers.CharField(source="owner.username")
    url = serializers.SerializerMethodField()

    class Meta:
        model = ImportRun
        fields = ("id", "source", "owner", "state", "total", "done", "failed", "message", "created", "url")
        read_only_fields = fields

    def get_url(self, found: ImportRun) -> str:
        return reverse("api:import-detail", args=[found.pk])


class FailureSerializer(serializers.ModelSerializer):
    """An asset that the index could not take in."""

    asset = serializers.UUIDField(source="asset_id")

    class Meta:
        model = Failure
        fields = ("id", "asset", "code", "message", "created")
        read_only_fields = fields


class Again(Strict):
    """What is to be tried again: the named assets, or all of them."""

    assets = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=bulk.MOST, required=False
    )
    all = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if bool(attrs.get("all")) == bool(attrs.get("assets")):
            raise DamError("nothing_chosen", "Name the assets, or say “all”: one of the two.")
        return attrs


class MakerSerializer(serializers.Serializer):
    """A way to make assets; ``problem`` says why it cannot be used here, empty when it can."""

    name = serializers.CharField()
    kinds = serializers.CharField()
    model = serializers.CharField()
    problem = serializers.CharField()


class StoredSerializer(serializers.Serializer):
    """Files of one kind."""

    count = serializers.IntegerField()
    size = serializers.IntegerField(help_text="bytes")


class InstallationSerializer(serializers.Serializer):
    """What this installation runs on."""

    space = serializers.CharField(help_text="the embedding space that searches use")
    encoder = serializers.CharField()
    calibration = serializers.CharField()
    device = serializers.CharField(help_text="empty until a model was loaded")
    makers = MakerSerializer(many=True)
    originals = StoredSerializer()
    renditions = StoredSerializer()
    disk_free = serializers.IntegerField(help_text="bytes")
    disk_total = serializers.IntegerField(help_text="bytes")
    versions = serializers.DictField(child=serializers.CharField())
