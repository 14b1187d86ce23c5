"""``/api/v1/search/``: finding, with a verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assetdb.access import Caller
from assetdb.errors import DamError
from assetdb.models import Ai, Kind, Origin, Review, User
from assetdb.renditions import read_picture
from indexer.search import Filters, Order, Query, facets, search, timeline
from webapp.answers import answer_json
from webapp.api.filters import refuse_unknown, slugs_of
from webapp.api.serializers import AnswerSerializer
from webapp.api.serializers.search import DiagnosisSerializer, FacetsSerializer, MonthSerializer
from webapp.library.ask import Ask
from webapp.library.miss import diagnose

MOST = 100
ORDERS = ("newest", "oldest", "largest", "name")
FILTERS = tuple(field.name for field in dataclasses.fields(Filters))
_ACCOUNT = "Without “ai”, generated assets are shown, hidden or the only ones as your account is set; the answer says."


class Narrowing(serializers.Serializer):
    """What narrows a search."""

    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    tag = serializers.CharField(required=False, help_text="slugs separated by commas; all must be there")
    licence = serializers.CharField(required=False, max_length=40)
    origin = serializers.ChoiceField(choices=Origin.choices, required=False)
    owner = serializers.CharField(required=False, max_length=150, help_text="a username")
    collection = serializers.UUIDField(required=False)
    created_from = serializers.DateTimeField(required=False)
    created_to = serializers.DateTimeField(required=False)
    review = serializers.ChoiceField(choices=Review.choices, required=False)
    ai = serializers.ChoiceField(choices=Ai.choices, required=False, help_text="of generated assets")


class Stretch(serializers.Serializer):
    """Which page of an answer is wanted."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=24)
    offset = serializers.IntegerField(min_value=0, max_value=10_000, default=0)


class Conditions(Stretch, Narrowing):
    """What narrows a search, and which page of the answer is wanted."""


class Asked(Conditions):
    """A search by words, or by an asset of the library; empty browses the newest first."""

    q = serializers.CharField(default="", allow_blank=True, max_length=500)
    like = serializers.UUIDField(required=False, help_text="an asset whose like is wanted")
    but = serializers.CharField(
        default="", allow_blank=True, max_length=200, help_text="with “like”: what shall be different, in words"
    )
    order = serializers.ChoiceField(
        choices=ORDERS, required=False, help_text="instead of by relevance; likeness has no other order"
    )


class AskedByPicture(Conditions):
    """A search by a picture, which is looked at and not kept."""

    image = serializers.FileField(help_text="JPEG, PNG, WebP, GIF or SVG")


class Browsed(Narrowing):
    """What narrows the months, and the order in which they come."""

    order = serializers.ChoiceField(choices=("newest", "oldest"), default="newest")


class Missed(serializers.Serializer):
    """A search by words, narrowed as the library page can."""

    q = serializers.CharField(max_length=500)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    tag = serializers.CharField(required=False, help_text="slugs separated by commas; all must be there")
    licence = serializers.CharField(required=False, max_length=40)
    origin = serializers.ChoiceField(choices=Origin.choices, required=False)
    collection = serializers.UUIDField(required=False)
    mine = serializers.BooleanField(default=False)
    ai = serializers.ChoiceField(choices=Ai.choices, required=False, help_text="of generated assets")


class SearchView(APIView):
    """Search by words, by an asset, or by a picture of one's own."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="search",
        summary="Search by words or by an asset",
        description=_ACCOUNT,
        parameters=[Asked],
        responses=AnswerSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = read(Asked, request.query_params)
        return self._answer(request, _query(asked), asked)

    @extend_schema(
        operation_id="search_by_picture",
        summary="Search by a picture",
        description=_ACCOUNT,
        request={"multipart/form-data": AskedByPicture},
        responses=AnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        asked = read(AskedByPicture, request.data)
        return self._answer(request, Query(image=read_picture(asked["image"])), asked)

    def _answer(self, request: Request, query: Query, asked: dict[str, Any]) -> Response:
        filters = filters_of(asked, request.user)
        order: Order = asked.get("order", "")
        results = search(
            query,
            user=request.user,
            filters=filters,
            limit=asked["limit"],
            offset=asked["offset"],
            order=order,
            record=True,
        )
        return Response(answer_json(results, ai=filters.ai or Ai.SHOW))


class FacetsView(APIView):
    """What a search could be narrowed to."""

    @extend_schema(
        operation_id="search_facets",
        summary="Count what the filters admit by kind, licence, origin and tag",
        description=_ACCOUNT,
        parameters=[Narrowing],
        responses=FacetsSerializer,
    )
    def get(self, request: Request) -> Response:
        filters = filters_of(read(Narrowing, request.query_params), request.user)
        counted = facets(request.user, filters)
        told: dict[str, Any] = {name: [asdict(facet) for facet in found] for name, found in counted.items()}
        return Response(told | {"ai": filters.ai or Ai.SHOW})


class MonthsView(APIView):
    """When what a search without a query lists came in."""

    @extend_schema(
        operation_id="search_months",
        summary="Count what the filters admit by the month in which it came",
        description=_ACCOUNT,
        parameters=[Browsed],
        responses=MonthSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = read(Browsed, request.query_params)
        return Response(timeline.months(request.user, filters_of(asked, request.user), order=asked["order"]))


class DiagnosisView(APIView):
    """Why a search found nothing sure."""

    @extend_schema(
        operation_id="search_diagnosis",
        summary="What a miss comes down to: what is lacking, what else may be the reason, who could make it",
        description=_ACCOUNT,
        parameters=[Missed],
        responses=DiagnosisSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = read(Missed, request.query_params)
        ask = Ask(**asked | {"tag": slugs_of(asked.get("tag", ""))})
        results = search(ask.query, user=request.user, filters=ask.filters(request.user), limit=1)
        found = diagnose(ask, results, request.user)
        told = {"verdict": results.verdict and results.verdict.kind, "nearest": found.nearest and found.nearest.pk}
        return Response(DiagnosisSerializer(asdict(replace(found, nearest=None)) | told).data)


Form = TypeVar("Form", bound=serializers.Serializer)


def read(form: type[Form], sent: Any) -> dict[str, Any]:
    """Read what was asked, refusing what ``form`` does not name."""
    asked = form(data=sent)
    refuse_unknown(sent, known=[*asked.fields, "format"])
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def filters_of(asked: Mapping[str, Any], user: Caller) -> Filters:
    """Return the conditions that were asked for; of generated assets, what the account wants unless said otherwise."""
    given = {name: asked[name] for name in FILTERS if name in asked}
    wish = given.get("ai") or (user.ai if isinstance(user, User) else Ai.SHOW)
    given |= {"tag": slugs_of(given.get("tag", "")), "ai": "" if wish == Ai.SHOW else wish}
    return Filters(**given)


def _query(asked: dict[str, Any]) -> Query:
    by_asset = "like" in asked
    if asked["q"].strip() and by_asset:
        raise DamError("two_questions", "Ask with words (q) or with an asset (like), not with both.")
    if asked["but"].strip() and not by_asset:
        raise DamError("bad_value", "“but” says how something may differ from an asset. Name that asset with “like”.")
    if asked.get("order") and by_asset:
        raise DamError("unknown_ordering", "What is alike comes by likeness and in no other order. Leave “order” out.")
    return Query(text=asked["q"], asset=asked.get("like"), but=asked["but"])
