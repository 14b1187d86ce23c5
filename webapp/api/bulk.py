"""``/api/v1/assets/bulk/``: what is done to many assets at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from assetdb import bulk
from assetdb.models import Asset
from webapp.api.about import credit_json
from webapp.api.permissions import SignedIn
from webapp.api.serializers import body
from webapp.api.serializers.about import CreditsSerializer
from webapp.api.serializers.bulk import (
    STATES,
    BulkCollect,
    BulkRights,
    BulkTag,
    CountSerializer,
    DoneSerializer,
    Ids,
    LicensedSerializer,
    TaggedSerializer,
    TakeBack,
)
from webapp.library.downloads import csv_of_assets, seen_among, zip_of_assets

_NAMES = {below: name for name, below in STATES.items()}


class BulkViewSet(GenericViewSet):
    """At most 10 000 assets a request, named in the body. What is not yours to change is counted, not changed."""

    queryset = Asset.objects.none()
    permission_classes = [SignedIn]
    parser_classes = [JSONParser]
    pagination_class = None

    @extend_schema(summary="Put a tag on many assets", request=BulkTag, responses=TaggedSerializer)
    @action(detail=False, methods=["post"])
    def tag(self, request: Request) -> Response:
        said = body(BulkTag, request)
        done = bulk.add_tag(request.user, said["assets"], said["tag"])
        return Response(_done(done, said["assets"]) | {"before": _before(done)})

    @extend_schema(
        summary="Take a tag off many assets",
        description="It stays rejected there, so that it is not suggested again.",
        request=BulkTag,
        responses=TaggedSerializer,
    )
    @action(detail=False, methods=["post"])
    def untag(self, request: Request) -> Response:
        said = body(BulkTag, request)
        done = bulk.remove_tag(request.user, said["assets"], said["tag"])
        return Response(_done(done, said["assets"]) | {"before": _before(done)})

    @extend_schema(
        summary="Give a tag back the state it had before it was put on, or taken off, many assets",
        request=TakeBack,
        responses=CountSerializer,
    )
    @action(detail=False, methods=["post"], url_path="take-back-tag")
    def take_back_tag(self, request: Request) -> Response:
        said = body(TakeBack, request)
        before = {STATES[name]: ids for name, ids in said["before"].items()}
        return Response({"count": bulk.take_back_tag(request.user, before, said["tag"])})

    @extend_schema(summary="Change the rights of many assets", request=BulkRights, responses=LicensedSerializer)
    @action(detail=False, methods=["post"])
    def rights(self, request: Request) -> Response:
        said = body(BulkRights, request)
        wanted = bulk.Rights(said.get("licence"), said.get("credit"), said.get("derivatives_allowed"))
        done = bulk.set_rights(request.user, said["assets"], wanted)
        before = [
            {"licence": had.licence, "credit": had.credit, "derivatives_allowed": had.derivatives, "assets": ids}
            for had, ids in done.before.items()
        ]
        return Response(_done(done, said["assets"]) | {"before": before})

    @extend_schema(summary="Put many assets into the trash", request=Ids, responses=DoneSerializer)
    @action(detail=False, methods=["post"])
    def trash(self, request: Request) -> Response:
        ids = body(Ids, request)["assets"]
        return Response(_done(bulk.trash(request.user, ids), ids))

    @extend_schema(summary="Take many assets out of the trash", request=Ids, responses=DoneSerializer)
    @action(detail=False, methods=["post"])
    def restore(self, request: Request) -> Response:
        ids = body(Ids, request)["assets"]
        return Response(_done(bulk.restore(request.user, ids), ids))

    @extend_schema(
        summary="Delete many assets in the trash for good",
        description="What is not in the trash, or not your own, is refused.",
        request=Ids,
        responses=DoneSerializer,
    )
    @action(detail=False, methods=["post"])
    def purge(self, request: Request) -> Response:
        ids = body(Ids, request)["assets"]
        return Response(_done(bulk.purge(request.user, ids), ids))

    @extend_schema(summary="Put many assets into a collection", request=BulkCollect, responses=DoneSerializer)
    @action(detail=False, methods=["post"])
    def collect(self, request: Request) -> Response:
        said = body(BulkCollect, request)
        return Response(_done(bulk.collect(request.user, said["assets"], said["collection"]), said["assets"]))

    @extend_schema(
        summary="Download the files of many assets as a zip",
        request=Ids,
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    @action(detail=False, methods=["post"])
    def zip(self, request: Request) -> HttpResponseBase:
        return zip_of_assets(request.user, body(Ids, request)["assets"])

    @extend_schema(
        summary="Download what is known of many assets as CSV",
        request=Ids,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    @action(detail=False, methods=["post"], url_path="csv")
    def table(self, request: Request) -> HttpResponseBase:
        return csv_of_assets(request.user, body(Ids, request)["assets"])

    @extend_schema(summary="Get the credit lines of many assets", request=Ids, responses=CreditsSerializer)
    @action(detail=False, methods=["post"])
    def credits(self, request: Request) -> Response:
        ids = body(Ids, request)["assets"]
        listed = [credit_json(asset) for asset in seen_among(request.user, ids)]
        return Response({"credits": listed, "text": "\n".join(dict.fromkeys(one["text"] for one in listed))})


def _done(done: bulk.Done, asked: list[UUID]) -> dict[str, Any]:
    unchanged = len(set(asked)) - len(done.ids) - done.refused
    return {"changed": done.ids, "unchanged": unchanged, "refused": done.refused}


def _before(done: bulk.Tagged) -> dict[str, list[UUID]]:
    return {_NAMES[state]: ids for state, ids in done.before.items()}
