"""What is done to many assets at once, and how it went."""

from __future__ import annotations

from rest_framework import serializers

from assetdb import bulk
from assetdb.models import AssetTag
from assetdb.rights import LICENCES
from webapp.api.serializers.common import Strict


class Ids(Strict):
    """The assets that something is done to; each counts once."""

    assets = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=bulk.MOST)


class BulkTag(Ids):
    """Assets and a tag of the vocabulary."""

    tag = serializers.SlugField(max_length=80)


class BulkRights(Ids):
    """Assets and the rights they get; what is left out stays."""

    licence = serializers.ChoiceField(choices=list(LICENCES), allow_blank=True, required=False)
    credit = serializers.CharField(max_length=bulk.LONGEST_CREDIT, allow_blank=True, required=False)
    derivatives_allowed = serializers.BooleanField(required=False)


class BulkCollect(Ids):
    """Assets and the collection they go into."""

    collection = serializers.UUIDField()


class TagStates(Strict):
    """Assets by the state their tag was in; ``none`` had none."""

    none = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=bulk.MOST)
    suggested = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=bulk.MOST)
    accepted = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=bulk.MOST)
    rejected = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=bulk.MOST)


class TakeBack(Strict):
    """A tag and what ``before`` said in the answer that is taken back."""

    tag = serializers.SlugField(max_length=80)
    before = TagStates()


class DoneSerializer(serializers.Serializer):
    """How it went."""

    changed = serializers.ListField(child=serializers.UUIDField())
    unchanged = serializers.IntegerField(help_text="how many were so already")
    refused = serializers.IntegerField(help_text="how many are not there, or not yours to change")


class TaggedSerializer(DoneSerializer):
    """How tagging went; ``before`` takes it back."""

    before = TagStates()


class RightsBefore(serializers.Serializer):
    """Rights that some of the assets had."""

    licence = serializers.CharField()
    credit = serializers.CharField()
    derivatives_allowed = serializers.BooleanField()
    assets = serializers.ListField(child=serializers.UUIDField())


class LicensedSerializer(DoneSerializer):
    """How changing rights went; each of ``before`` can be sent again."""

    before = RightsBefore(many=True)


class CountSerializer(serializers.Serializer):
    """How many things it was done to."""

    count = serializers.IntegerField()


NO_TAG = ""
"""How ``assetdb.bulk`` names the state of an asset that had no such tag."""
STATES = {"none": NO_TAG} | {state.value: state.value for state in AssetTag.State}
"""What stands in ``before`` for a program, and what it is called below."""
