"""Versions of what the API answers: read again only what changed, and change only what one has seen.

An ETag is the digest of an answer's bytes, so it differs by caller where what they may see differs. ``If-Match``
on PATCH, PUT and DELETE is compared with what a GET of the same address would answer the same caller now, in the
transaction that writes: of several writers that send it, one wins. A writer that does not send it is held up by
nothing, and on PostgreSQL may come between the comparison and the write.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags

from assetdb.errors import DamError

View = Callable[..., HttpResponseBase]
CONDITIONAL = ("PATCH", "PUT", "DELETE")
_OF_THE_WRITE = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IDEMPOTENCY_KEY", "CONTENT_TYPE", "CONTENT_LENGTH")


def tagged(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give an answer its ETag, or replace it by 304 when the reader has it already.

    Raises:
        DamError: ``changed_meanwhile``, when the reader asked for another version with ``If-Match``.
    """
    if isinstance(response, HttpResponse) and _may_have_one(request, response):
        response["ETag"] = etag_of(response)
        response = get_conditional_response(request, etag=response["ETag"], response=response) or response
    if response.status_code == 412 and "json" not in response.get("Content-Type", ""):
        raise changed()
    return response


def etag_of(response: HttpResponse) -> str:
    """Return the ETag of a rendered answer, quoted."""
    return f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'


def compared(request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponseBase:
    """Answer a write that came with ``If-Match``: who may not read what it compares is refused as in reading.

    Raises:
        DamError: ``changed_meanwhile``; nothing was written.
    """
    with transaction.atomic():
        _queue_up(request.path)
        seen = _read(request, view, args, kwargs)
        if seen.status_code not in (200, 405):
            return seen
        if seen.status_code == 405 or seen.streaming or not _matches(request, seen):
            raise changed()
        response = view(request, *args, **kwargs)
        if response.status_code >= 500:
            transaction.set_rollback(True)
    return response


def changed() -> DamError:
    """Return the failure of a request whose ``If-Match`` names another version than there is."""
    message = "This was changed meanwhile, or has no version to compare. Read it again, and repeat with its ETag."
    return DamError("changed_meanwhile", message, status=412)


def _may_have_one(request: HttpRequest, response: HttpResponse) -> bool:
    plain = request.method in ("GET", "HEAD") and response.status_code == 200 and not response.has_header("ETag")
    return plain and "no-store" not in response.get("Cache-Control", "")


def _matches(request: HttpRequest, seen: Any) -> bool:
    wanted = parse_etags(request.META["HTTP_IF_MATCH"])
    return wanted == ["*"] or etag_of(seen) in wanted


def _read(request: HttpRequest, view: View, args: Any, kwargs: Any) -> Any:
    """Answer a GET of the same address to the same caller."""
    reading = copy.copy(request)
    reading.__dict__.pop("headers", None)
    reading.method, reading.GET = "GET", QueryDict()
    kept = {name: value for name, value in request.META.items() if name not in _OF_THE_WRITE}
    reading.META = kept | {"REQUEST_METHOD": "GET", "QUERY_STRING": ""}
    response: Any = view(reading, *args, **kwargs)
    return response.render() if hasattr(response, "render") else response


def _queue_up(address: str) -> None:
    """Let one conditional write of an address pass at a time, until its transaction ends; SQLite does so anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [address])
