"""What every body and every failure has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from assetdb.errors import DamError


class ErrorSerializer(serializers.Serializer):
    """Every failure: problem details as in RFC 9457, with the code by itself and what else there is to know."""

    type = serializers.CharField(help_text="the address of the code's entry in the list of all codes")
    title = serializers.CharField(help_text="the code in words")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="what happened and what to do")
    instance = serializers.CharField(help_text="the address it happened at")
    code = serializers.CharField(help_text="stable; programs match on it")
    extra = serializers.DictField()


class Strict(serializers.Serializer):
    """A body in which unknown fields are refused instead of passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise DamError(
                "unknown_field", f"{', '.join(unknown)[:200]} cannot be set. Known: {', '.join(self.fields)}."
            )
        return super().to_internal_value(data)


def body(form: type[serializers.Serializer], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """Return what a request sends, as ``form`` reads it; with ``partial``, only what is there.

    Raises:
        ValidationError, DamError: ``form`` does not take it.
    """
    sent = form(data=request.data, partial=partial)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


class ProblemSerializer(serializers.Serializer):
    """Why a file could not be read, or a run could not go on."""

    code = serializers.CharField()
    message = serializers.CharField()
