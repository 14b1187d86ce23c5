"""The schema, and the page that shows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from webapp.api.serializers import ErrorSerializer


class Schema(AutoSchema):
    """Adds to every operation the one shape in which it fails."""

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        failure = self._get_response_for_code(ErrorSerializer, "default", direction=direction)
        return bodies | {"default": failure | {"description": "What went wrong"}}


class SchemaView(SpectacularAPIView):
    """OpenAPI, for anyone: it describes the API and nothing in the library."""

    permission_classes = [AllowAny]


class DocsView(SpectacularSwaggerSplitView):
    """The schema to read and try out; its script has its own address, as the content policy asks."""

    permission_classes = [AllowAny]
    url_name = "api:schema"
    template_name = "api/docs.html"
