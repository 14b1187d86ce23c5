"""One shape for every failure of the API: ``{"code", "message", "extra"}``."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from assetdb.errors import DamError

_logger = logging.getLogger(__name__)

_SIGN_IN = "Sign in, or send an “Authorization: Bearer” header. An admin makes tokens: manage.py token USER."
_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: "not_signed_in",
    exceptions.PermissionDenied: "forbidden",
    exceptions.ParseError: "unreadable_request",
}


def respond(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to a failed request; DRF calls this for whatever a view raises.

    What nobody foresaw is logged and told to Django's listeners, and answered without details;
    only in debug mode Django's own page appears instead.
    """
    if isinstance(error, exceptions.APIException):
        return _from_framework(error)
    failure = _foreseen(error)
    if failure is None:
        if settings.DEBUG:
            return None
        _logger.error("unexpected failure in the API", exc_info=error)
        request = getattr(context.get("request"), "_request", None)
        signals.got_request_exception.send(sender=None, request=request)
        message = "Something went wrong here. It has been logged; try again, or tell whoever runs this library."
        failure = DamError("unexpected", message, status=500)
    return answer(failure)


def answer(error: DamError, *, headers: dict[str, str] | None = None) -> Response:
    """Return ``error`` as a response."""
    body = {"code": error.code, "message": error.message, "extra": error.extra}
    return Response(body, status=error.status, headers=headers)


def _foreseen(error: Exception) -> DamError | None:
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
        case _:
            return None


def _from_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)
    if isinstance(error, exceptions.ValidationError):
        return answer(_invalid(error), headers=headers)
    detail = error.detail
    code = _CODES.get(type(error)) or str(getattr(detail, "code", "error"))
    message = _SIGN_IN if isinstance(error, exceptions.NotAuthenticated) else str(detail)
    return answer(DamError(code, message, status=error.status_code), headers=headers)


def _invalid(error: exceptions.ValidationError) -> DamError:
    detail = error.detail
    fields = detail if isinstance(detail, dict) else {"request": detail}
    first = next(iter(fields), "request")
    said = fields.get(first, "")
    while isinstance(said, list | dict) and said:
        said = said[0] if isinstance(said, list) else next(iter(said.values()))
    message = f"{first}: {said}" if first not in ("request", "non_field_errors") else str(said)
    return DamError("invalid", message, extra={"fields": fields})
