"""Collections, what they hold, and to whom they are open."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assetdb import bulk, collections, shares
from assetdb.access import collections_of
from assetdb.models import Ai, Collection, Grant, Share
from webapp.api.serializers.common import Strict


class CollectionSerializer(serializers.ModelSerializer):
    """A collection. ``parent`` and ``cover`` are null where you may not see them, ``count`` for a saved search."""

    owner = serializers.CharField(source="owner.username")
    parent = serializers.SerializerMethodField()  # type: ignore[assignment]
    cover = serializers.SerializerMethodField()
    smart = serializers.SerializerMethodField(help_text="whether it is a saved search, which fills itself")
    count = serializers.SerializerMethodField(help_text="how many assets you may see in it")
    may_edit = serializers.BooleanField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Collection
        fields: tuple[str, ...] = (
            *("id", "name", "description", "parent", "cover", "smart", "search"),
            *("owner", "created", "count", "may_edit", "url"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_parent(self, found: Any) -> str | None:
        return str(found.parent_id) if found.parent_seen else None

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_cover(self, found: Any) -> str | None:
        return str(found.cover_id) if found.cover_seen else None

    def get_smart(self, found: Collection) -> bool:
        return bool(found.search)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_count(self, found: Any) -> int | None:
        return None if found.search else found.count

    def get_url(self, found: Collection) -> str:
        return reverse("api:collection-detail", args=[found.pk])


class NamedCollection(serializers.ModelSerializer):
    """A collection, named."""

    class Meta:
        model = Collection
        fields = ("id", "name")


class CollectionDetail(CollectionSerializer):
    """A collection with those it stands in that you may see, the outermost first."""

    above = serializers.SerializerMethodField()

    class Meta(CollectionSerializer.Meta):
        fields = (*CollectionSerializer.Meta.fields, "above")
        read_only_fields = fields

    @extend_schema_field(NamedCollection(many=True))
    def get_above(self, found: Collection) -> list[dict[str, str]]:
        seen = set(collections_of(self.context["request"].user).values_list("pk", flat=True))
        return [{"id": str(one.pk), "name": one.name} for one in collections.above(found) if one.pk in seen]


class CollectionChange(Strict):
    """What may be said of a collection; ``parent`` null moves it to the top."""

    name = serializers.CharField(max_length=collections.LONGEST["name"], required=False)
    description = serializers.CharField(max_length=collections.LONGEST["description"], allow_blank=True, required=False)
    parent = serializers.UUIDField(allow_null=True, required=False)  # type: ignore[assignment]


class CollectionRequest(Strict):
    """A collection to be made, kept by hand."""

    name = serializers.CharField(max_length=collections.LONGEST["name"])
    description = serializers.CharField(max_length=collections.LONGEST["description"], allow_blank=True, default="")
    parent = serializers.UUIDField(allow_null=True, default=None)  # type: ignore[assignment]


class Items(Strict):
    """Assets, in order."""

    assets = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=bulk.MOST)


class Cover(Strict):
    """The asset that a collection is shown by; it must be in it."""

    asset = serializers.UUIDField()


class GrantSerializer(serializers.ModelSerializer):
    """To whom a collection is open, and how far."""

    who = serializers.SerializerMethodField(help_text="a username, or the name of a group")
    group = serializers.SerializerMethodField(help_text="whether it is a group")

    class Meta:
        model = Grant
        fields = ("id", "who", "group", "level")
        read_only_fields = fields

    def get_who(self, given: Grant) -> str:
        return str(given.user or given.group)

    def get_group(self, given: Grant) -> bool:
        return given.user_id is None


class GrantRequest(Strict):
    """A person or a group by name, and what they may do."""

    who = serializers.CharField(max_length=150)
    level = serializers.ChoiceField(choices=Grant.Level.choices, default=Grant.Level.VIEW)


class ShareSerializer(serializers.ModelSerializer):
    """A link that opens a collection to people without an account. Its password is never shown."""

    maker = serializers.CharField(source="maker.username")
    protected = serializers.SerializerMethodField(help_text="whether it asks for a password")
    url = serializers.SerializerMethodField(help_text="what is sent to people")

    class Meta:
        model = Share
        fields = (
            *("id", "collection", "maker", "label", "protected", "expires", "downloads", "metadata", "ai"),
            *("created", "revoked", "opened", "url"),
        )
        read_only_fields = fields

    def get_protected(self, share: Share) -> bool:
        return bool(share.password)

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, share: Share) -> str:
        return self.context["request"].build_absolute_uri(reverse("share", args=[shares.token_of(share)]))


class ShareRequest(Strict):
    """A link to be made."""

    collection = serializers.UUIDField()
    label = serializers.CharField(max_length=100, allow_blank=True, default="", help_text="for whom it is")  # type: ignore[assignment]
    password = serializers.CharField(
        max_length=shares.LONGEST_PASSWORD, allow_blank=True, default="", trim_whitespace=False
    )
    expires = serializers.DateTimeField(allow_null=True, default=None)
    downloads = serializers.BooleanField(default=True, help_text="whether files may be taken away")
    metadata = serializers.BooleanField(default=False, help_text="whether EXIF, GPS, XMP and file names go along")
    ai = serializers.ChoiceField(choices=Ai.choices, default=Ai.SHOW)
