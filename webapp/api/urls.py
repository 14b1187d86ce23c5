"""Addresses under ``/api/``."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from assetdb.errors import DamError
from webapp.api.account import AccountView, OwnTokenViewSet
from webapp.api.assets import AssetViewSet
from webapp.api.bulk import BulkViewSet
from webapp.api.collections import CollectionViewSet
from webapp.api.docs import DocsView, ProblemsView, SchemaView
from webapp.api.generations import GenerationViewSet
from webapp.api.jobs import FailedViewSet, ImportViewSet, JobsView
from webapp.api.people import InstallationView, PersonViewSet, TokenViewSet
from webapp.api.search import DiagnosisView, FacetsView, MonthsView, SearchView
from webapp.api.searches import SavedSearchViewSet
from webapp.api.shares import ShareViewSet
from webapp.api.tagging import TaggingViewSet
from webapp.api.vocabulary import TagViewSet
from webapp.api.webhooks import WebhookViewSet

app_name = "api"


class Nowhere(APIView):
    """Whatever no other address takes: a failure in the API's own shape."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        hint = "" if request.path.endswith("/") else " Addresses end with a slash."
        raise DamError("not_found", f"There is nothing at this address.{hint} See /api/v1/docs/.", status=404)


router = SimpleRouter(use_regex_path=False)
router.register("assets/bulk", BulkViewSet, basename="bulk")
router.register("assets", AssetViewSet, basename="asset")
router.register("tags", TagViewSet, basename="tag")
router.register("generations", GenerationViewSet, basename="generation")
router.register("collections", CollectionViewSet, basename="collection")
router.register("shares", ShareViewSet, basename="share")
router.register("searches", SavedSearchViewSet, basename="saved-search")
router.register("tagging", TaggingViewSet, basename="tagging")
router.register("jobs/imports", ImportViewSet, basename="import")
router.register("jobs", FailedViewSet, basename="failed")
router.register("account/tokens", OwnTokenViewSet, basename="own-token")
router.register("tokens", TokenViewSet, basename="token")
router.register("people", PersonViewSet, basename="person")
router.register("webhooks", WebhookViewSet, basename="webhook")

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/search/", SearchView.as_view(), name="search"),
    path("v1/search/facets/", FacetsView.as_view(), name="search-facets"),
    path("v1/search/diagnosis/", DiagnosisView.as_view(), name="search-diagnosis"),
    path("v1/search/months/", MonthsView.as_view(), name="search-months"),
    path("v1/jobs/", JobsView.as_view(), name="jobs"),
    path("v1/account/", AccountView.as_view(), name="account"),
    path("v1/installation/", InstallationView.as_view(), name="installation"),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    path("v1/docs/", DocsView.as_view(), name="docs"),
    path("v1/problems/", ProblemsView.as_view(), name="problems"),
    path("v1/", include(router.urls)),
    re_path(r"^", Nowhere.as_view(), name="nowhere"),
]
