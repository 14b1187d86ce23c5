"""``/api/v1/tagging/``: what waits for a word, and many words at once."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assetdb import tagging
from assetdb.access import require
from assetdb.errors import NotFoundError
from assetdb.models import AssetTag, Role, Tag, User
from webapp.api.filters import StrictFilters, StrictOrdering, SuggestionFilters, TagFilters
from webapp.api.permissions import SignedIn
from webapp.api.serializers import body
from webapp.api.serializers.bulk import CountSerializer
from webapp.api.serializers.tags import (
    MOST_DECISIONS,
    Above,
    AcceptedSerializer,
    Decisions,
    SuggestionSerializer,
    WordSerializer,
)
from webapp.dashboards import figures


class TaggingViewSet(GenericViewSet):
    """Suggestions of tags and the decisions on them, for reviewers."""

    queryset = AssetTag.objects.none()
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class: type[FilterSet] = SuggestionFilters
    ordering: tuple[str, ...] = ("-score",)
    ordering_fields: tuple[str, ...] = ("score", "asset_id", "created")

    @extend_schema(
        summary="List the suggestions you may decide on, the likeliest first",
        description="Of one tag with “tag”, of one asset with “asset”.",
        responses=SuggestionSerializer(many=True),
    )
    @action(detail=False, serializer_class=SuggestionSerializer)
    def suggestions(self, request: Request) -> Response:
        waiting: QuerySet[AssetTag] = tagging.waiting_for(_reviewer(request)).select_related("asset", "tag")
        page = self.paginate_queryset(self.filter_queryset(waiting))
        return self.get_paginated_response(SuggestionSerializer(page, many=True).data)

    @extend_schema(
        summary="List the vocabulary with how many suggestions wait, and how they were decided",
        responses=WordSerializer(many=True),
    )
    @action(
        detail=False,
        queryset=Tag.objects.none(),
        serializer_class=WordSerializer,
        filterset_class=TagFilters,
        ordering=("group", "name"),
        ordering_fields=("group", "name", "slug"),
    )
    def words(self, request: Request) -> Response:
        counts = figures.tags(_reviewer(request))
        page = self.paginate_queryset(self.filter_queryset(Tag.objects.all()))
        return self.get_paginated_response(WordSerializer(page, many=True, context={"counts": counts}).data)

    @extend_schema(
        summary="Accept, reject or reopen many tags at once",
        description="What is gone by now, or not yours to decide on, is left out of the count.",
        request=Decisions,
        responses=CountSerializer,
    )
    @action(detail=False, methods=["post"])
    def decide(self, request: Request) -> Response:
        user = _reviewer(request)
        sent = body(Decisions, request)
        pairs = [(pair["asset"], pair["tag"]) for pair in sent["pairs"]]
        decision = sent["decision"]
        if decision == "reopen":
            count = tagging.reopen_many(user, pairs)
        else:
            count = tagging.decide_many(user, pairs, accept=decision == "accept")
        figures.forget_tags(user)
        return Response({"count": count})

    @extend_schema(
        summary="Accept the suggestions of a tag that are likely enough",
        request=Above,
        responses=AcceptedSerializer,
    )
    @action(detail=False, methods=["post"], url_path="accept-above")
    def accept_above(self, request: Request) -> Response:
        user = _reviewer(request)
        sent = body(Above, request)
        tag = Tag.objects.filter(slug=sent["tag"]).first()
        if tag is None:
            raise NotFoundError("tag")
        chosen, more = tagging.accept_above(user, tag, least=sent["least"], most=MOST_DECISIONS)
        figures.forget_tags(user)
        return Response({"assets": chosen, "more": more})


def _reviewer(request: Request) -> User:
    return require(request.user, Role.REVIEWER, to="decide on tags")
