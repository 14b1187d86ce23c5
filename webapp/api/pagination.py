"""Pages that stay whole while the library grows: each begins where the one before ended."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

MOST = 200


class Pages(CursorPagination):
    """``?limit=`` up to 200 and ``?cursor=`` from the page before."""

    page_size_query_param = "limit"
    max_page_size = MOST
    ordering = "-created"
    offset_cutoff = 100_000

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError) as error:
            # The place that a cursor names is put into the query as it stands.
            if self.cursor_query_param not in request.query_params:
                raise
            raise NotFound(self.invalid_cursor_message) from error
