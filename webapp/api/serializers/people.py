"""Accounts and tokens."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assetdb.models import Ai, Role, User
from webapp.api.serializers.common import Strict
from webapp.api.tokens import LONGEST
from webapp.models import ApiToken, Scope


class AccountSerializer(serializers.ModelSerializer):
    """Who you are, and what you want to see of generated assets."""

    assets = serializers.IntegerField(help_text="how many you own, trash left out")
    collections = serializers.IntegerField(help_text="how many you own")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), help_text="what this token or session may be used for"
    )

    class Meta:
        model = User
        fields = ("id", "username", "role", "ai", "assets", "collections", "scopes")
        read_only_fields = fields


class AccountChange(Strict):
    """What you may settle about yourself."""

    ai = serializers.ChoiceField(choices=Ai.choices)


class TokenSerializer(serializers.ModelSerializer):
    """A token, without what signs in with it."""

    user = serializers.CharField(source="user.username")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = ("id", "name", "user", "scopes", "created", "expires", "last_used", "revoked")
        read_only_fields = fields


class NewToken(TokenSerializer):
    """A token, with what signs in with it: this is the only time it can be read."""

    token = serializers.CharField()

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "token")
        read_only_fields = fields


class TokenRequest(Strict):
    """A token to be made; without ``scopes``, with those of the caller; without ``days``, for ever."""

    name = serializers.CharField(max_length=100, help_text="what it is for")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False, required=False
    )
    days = serializers.IntegerField(min_value=1, max_value=LONGEST, allow_null=True, default=None)


class TokenForRequest(TokenRequest):
    """A token to be made for an account."""

    user = serializers.CharField(max_length=150, help_text="a username")


class PersonSerializer(serializers.ModelSerializer):
    """An account, as admins see it."""

    active = serializers.BooleanField(source="is_active", help_text="whether it may sign in")
    assets = serializers.IntegerField(source="held", help_text="how many it owns, trash left out")

    class Meta:
        model = User
        fields: tuple[str, ...] = ("id", "username", "role", "active", "ai", "assets", "date_joined", "last_login")
        read_only_fields = fields


class InvitedPerson(PersonSerializer):
    """An account, with a link that signs its owner in once."""

    link = serializers.SerializerMethodField()

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "link")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_link(self, person: Any) -> str:
        return self.context["link"]


class PersonRequest(Strict):
    """An account to be made."""

    username = serializers.CharField(max_length=150)
    role = serializers.ChoiceField(choices=Role.choices, default=Role.VIEWER)


class PersonChange(Strict):
    """What an admin may change of an account."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)
    active = serializers.BooleanField(required=False)
