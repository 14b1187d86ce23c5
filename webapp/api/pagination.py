"""Pages that stay whole while the library grows: each begins where the one before ended."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination

MOST = 200


class Pages(CursorPagination):
    """``?limit=`` up to 200 and ``?cursor=`` from the page before."""

    page_size_query_param = "limit"
    max_page_size = MOST
    ordering = "-created"
    offset_cutoff = 100_000
