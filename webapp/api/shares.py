"""``/api/v1/shares/``: links that open a collection to people without an account."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assetdb import shares
from assetdb.errors import NotFoundError
from assetdb.models import Share
from webapp.api.filters import ShareFilters, StrictFilters, StrictOrdering
from webapp.api.permissions import SignedIn
from webapp.api.serializers import body
from webapp.api.serializers.collections import ShareRequest, ShareSerializer


@extend_schema_view(list=extend_schema(summary="List the links to collections you may change, newest first"))
class ShareViewSet(ListModelMixin, GenericViewSet):
    """Links to the collections the caller may change."""

    queryset = Share.objects.none()
    serializer_class = ShareSerializer
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = ShareFilters
    ordering = ("-created",)
    ordering_fields = ("created",)
    lookup_url_kwarg = "share_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Share]:
        return shares.every_link_of(self.request.user)

    @extend_schema(summary="Get one link")
    def retrieve(self, request: Request, share_id: UUID) -> Response:
        found = self.get_queryset().filter(pk=share_id).first()
        if found is None:
            raise NotFoundError("link")
        return Response(self.get_serializer(found).data)

    @extend_schema(
        summary="Make a link to a collection",
        description="It opens what is yours to share of the collection, as it stands when it is followed.",
        request=ShareRequest,
        responses={201: ShareSerializer},
    )
    def create(self, request: Request) -> Response:
        said = body(ShareRequest, request)
        made = shares.open_link(request.user, said.pop("collection"), **said)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="End a link at once", responses=ShareSerializer)
    def destroy(self, request: Request, share_id: UUID) -> Response:
        return Response(self.get_serializer(shares.revoke(request.user, share_id)).data)
