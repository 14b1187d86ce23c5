"""How the schema describes every operation."""

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Adds to every operation the one shape in which it fails."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        # DRF loads this class while it defines views, before serializers can be imported.
        from webapp.api.serializers import ErrorSerializer

        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        failure = self._get_response_for_code(ErrorSerializer, "default", direction=direction)
        return bodies | {"default": failure | {"description": "What went wrong"}}
