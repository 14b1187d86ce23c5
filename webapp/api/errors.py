"""One shape for every failure of the API: problem details, as RFC 9457 has them."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from assetdb.errors import DamError
from webapp.api.problems import title_of

MEDIA_TYPE = "application/problem+json"
_logger = logging.getLogger(__name__)

_SIGN_IN = "Sign in, or send an “Authorization: Bearer” header. An admin makes tokens: manage.py token USER."
_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: "not_signed_in",
    exceptions.PermissionDenied: "forbidden",
    exceptions.ParseError: "unreadable_request",
    exceptions.Throttled: "too_many_requests",
}


def respond(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to a failed request; DRF calls this for whatever a view raises.

    What nobody foresaw is logged and told to Django's listeners, and answered without details;
    only in debug mode Django's own page appears instead.
    """
    asked = context.get("request")
    request: HttpRequest | None = getattr(asked, "_request", None)
    at = request.path if request else ""
    if asked is not None:
        # Whatever else an address writes, a page or YAML: problems are JSON.
        asked.accepted_renderer, asked.accepted_media_type = JSONRenderer(), MEDIA_TYPE
    if isinstance(error, exceptions.APIException):
        return _from_framework(error, at)
    failure = foreseen(error)
    if failure is None:
        if settings.DEBUG:
            return None
        _logger.error("unexpected failure in the API", exc_info=error)
        signals.got_request_exception.send(sender=None, request=request)
        message = "Something went wrong here. It has been logged; try again, or tell whoever runs this library."
        failure = DamError("unexpected", message, status=500)
    return _answer(failure, at)


def refused(request: HttpRequest, error: DamError) -> JsonResponse:
    """Return ``error`` as an answer that no view had a part in."""
    wait = {"Retry-After": str(error.extra["wait"])} if "wait" in error.extra else {}
    return JsonResponse(problem(error, at=request.path), status=error.status, content_type=MEDIA_TYPE, headers=wait)


def problem(error: DamError, *, at: str) -> dict[str, Any]:
    """Return the problem details of ``error``, met at the address ``at``."""
    return {
        "type": f"{reverse('api:problems')}#{error.code}",
        "title": title_of(error.code),
        "status": error.status,
        "detail": error.message,
        "instance": at,
        "code": error.code,
        "extra": error.extra,
    }


def foreseen(error: Exception) -> DamError | None:
    """Return what a caller is told of ``error``, or None when it is a fault of ours."""
    match error:
        case DamError():
            return error
        case Http404():
            return DamError("not_found", "There is nothing at this address, or you may not see it.", status=404)
        case PermissionDenied():
            return DamError("forbidden", str(error) or "You may not do this.", status=403)
        case RequestDataTooBig():
            return DamError("too_large", "The request is too large. Send large data as a file.", status=413)
        case SuspiciousOperation():
            return DamError("bad_request", "This request makes no sense here. See /api/v1/docs/.")
        case DataError() | OverflowError():
            return DamError("bad_value", "A value is out of the range that can be kept. See /api/v1/docs/.")
        case _:
            return None


def _answer(error: DamError, at: str, headers: dict[str, str] | None = None) -> Response:
    return Response(problem(error, at=at), status=error.status, headers=headers, content_type=MEDIA_TYPE)


def _from_framework(error: exceptions.APIException, at: str) -> Response:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)
    if isinstance(error, exceptions.ValidationError):
        return _answer(_invalid(error), at, headers)
    detail = error.detail
    code = _CODES.get(type(error)) or str(getattr(detail, "code", "error"))
    message = _SIGN_IN if isinstance(error, exceptions.NotAuthenticated) else str(detail)
    return _answer(DamError(code, message, status=error.status_code), at, headers)


def _invalid(error: exceptions.ValidationError) -> DamError:
    detail = error.detail
    fields = detail if isinstance(detail, dict) else {"request": detail}
    first = next(iter(fields), "request")
    said = fields.get(first, "")
    while isinstance(said, list | dict) and said:
        said = said[0] if isinstance(said, list) else next(iter(said.values()))
    message = f"{first}: {said}" if first not in ("request", "non_field_errors") else str(said)
    return DamError("invalid", message, extra={"fields": fields})
