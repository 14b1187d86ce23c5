"""``/api/v1/generations/``: what the library lacks, being made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assetdb.access import require
from assetdb.errors import NotFoundError
from assetdb.models import Asset, Role
from generators import gaps, publish, steering
from generators.models import Candidate, Run, RunAsker
from webapp.api.filters import AssetFilters, RunFilters, StrictFilters, StrictOrdering
from webapp.api.permissions import SignedIn
from webapp.api.serializers import CandidateSerializer, Rejection, RunDetail, RunRequest, RunSerializer, body
from webapp.api.serializers.generations import CandidateChoice, ShelvedSerializer
from webapp.api.written import complete
from webapp.library.reach import shelf_of


@extend_schema_view(list=extend_schema(summary="List runs, newest first"))
class GenerationViewSet(ListModelMixin, GenericViewSet):
    """Runs the caller asked for or joined; every run for reviewers."""

    queryset = Run.objects.none()
    serializer_class = RunSerializer
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    filter_backends = [StrictFilters, StrictOrdering]
    filterset_class = RunFilters
    ordering = ("-created",)
    ordering_fields = ("created",)
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Run]:
        return steering.runs_of(self.request.user).select_related("asker", "reviewer")

    @extend_schema(
        summary="List the runs that wait for a decision, the longest waiting first",
        description="For reviewers; each with its candidates and their checks.",
        filters=False,
        responses=RunDetail(many=True),
    )
    @action(detail=False, ordering=("created",), serializer_class=RunDetail)
    def queue(self, request: Request) -> Response:
        require(request.user, Role.REVIEWER, to="review")
        waiting = self._whole().filter(state=Run.State.REVIEW)
        page = self.paginate_queryset(self.filter_queryset(waiting))
        return self.get_paginated_response(RunDetail(page, many=True).data)

    @extend_schema(
        summary="List what was made and not published, each with its checks",
        description="Your own; everybody's for reviewers. To clear it, put assets into the trash.",
        responses=ShelvedSerializer(many=True),
    )
    @action(
        detail=False,
        queryset=Asset.objects.none(),
        serializer_class=ShelvedSerializer,
        filterset_class=AssetFilters,
    )
    def shelf(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(complete(shelf_of(request.user))))
        tried = Candidate.objects.filter(asset__in=page or [], run__in=steering.runs_of(request.user))
        attempts = {one.asset_id: one for one in tried}
        told = ShelvedSerializer(page, many=True, context={"attempts": attempts})
        return self.get_paginated_response(told.data)

    @extend_schema(summary="Get one run, with its candidates and their checks", responses=RunDetail)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        return Response(self._written(pk))

    @extend_schema(
        summary="Ask for something to be made",
        description="Refused with 409 and the hits when the library has it, unless “anyway”. Somebody else's open "
        "run for the same meaning is joined: then the answer is 200, not 201.",
        request=RunRequest,
        responses={201: RunDetail, 200: RunDetail},
    )
    def create(self, request: Request) -> Response:
        require(request.user, Role.EDITOR, to="have something made")
        wanted = body(RunRequest, request)
        run, joined = gaps.open_run(wanted["query"], user=request.user, kind=wanted["kind"], anyway=wanted["anyway"])
        made = status.HTTP_200_OK if joined else status.HTTP_201_CREATED
        return Response(self._written(run.pk), status=made)

    @extend_schema(summary="Stop a run", request=None, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: UUID) -> Response:
        return Response(self._written(steering.cancel(request.user, pk).pk))

    @extend_schema(summary="Try a failed or cancelled run again", request=None, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: UUID) -> Response:
        return Response(self._written(steering.retry(request.user, pk).pk))

    @extend_schema(
        summary="The candidates of a run, with their checks", filters=False, responses=CandidateSerializer(many=True)
    )
    @action(detail=True, pagination_class=None)
    def candidates(self, request: Request, pk: UUID) -> Response:
        run = steering.get_run(request.user, pk)
        return Response(CandidateSerializer(run.candidates.all(), many=True).data)

    @extend_schema(
        summary="Propose another candidate that passed its checks", request=CandidateChoice, responses=RunDetail
    )
    @action(detail=True, methods=["post"])
    def choose(self, request: Request, pk: UUID) -> Response:
        steering.get_run(request.user, pk)
        sent = body(CandidateChoice, request)
        return Response(self._written(steering.choose(request.user, pk, sent["number"]).pk))

    @extend_schema(summary="Approve what was made", request=None, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: UUID) -> Response:
        return Response(self._written(publish.approve(request.user, pk).pk))

    @extend_schema(summary="Put what was made on the shelf of rejects", request=Rejection, responses=RunDetail)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: UUID) -> Response:
        sent = body(Rejection, request)
        return Response(self._written(publish.reject(request.user, pk, sent["reason"]).pk))

    def _whole(self) -> QuerySet[Run]:
        """Bring along what the JSON of a run with its candidates needs."""
        own = RunAsker.objects.filter(run=OuterRef("pk"), user=self.request.user.pk)
        told = self.get_queryset().prefetch_related("candidates")
        joined = Exists(own.exclude(user=OuterRef("asker")))
        return told.annotate(asked_by=Count("askers", distinct=True), joined=joined)

    def _written(self, run_id: UUID) -> Any:
        run = self._whole().filter(pk=run_id).first()
        if run is None:
            raise NotFoundError("run")
        return RunDetail(run).data
