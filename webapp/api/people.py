"""``/api/v1/people/``, ``/tokens/`` and ``/installation/``: what admins settle, and what the library runs on."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from assetdb import people
from assetdb.access import require
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Role, User
from webapp.api.account import made, revoke
from webapp.api.filters import PersonFilters, StrictFilters, StrictOrdering, TokenFilters
from webapp.api.permissions import SignedIn
from webapp.api.serializers import body
from webapp.api.serializers.jobs import InstallationSerializer
from webapp.api.serializers.people import (
    InvitedPerson,
    NewToken,
    PersonChange,
    PersonRequest,
    PersonSerializer,
    TokenForRequest,
    TokenSerializer,
)
from webapp.library import machine
from webapp.models import ApiToken
from webapp.sign_in import link_for


class ForAdmins(APIView):
    """Operations that take an admin, whoever signs in."""

    permission_classes = [SignedIn]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(request.user, Role.ADMIN, to="change the settings")


@extend_schema_view(list=extend_schema(summary="List accounts by username"))
class PersonViewSet(ForAdmins, ListModelMixin, GenericViewSet):
    """Accounts, for admins."""

    queryset = User.objects.none()
    serializer_class = PersonSerializer
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = PersonFilters
    ordering = ("username",)
    ordering_fields = ("username", "date_joined")
    lookup_url_kwarg = "user_id"
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.annotate(held=Count("assets", filter=Q(assets__trashed__isnull=True)))

    @extend_schema(summary="Get one account")
    def retrieve(self, request: Request, user_id: int) -> Response:
        return Response(self.get_serializer(self._person(user_id)).data)

    @extend_schema(
        summary="Make an account, and a link that lets its owner in once",
        request=PersonRequest,
        responses={201: InvitedPerson},
    )
    def create(self, request: Request) -> Response:
        sent = body(PersonRequest, request)
        person = people.add(request.user, **sent)
        return self._invited(request, person, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Give an account another role, let it in or shut it out",
        request=PersonChange,
        responses=PersonSerializer,
    )
    def partial_update(self, request: Request, user_id: int) -> Response:
        people.get(request.user, user_id)
        sent = body(PersonChange, request, partial=True)
        if not sent:
            raise DamError("nothing_to_change", "Say what to change: a role, or whether the account is active.")
        if "role" in sent:
            people.change_role(request.user, user_id, sent["role"])
        if "active" in sent:
            people.set_active(request.user, user_id, sent["active"])
        return Response(self.get_serializer(self._person(user_id)).data)

    @extend_schema(summary="Get a link that signs an account in once", request=None, responses=InvitedPerson)
    @action(detail=True, methods=["post"])
    def invite(self, request: Request, user_id: int) -> Response:
        return self._invited(request, people.get_invitable(request.user, user_id), status.HTTP_200_OK)

    def _person(self, user_id: int) -> User:
        found = self.get_queryset().filter(pk=user_id).first()
        if found is None:
            raise NotFoundError("account")
        return found

    def _invited(self, request: Request, person: User, code: int) -> Response:
        link = request.build_absolute_uri(link_for(person))
        answer = Response(InvitedPerson(self._person(person.pk), context={"link": link}).data, status=code)
        answer["Cache-Control"] = "no-store"
        return answer


@extend_schema_view(list=extend_schema(summary="List everybody's tokens, newest first"))
class TokenViewSet(ForAdmins, ListModelMixin, GenericViewSet):
    """Everybody's tokens, for admins."""

    queryset = ApiToken.objects.select_related("user")
    serializer_class = TokenSerializer
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = TokenFilters
    ordering = ("-created",)
    ordering_fields = ("created",)
    lookup_url_kwarg = "token_id"
    lookup_value_converter = "int"

    @extend_schema(
        summary="Make a token for an account; it is shown this once",
        request=TokenForRequest,
        responses={201: NewToken},
    )
    def create(self, request: Request) -> Response:
        sent = body(TokenForRequest, request)
        user = User.objects.filter(username__iexact=sent["user"], is_active=True).first()
        if user is None:
            raise NotFoundError("account")
        return made(request, user, sent)

    @extend_schema(summary="Revoke anybody's token", responses={204: None})
    def destroy(self, request: Request, token_id: int) -> Response:
        revoke(self.get_queryset(), token_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class InstallationView(ForAdmins):
    """What this installation runs on, for admins."""

    @extend_schema(operation_id="installation", summary="What the library runs on", responses=InstallationSerializer)
    def get(self, request: Request) -> Response:
        space, stored = machine.space(), machine.storage()
        told = {
            "space": space["space"].name,
            "encoder": space["space"].encoder,
            "calibration": space["calibration"],
            "device": space["device"],
            "makers": machine.known_makers(),
            "originals": _stored(stored["originals"]),
            "renditions": _stored(stored["renditions"]),
            "disk_free": stored["disk"].free,
            "disk_total": stored["disk"].total,
            "versions": dict(machine.versions()),
        }
        return Response(InstallationSerializer(told).data)


def _stored(files: dict[str, Any]) -> dict[str, int]:
    return {"count": files["count"], "size": files["size"] or 0}
