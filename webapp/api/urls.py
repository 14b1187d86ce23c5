"""Addresses under ``/api/``."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from assetdb.errors import DamError
from webapp.api.assets import AssetViewSet
from webapp.api.docs import DocsView, SchemaView
from webapp.api.generations import GenerationViewSet
from webapp.api.search import SearchView
from webapp.api.vocabulary import TagViewSet

app_name = "api"


class Nowhere(APIView):
    """Whatever no other address takes: a failure in the API's own shape."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        hint = "" if request.path.endswith("/") else " Addresses end with a slash."
        raise DamError("not_found", f"There is nothing at this address.{hint} See /api/v1/docs/.", status=404)


router = SimpleRouter(use_regex_path=False)
router.register("assets", AssetViewSet, basename="asset")
router.register("tags", TagViewSet, basename="tag")
router.register("generations", GenerationViewSet, basename="generation")

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/search/", SearchView.as_view(), name="search"),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    path("v1/docs/", DocsView.as_view(), name="docs"),
    path("v1/", include(router.urls)),
    re_path(r"^.*$", Nowhere.as_view(), name="nowhere"),
]
