"""How the schema describes every operation."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

_KEY = "Any text of yours: a repeat with the same key within a day gets the first answer and does nothing again."
_MATCH = "The ETag of what was read: refused with 412 when it has changed since."
_SEEN = "The ETag of what was read: answered with 304 and no body when it is still so."


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


HEADERS = {
    "GET": [_header("If-None-Match", _SEEN)],
    "POST": [_header("Idempotency-Key", _KEY)],
    "PUT": [_header("Idempotency-Key", _KEY), _header("If-Match", _MATCH)],
    "PATCH": [_header("Idempotency-Key", _KEY), _header("If-Match", _MATCH)],
    "DELETE": [_header("Idempotency-Key", _KEY), _header("If-Match", _MATCH)],
}


class Schema(AutoSchema):
    """Adds to every operation the one shape in which it fails, the headers it heeds and the scope it takes."""

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *HEADERS.get(self.method, [])]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        from rest_framework.permissions import AllowAny

        from webapp.api.scopes import scope_of

        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation and AllowAny not in self.view.permission_classes:
            scope = str(scope_of(self.view, self.method))
            said = operation.get("description", "")
            operation |= {"x-required-scope": scope, "description": f"{said}\n\nTakes the scope `{scope}`.".strip()}
        return operation

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        # DRF loads this class while it defines views, before serializers can be imported.
        from webapp.api.serializers import ErrorSerializer

        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        failure = self._get_response_for_code(ErrorSerializer, "default", ["application/problem+json"], direction)
        seen = {"304": {"description": "It is still as the reader has it"}} if self.method == "GET" else {}
        return bodies | seen | {"default": failure | {"description": "What went wrong"}}
