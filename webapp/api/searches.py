"""``/api/v1/searches/``: searches that were kept, and those made of late."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assetdb import collections
from assetdb.access import collections_of
from assetdb.errors import DamError, NotFoundError
from assetdb.models import Ai, Collection
from indexer import history
from indexer.search import search
from webapp.answers import answer_json
from webapp.api.account import me
from webapp.api.filters import SavedFilters, StrictFilters, StrictOrdering
from webapp.api.permissions import SignedIn
from webapp.api.search import Stretch
from webapp.api.search import read as read_strictly
from webapp.api.serializers import AnswerSerializer, body
from webapp.api.serializers.bulk import CountSerializer
from webapp.api.serializers.search import RecentSerializer, SavedRequest, SavedSearchSerializer
from webapp.library.ask import Ask, read

MOST_RECENT = 20


@extend_schema_view(list=extend_schema(summary="List the saved searches you made or were granted"))
class SavedSearchViewSet(ListModelMixin, GenericViewSet):
    """Searches that were kept. Each is a collection that fills itself: rename, move and grant it there."""

    queryset = Collection.objects.none()
    serializer_class = SavedSearchSerializer
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = SavedFilters
    ordering = ("name",)
    ordering_fields = ("name", "created")
    lookup_url_kwarg = "collection_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Collection]:
        return collections_of(self.request.user).exclude(search="").select_related("owner")

    @extend_schema(summary="Get one saved search")
    def retrieve(self, request: Request, collection_id: UUID) -> Response:
        return Response(self.get_serializer(self._saved(collection_id)).data)

    @extend_schema(summary="Keep a search", request=SavedRequest, responses={201: SavedSearchSerializer})
    def create(self, request: Request) -> Response:
        said = body(SavedRequest, request)
        name, parent = said.pop("name"), said.pop("parent")
        if said["q"].strip() and "like" in said:
            raise DamError("two_questions", "Ask with words (q) or with an asset (like), not with both.")
        ask = Ask(**said | {"tag": tuple(said["tag"])})
        made = collections.create(request.user, name, parent=parent, search=ask.saved or "q=")
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Delete a saved search", responses={204: None})
    def destroy(self, request: Request, collection_id: UUID) -> Response:
        collections.delete(request.user, self._saved(collection_id).pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Ask a saved search now", parameters=[Stretch], responses=AnswerSerializer)
    @action(detail=True)
    def answer(self, request: Request, collection_id: UUID) -> Response:
        ask = read(QueryDict(self._saved(collection_id).search))
        wanted = read_strictly(Stretch, request.query_params)
        filters = ask.filters(request.user)
        results = search(ask.query, user=request.user, filters=filters, order=ask.order, **wanted)
        return Response(answer_json(results, ai=filters.ai or Ai.SHOW))

    @extend_schema(
        summary="The last different searches you made, the latest first",
        filters=False,
        responses=RecentSerializer(many=True),
    )
    @action(detail=False, pagination_class=None)
    def recent(self, request: Request) -> Response:
        return Response(RecentSerializer(history.recent(me(request), most=MOST_RECENT), many=True).data)

    @extend_schema(
        summary="Take your name off what you searched for",
        description="The searches stay, without your name: the miss rate of the library is counted from them.",
        request=None,
        responses={200: CountSerializer},
    )
    @recent.mapping.delete
    def forget(self, request: Request) -> Response:
        return Response({"count": history.forget(me(request))})

    def _saved(self, collection_id: UUID) -> Collection:
        found = self.get_queryset().filter(pk=collection_id).first()
        if found is None:
            raise NotFoundError("saved search")
        return found
