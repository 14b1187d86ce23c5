"""``/api/v1/tags/``: the vocabulary, and how often each word is used."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assetdb import tagging
from assetdb.access import require, visible_to
from assetdb.errors import NotFoundError
from assetdb.models import AssetTag, Role, Tag
from indexer.tagging import suggest, thresholds
from webapp.api.filters import StrictFilters, StrictOrdering, TagFilters
from webapp.api.permissions import SignedIn
from webapp.api.search import read
from webapp.api.serializers import TagChange, TagSerializer, body
from webapp.api.serializers.tags import OutlookSerializer


class Threshold(serializers.Serializer):
    """A threshold to try; without it, the one in use."""

    threshold = serializers.FloatField(min_value=0, max_value=1, required=False)


@extend_schema_view(list=extend_schema(summary="List the vocabulary"), retrieve=extend_schema(summary="Get one word"))
class TagViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The words assets are tagged with. Counts cover accepted tags on assets the caller may see."""

    queryset = Tag.objects.none()
    serializer_class = TagSerializer
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = TagFilters
    ordering = ("group", "name")
    ordering_fields = ("group", "name", "slug")
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Tag]:
        seen = visible_to(self.request.user).values("pk")
        used = Q(asset_tags__state=AssetTag.State.ACCEPTED, asset_tags__asset__in=seen)
        return Tag.objects.annotate(count=Count("asset_tags", filter=used))

    @extend_schema(summary="Add a word", request=TagChange, responses={201: TagSerializer})
    def create(self, request: Request) -> Response:
        require(request.user, Role.ADMIN, to="change the vocabulary")
        sent = body(TagChange, request)
        tag = tagging.save_tag(request.user, Tag(**sent))
        return Response(TagSerializer(tag).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Change a word", request=TagChange, responses=TagSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        require(request.user, Role.ADMIN, to="change the vocabulary")
        tag = self.get_object()
        sent = TagChange(tag, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        for name, value in sent.validated_data.items():
            setattr(tag, name, value)
        return Response(TagSerializer(tagging.save_tag(request.user, tag)).data)

    @extend_schema(
        summary="What a threshold would do, before it is set", parameters=[Threshold], responses=OutlookSerializer
    )
    @action(detail=True, permission_classes=[SignedIn])
    def outlook(self, request: Request, slug: str) -> Response:
        require(request.user, Role.ADMIN, to="change the vocabulary")
        tag = Tag.objects.filter(slug=slug).first()
        if tag is None:
            raise NotFoundError("tag")
        wanted = read(Threshold, request.query_params)
        found = thresholds.outlook(request.user, tag, threshold=wanted.get("threshold", suggest.threshold_of(tag)))
        near = {
            side: [{"asset": asset, "probability": sure} for asset, sure in getattr(found, side)]
            for side in ("above", "below")
        }
        return Response(OutlookSerializer(asdict(found) | near).data)

    @extend_schema(summary="Take a word out of the vocabulary and off every asset", responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        require(request.user, Role.ADMIN, to="change the vocabulary")
        tagging.drop_tag(request.user, self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
