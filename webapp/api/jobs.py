"""``/api/v1/jobs/``: what goes on in the background, and what failed."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.db.models import QuerySet
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from assetdb import imports, prepare
from assetdb.access import editable_by
from assetdb.errors import NotFoundError
from assetdb.models import Asset, ImportRun
from indexer import failures
from indexer.models import Failure
from webapp import duties, work
from webapp.api.filters import AssetFilters, FailureFilters, ImportFilters, StrictFilters, StrictOrdering
from webapp.api.permissions import SignedIn
from webapp.api.serializers import AssetSerializer, body
from webapp.api.serializers.bulk import CountSerializer
from webapp.api.serializers.jobs import Again, FailureSerializer, ImportSerializer, JobsSerializer
from webapp.api.written import complete


class JobsView(APIView):
    """Work under way: how much waits, how fast it goes, on what it runs."""

    permission_classes = [SignedIn]

    @extend_schema(operation_id="jobs", summary="What goes on in the background", responses=JobsSerializer)
    def get(self, request: Request) -> Response:
        workers = {queue: duties.alive(queue) for queue in (duties.QUICK, duties.SLOW)}
        told = [asdict(one) | {"seconds_left": one.seconds_left} for one in work.under_way()]
        return Response({"work": told, "workers": workers})


@extend_schema_view(list=extend_schema(summary="List imports, newest first"))
class ImportViewSet(ListModelMixin, GenericViewSet):
    """Imports the caller started; every import for reviewers."""

    queryset = ImportRun.objects.none()
    serializer_class = ImportSerializer
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = ImportFilters
    ordering = ("-created",)
    ordering_fields = ("created",)
    lookup_url_kwarg = "import_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[ImportRun]:
        return imports.imports_of(self.request.user)

    @extend_schema(summary="Get one import")
    def retrieve(self, request: Request, import_id: UUID) -> Response:
        return Response(self.get_serializer(imports.get_import(request.user, import_id)).data)

    @extend_schema(
        summary="Stop an import after the files in hand; what came in stays", request=None, responses=ImportSerializer
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, import_id: UUID) -> Response:
        return Response(self.get_serializer(imports.cancel(request.user, import_id)).data)

    @extend_schema(summary="Go on with an import that failed or was stopped", request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, import_id: UUID) -> Response:
        return Response(self.get_serializer(imports.resume(request.user, import_id)).data)


class FailedViewSet(GenericViewSet):
    """Files that could not be read, and assets that the index could not take in."""

    queryset = Asset.objects.none()
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class: type[FilterSet] = AssetFilters
    ordering = ("-created",)
    ordering_fields = ("created",)

    @extend_schema(
        summary="List files of yours that could not be read, or were refused", responses=AssetSerializer(many=True)
    )
    @action(detail=False, serializer_class=AssetSerializer)
    def unreadable(self, request: Request) -> Response:
        failed = complete(prepare.unreadable_of(request.user))
        page = self.paginate_queryset(self.filter_queryset(failed))
        return self.get_paginated_response(AssetSerializer(page, many=True).data)

    @extend_schema(
        summary="Have files that could not be read tried again",
        description="What is empty, of no readable kind or in quarantine stays refused; the count says how many wait.",
        request=Again,
        responses=CountSerializer,
    )
    @action(detail=False, methods=["post"], url_path="unreadable/again")
    def read_again(self, request: Request) -> Response:
        wanted = _chosen(request, prepare.unreadable_of(request.user))
        return Response({"count": prepare.read_again(wanted.values_list("pk", flat=True))})

    @extend_schema(
        summary="List assets that the index could not take in, each with the reason",
        responses=FailureSerializer(many=True),
    )
    @action(
        detail=False,
        queryset=Failure.objects.none(),
        serializer_class=FailureSerializer,
        filterset_class=FailureFilters,
    )
    def unindexed(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(failures.failures_of(request.user)))
        return self.get_paginated_response(FailureSerializer(page, many=True).data)

    @extend_schema(
        summary="Have assets that the index could not take in tried again", request=Again, responses=CountSerializer
    )
    @action(detail=False, methods=["post"], url_path="unindexed/again")
    def index_again(self, request: Request) -> Response:
        return Response({"count": failures.index_again(_chosen(request, editable_by(request.user)))})


def _chosen(request: Request, assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Return those of ``assets`` that the body names, or all when it asks for all.

    Raises:
        NotFoundError: it names none of them.
    """
    sent = body(Again, request)
    if sent.get("all"):
        return assets
    named = assets.filter(pk__in=sent["assets"])
    if not named.exists():
        raise NotFoundError("asset")
    return named
