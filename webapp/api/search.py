"""``/api/v1/search/``: finding, with a verdict."""

from __future__ import annotations

import dataclasses
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assetdb.errors import DamError
from assetdb.models import Kind, Origin, Review
from assetdb.renditions import read_picture
from indexer.search import Filters, Query, search
from webapp.answers import answer_json
from webapp.api.filters import refuse_unknown
from webapp.api.serializers import AnswerSerializer

MOST = 100
FILTERS = tuple(field.name for field in dataclasses.fields(Filters))


class Conditions(serializers.Serializer):
    """What narrows a search, and which page of the answer is wanted."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=24)
    offset = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    tag = serializers.CharField(required=False, help_text="slugs separated by commas; all must be there")
    licence = serializers.CharField(required=False, max_length=40)
    origin = serializers.ChoiceField(choices=Origin.choices, required=False)
    owner = serializers.CharField(required=False, max_length=150, help_text="a username")
    collection = serializers.UUIDField(required=False)
    created_from = serializers.DateTimeField(required=False)
    created_to = serializers.DateTimeField(required=False)
    review = serializers.ChoiceField(choices=Review.choices, required=False)


class Asked(Conditions):
    """A search by words, or by an asset of the library; empty browses the newest first."""

    q = serializers.CharField(default="", allow_blank=True, max_length=500)
    like = serializers.UUIDField(required=False, help_text="an asset whose like is wanted")


class AskedByPicture(Conditions):
    """A search by a picture, which is looked at and not kept."""

    image = serializers.FileField(help_text="JPEG, PNG, WebP, GIF or SVG")


class SearchView(APIView):
    """Search by words, by an asset, or by a picture of one's own."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="search", summary="Search by words or by an asset", parameters=[Asked], responses=AnswerSerializer
    )
    def get(self, request: Request) -> Response:
        asked = _read(Asked, request.query_params)
        if asked["q"].strip() and "like" in asked:
            raise DamError("two_questions", "Ask with words (q) or with an asset (like), not with both.")
        return self._answer(request, Query(text=asked["q"], asset=asked.get("like")), asked)

    @extend_schema(
        operation_id="search_by_picture",
        summary="Search by a picture",
        request={"multipart/form-data": AskedByPicture},
        responses=AnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        asked = _read(AskedByPicture, request.data)
        return self._answer(request, Query(image=read_picture(asked["image"])), asked)

    def _answer(self, request: Request, query: Query, asked: dict[str, Any]) -> Response:
        results = search(
            query,
            user=request.user,
            filters=_filters(asked),
            limit=asked["limit"],
            offset=asked["offset"],
            record=True,
        )
        return Response(answer_json(results))


def _read(form: type[Conditions], sent: Any) -> dict[str, Any]:
    asked = form(data=sent)
    refuse_unknown(sent, known=[*asked.fields, "format"])
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _filters(asked: dict[str, Any]) -> Filters:
    given = {name: asked[name] for name in FILTERS if name in asked}
    slugs = str(given.get("tag", "")).split(",")
    return Filters(**given | {"tag": tuple(slug.strip() for slug in slugs if slug.strip())})
