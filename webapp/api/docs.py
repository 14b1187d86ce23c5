"""The schema, the page that shows it, and the list of what can go wrong."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.problems import CODES, title_of


class SchemaView(SpectacularAPIView):
    """OpenAPI, for anyone: it describes the API and nothing in the library."""

    permission_classes = [AllowAny]


class DocsView(SpectacularSwaggerSplitView):
    """The schema to read and try out; its script has its own address, as the content policy asks."""

    permission_classes = [AllowAny]
    url_name = "api:schema"
    template_name = "api/docs.html"


class ProblemRow(serializers.Serializer):
    """One kind of failure."""

    type = serializers.CharField(help_text="the “type” of its problem details")
    code = serializers.CharField()
    title = serializers.CharField()
    statuses = serializers.ListField(child=serializers.IntegerField())


class ProblemList(serializers.Serializer):
    """Every kind of failure, by code."""

    problems = ProblemRow(many=True)


class ProblemsView(APIView):
    """The codes that failures bear, for anyone: a page for browsers, JSON for programs."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="problems", summary="List the codes of all failures", responses=ProblemList)
    def get(self, request: Request) -> HttpResponseBase:
        here = reverse("api:problems")
        rows = [
            {"type": f"{here}#{code}", "code": code, "title": title_of(code), "statuses": statuses}
            for code, statuses in CODES.items()
        ]
        wanted = request._request.get_preferred_type(["application/json", "text/html"])
        answer: HttpResponseBase = (
            HttpResponse(render_to_string("api/problems.html", {"problems": rows}))
            if wanted == "text/html"
            else Response({"problems": rows})
        )
        patch_vary_headers(answer, ["Accept"])
        return answer
