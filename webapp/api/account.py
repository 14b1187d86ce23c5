"""``/api/v1/account/``: who you are, what you want to see, and your own tokens."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from assetdb import people
from assetdb.errors import DamError, ForbiddenError, NotFoundError
from assetdb.models import Asset, Collection, User
from webapp.api import tokens
from webapp.api.filters import OwnTokenFilters, StrictFilters, StrictOrdering
from webapp.api.permissions import SignedIn
from webapp.api.serializers import body
from webapp.api.serializers.people import (
    AccountChange,
    AccountSerializer,
    NewToken,
    TokenRequest,
    TokenSerializer,
)
from webapp.library.account import TOKENS
from webapp.models import ApiToken, Scope


class AccountView(APIView):
    """The account that asks."""

    permission_classes = [SignedIn]
    parser_classes = [JSONParser]

    @extend_schema(operation_id="account", summary="Who you are", responses=AccountSerializer)
    def get(self, request: Request) -> Response:
        return Response(_told(request))

    @extend_schema(
        operation_id="account_change",
        summary="Choose what you want to see of generated assets",
        request=AccountChange,
        responses=AccountSerializer,
    )
    def patch(self, request: Request) -> Response:
        sent = body(AccountChange, request)
        people.set_ai(me(request), sent["ai"])
        return Response(_told(request))


@extend_schema_view(list=extend_schema(summary="List your tokens, newest first"))
class OwnTokenViewSet(ListModelMixin, GenericViewSet):
    """The caller's own tokens for programs."""

    queryset = ApiToken.objects.none()
    serializer_class = TokenSerializer
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = OwnTokenFilters
    ordering = ("-created",)
    ordering_fields = ("created",)
    lookup_url_kwarg = "token_id"
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.filter(user=self.request.user.pk).select_related("user")

    @extend_schema(
        summary="Make a token; it is shown this once",
        description="A token makes none that may do more than itself.",
        request=TokenRequest,
        responses={201: NewToken},
    )
    def create(self, request: Request) -> Response:
        sent = body(TokenRequest, request)
        if tokens.in_use(self.get_queryset()).count() >= TOKENS:
            message = "You have too many tokens. Revoke one that is not used any more."
            raise DamError("too_many_tokens", message)
        return made(request, me(request), sent)

    @extend_schema(summary="Revoke one of your tokens", responses={204: None})
    def destroy(self, request: Request, token_id: int) -> Response:
        revoke(self.get_queryset(), token_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def me(request: Request) -> User:
    """Return the account that asks, once it is known that one does."""
    assert isinstance(request.user, User)
    return request.user


def made(request: Request, user: User, wanted: dict[str, Any]) -> Response:
    """Make a token for ``user`` and answer with it; nobody on the way may keep the answer.

    Raises:
        ForbiddenError: the token that asks was not made for all that the new one should be.
    """
    own = _scopes(request)
    scopes = wanted.get("scopes", own)
    if set(scopes) - set(own):
        raise ForbiddenError(f"This token can make others for {', '.join(own)} only. Choose among these.")
    clear = tokens.create(user, name=wanted["name"], scopes=scopes, days=wanted["days"])
    row = tokens.find(clear)
    assert row is not None
    answer = Response(TokenSerializer(row).data | {"token": clear}, status=status.HTTP_201_CREATED)
    answer["Cache-Control"] = "no-store"
    return answer


def revoke(among: QuerySet[ApiToken], token_id: int) -> None:
    """End one of these tokens.

    Raises:
        NotFoundError: it is none of them.
    """
    token = among.filter(pk=token_id).first()
    if token is None:
        raise NotFoundError("token")
    tokens.revoke(token)


def _scopes(request: Request) -> list[str]:
    return list(request.auth.scopes if isinstance(request.auth, ApiToken) else Scope.values)


def _told(request: Request) -> dict[str, Any]:
    user = me(request)
    return {
        "id": user.pk,
        "username": user.get_username(),
        "role": user.role,
        "ai": user.ai,
        "assets": Asset.objects.filter(owner=user, trashed__isnull=True).count(),
        "collections": Collection.objects.filter(owner=user).count(),
        "scopes": _scopes(request),
    }
