"""``/api/v1/collections/``: sets of assets that people make and open to each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assetdb import collections
from assetdb.access import Caller, collections_of, visible_to
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Asset, Collection, Grant
from webapp.api.filters import AssetFilters, CollectionFilters, GrantFilters, StrictFilters, StrictOrdering
from webapp.api.permissions import SignedIn
from webapp.api.serializers import AssetSerializer, body
from webapp.api.serializers.bulk import CountSerializer
from webapp.api.serializers.collections import (
    CollectionChange,
    CollectionDetail,
    CollectionRequest,
    CollectionSerializer,
    Cover,
    GrantRequest,
    GrantSerializer,
    Items,
)
from webapp.api.written import complete


def described(user: Caller) -> QuerySet[Collection]:
    """Return the caller's collections with what their JSON needs, in one query whatever their number."""
    seen = visible_to(user).values("pk")
    return (
        collections_of(user)
        .select_related("owner", "parent")
        .annotate(
            count=Count("items", filter=Q(items__asset__in=seen)),
            may_edit=Exists(collections_of(user, level=Grant.Level.EDIT).filter(pk=OuterRef("pk"))),
            parent_seen=Exists(collections_of(user).filter(pk=OuterRef("parent"))),
            cover_seen=Exists(visible_to(user).filter(pk=OuterRef("cover"))),
        )
    )


@extend_schema_view(list=extend_schema(summary="List the collections you made or were granted"))
class CollectionViewSet(ListModelMixin, GenericViewSet):
    """Collections the caller made or was granted, saved searches among them. Others do not exist here."""

    queryset = Collection.objects.none()
    serializer_class = CollectionSerializer
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = CollectionFilters
    ordering = ("name",)
    ordering_fields: tuple[str, ...] = ("name", "created")
    lookup_url_kwarg = "collection_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Collection]:
        return described(self.request.user)

    @extend_schema(summary="Get one collection", responses=CollectionDetail)
    def retrieve(self, request: Request, collection_id: UUID) -> Response:
        return Response(self._written(collection_id))

    @extend_schema(
        summary="Make a collection",
        description="Within another it is open to the same people.",
        request=CollectionRequest,
        responses={201: CollectionDetail},
    )
    def create(self, request: Request) -> Response:
        said = body(CollectionRequest, request)
        made = collections.create(request.user, said["name"], parent=said["parent"], description=said["description"])
        return Response(self._written(made.pk), status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Rename, describe or move a collection", request=CollectionChange, responses=CollectionDetail
    )
    def partial_update(self, request: Request, collection_id: UUID) -> Response:
        found = collections.get_editable(request.user, collection_id)
        sent = body(CollectionChange, request, partial=True)
        said = {"name": found.name, "description": found.description, "parent": found.parent_id} | sent
        collections.update(request.user, collection_id, **said)
        return Response(self._written(collection_id))

    @extend_schema(summary="Delete a collection; its assets stay", responses={204: None})
    def destroy(self, request: Request, collection_id: UUID) -> Response:
        collections.delete(request.user, collection_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="List what a collection holds, in its order",
        description="A saved search holds nothing: ask it at /api/v1/searches/ID/answer/.",
        responses=AssetSerializer(many=True),
    )
    @action(
        detail=True,
        queryset=Asset.objects.none(),
        serializer_class=AssetSerializer,
        filterset_class=AssetFilters,
        ordering=("position",),
        ordering_fields=("position", "created", "title"),
    )
    def items(self, request: Request, collection_id: UUID) -> Response:
        found = collections.get(request.user, collection_id)
        if found.search:
            message = f"A saved search fills itself. Ask it: /api/v1/searches/{found.pk}/answer/."
            raise DamError("smart_collection", message)
        assets = _placed(complete(collections.items(request.user, found)))
        page = self.paginate_queryset(self.filter_queryset(assets))
        return self.get_paginated_response(AssetSerializer(page, many=True).data)

    @extend_schema(
        summary="Put assets at the end of a collection",
        description="The count says how many were not in it yet. What you may not see, or not open to others, is "
        "passed over. For more than one answer a time see /api/v1/assets/bulk/collect/.",
        request=Items,
        responses=CountSerializer,
    )
    @items.mapping.post
    def add_items(self, request: Request, collection_id: UUID) -> Response:
        count = collections.add(request.user, collection_id, self._items(request, collection_id))
        return Response({"count": count})

    @extend_schema(summary="Take assets out of a collection", request=Items, responses=CountSerializer)
    @action(detail=True, methods=["post"], url_path="items/remove")
    def remove_items(self, request: Request, collection_id: UUID) -> Response:
        count = collections.remove(request.user, collection_id, self._items(request, collection_id))
        return Response({"count": count})

    @extend_schema(
        summary="Put assets first, in the order given; the others follow as they stood",
        request=Items,
        responses={204: None},
    )
    @action(detail=True, methods=["post"], url_path="items/order")
    def order_items(self, request: Request, collection_id: UUID) -> Response:
        collections.reorder(request.user, collection_id, self._items(request, collection_id))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Show a collection by one of its assets", request=Cover, responses=CollectionDetail)
    @action(detail=True, methods=["put"])
    def cover(self, request: Request, collection_id: UUID) -> Response:
        collections.get_editable(request.user, collection_id)
        sent = body(Cover, request)
        collections.set_cover(request.user, collection_id, sent["asset"])
        return Response(self._written(collection_id))

    @extend_schema(summary="List to whom a collection is open", responses=GrantSerializer(many=True))
    @action(
        detail=True,
        queryset=Grant.objects.none(),
        serializer_class=GrantSerializer,
        filterset_class=GrantFilters,
        ordering=("pk",),
        ordering_fields=("level",),
    )
    def grants(self, request: Request, collection_id: UUID) -> Response:
        found = collections.get_own(request.user, collection_id)
        page = self.paginate_queryset(self.filter_queryset(found.grants.select_related("user", "group")))
        return self.get_paginated_response(GrantSerializer(page, many=True).data)

    @extend_schema(
        summary="Open a collection to a person or a group",
        description="The collections within it are opened too. Who has a grant already gets the new level.",
        request=GrantRequest,
        responses={201: GrantSerializer},
    )
    @grants.mapping.post
    def grant(self, request: Request, collection_id: UUID) -> Response:
        collections.get_own(request.user, collection_id)
        sent = body(GrantRequest, request)
        made = collections.grant(request.user, collection_id, sent["who"], sent["level"])
        return Response(GrantSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Take back what was opened", responses={204: None})
    @action(detail=True, methods=["delete"], url_path="grants/<int:grant_id>")
    def revoke_grant(self, request: Request, collection_id: UUID, grant_id: int) -> Response:
        collections.revoke(request.user, collection_id, grant_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _items(self, request: Request, collection_id: UUID) -> list[UUID]:
        """Read the assets, once it is known that the caller may change the collection."""
        collections.get_editable(request.user, collection_id)
        sent = body(Items, request)
        return list(sent["assets"])

    def _written(self, collection_id: UUID) -> Any:
        found = self.get_queryset().filter(pk=collection_id).first()
        if found is None:
            raise NotFoundError("collection")
        return CollectionDetail(found, context=self.get_serializer_context()).data


def _placed(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    return assets.annotate(position=F("collection_items__position"))
