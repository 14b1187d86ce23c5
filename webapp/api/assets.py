"""``/api/v1/assets/``: the library's things, one by one."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assetdb import bulk, collections, ingest, lifecycle, tagging
from assetdb.access import get_visible, require, visible_to
from assetdb.errors import NotFoundError
from assetdb.models import Asset, Role, Tag, User
from webapp.api.about import AboutAsset, AssetVersions
from webapp.api.filters import AssetFilters, LibraryFilters, StrictFilters, StrictOrdering
from webapp.api.permissions import LibraryOpen, SignedIn
from webapp.api.serializers import AssetChange, AssetSerializer, AssetTagSerializer, TagDecision, Upload, body
from webapp.api.serializers.bulk import CountSerializer
from webapp.api.written import complete, written
from webapp.library import files
from webapp.library.reach import trash_of


@extend_schema_view(list=extend_schema(summary="List assets, newest first"))
class AssetViewSet(AboutAsset, AssetVersions, ListModelMixin, GenericViewSet):
    """Assets the caller may see. Those of others that are not shared do not exist here."""

    queryset = Asset.objects.none()
    serializer_class = AssetSerializer
    permission_classes = [LibraryOpen]
    parser_classes = [JSONParser, MultiPartParser, FormParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = LibraryFilters
    ordering = ("-created",)
    ordering_fields = ("created", "title", "size")
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Asset]:
        return complete(visible_to(self.request.user)).annotate(size=F("blob__size"))

    @extend_schema(summary="List what is in the trash and yours to restore", responses=AssetSerializer(many=True))
    @action(detail=False, permission_classes=[SignedIn], filterset_class=AssetFilters)
    def trash(self, request: Request) -> Response:
        assets = complete(trash_of(request.user)).annotate(size=F("blob__size"))
        page = self.paginate_queryset(self.filter_queryset(assets))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="Delete what is in the trash and your own for good", request=None, responses=CountSerializer)
    @action(detail=False, methods=["post"], url_path="trash/empty", permission_classes=[SignedIn])
    def empty_trash(self, request: Request) -> Response:
        return Response({"count": lifecycle.empty_trash(request.user)})

    @extend_schema(summary="Get one asset")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        asset = self.get_queryset().filter(pk=pk).first()
        if asset is None:
            raise NotFoundError("asset")
        return Response(self.get_serializer(asset).data)

    @extend_schema(
        summary="Upload a file",
        description="The same file from the same owner is the same asset: then the answer is 200, not 201. "
        "The picture is read in the background; until then the state is “received”.",
        request={"multipart/form-data": Upload},
        responses={201: AssetSerializer, 200: AssetSerializer},
    )
    def create(self, request: Request) -> Response:
        owner = require(request.user, Role.EDITOR, to="upload")
        sent = body(Upload, request)
        file, tags = sent.pop("file"), sent.pop("tags", [])
        collection = sent.pop("collection", None)
        _check_together(owner, tags, collection)
        taken = ingest.ingest(
            file,
            owner=owner,
            file_name=file.name or "",
            declared_type=file.content_type or "",
            **sent,
        )
        for slug in tags:
            bulk.add_tag(owner, [taken.asset.pk], slug)
        if collection is not None:
            collections.add(owner, collection, [taken.asset.pk])
        made = status.HTTP_201_CREATED if taken.created else status.HTTP_200_OK
        return Response(written(taken.asset.pk), status=made)

    @extend_schema(summary="Change an asset", request=AssetChange, responses=AssetSerializer)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        sent = body(AssetChange, request, partial=True)
        lifecycle.update_asset(request.user, pk, **sent)
        return Response(written(pk))

    @extend_schema(summary="Put an asset into the trash", responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        lifecycle.trash(request.user, [pk])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Take an asset out of the trash", request=None, responses=AssetSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: UUID) -> Response:
        lifecycle.restore(request.user, [pk])
        return Response(written(pk))

    @extend_schema(summary="Delete an asset in the trash for good", request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def purge(self, request: Request, pk: UUID) -> Response:
        lifecycle.purge(request.user, [pk])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Thumbnail, 320 px", responses={(200, "image/webp"): OpenApiTypes.BINARY})
    @action(detail=True)
    def thumb(self, request: Request, pk: UUID) -> HttpResponseBase:
        return files.thumb(request._request, pk)

    @extend_schema(summary="Preview, 1024 px", responses={(200, "image/webp"): OpenApiTypes.BINARY})
    @action(detail=True)
    def preview(self, request: Request, pk: UUID) -> HttpResponseBase:
        return files.preview(request._request, pk)

    @extend_schema(summary="The file as it came", responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True)
    def original(self, request: Request, pk: UUID) -> HttpResponseBase:
        return files.original(request._request, pk)

    @extend_schema(
        summary="The tags of an asset, suggestions included", filters=False, responses=AssetTagSerializer(many=True)
    )
    @action(detail=True, pagination_class=None, parser_classes=[JSONParser])
    def tags(self, request: Request, pk: UUID) -> Response:
        asset = get_visible(request.user, pk)
        rows = asset.asset_tags.select_related("tag", "decided_by").order_by("state", "-score", "tag__slug")
        return Response(AssetTagSerializer(rows, many=True).data)

    @extend_schema(summary="Accept, reject or add a tag", request=TagDecision, responses=AssetTagSerializer)
    @tags.mapping.post
    def decide_tag(self, request: Request, pk: UUID) -> Response:
        sent = body(TagDecision, request)
        slug = sent["tag"]
        if sent["accept"]:
            row = tagging.add_tag(request.user, pk, slug)
        else:
            row = tagging.decide(request.user, pk, slug, accept=False)
        return Response(AssetTagSerializer(row).data)


def _check_together(owner: User, slugs: list[str], collection: UUID | None) -> None:
    """Refuse tags and a collection that a file cannot get, before it is stored."""
    if set(slugs) - set(Tag.objects.filter(slug__in=slugs).values_list("slug", flat=True)):
        raise NotFoundError("tag")
    if collection is not None:
        collections.get_fillable(owner, collection)
