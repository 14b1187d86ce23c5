"""The schema, and the page that shows it."""

from __future__ import annotations

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class SchemaView(SpectacularAPIView):
    """OpenAPI, for anyone: it describes the API and nothing in the library."""

    permission_classes = [AllowAny]


class DocsView(SpectacularSwaggerSplitView):
    """The schema to read and try out; its script has its own address, as the content policy asks."""

    permission_classes = [AllowAny]
    url_name = "api:schema"
    template_name = "api/docs.html"
