"""JSON becomes dataclasses. Fields a newer server adds are passed over."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from lacuna.errors import LacunaError

T = TypeVar("T")


def read(kind: type[T], said: Any) -> T:
    """Return JSON as the dataclass ``kind``.

    Raises:
        LacunaError: ``unreadable_answer`` when a field is missing or is not what it should be.
    """
    hints = _hints(cast(Any, kind))
    given: dict[str, Any] = {}
    try:
        for each in fields(cast(Any, kind)):
            if each.name in said:
                given[each.name] = _convert(hints[each.name], said[each.name])
            elif each.default is MISSING:
                raise KeyError(each.name)
    except (KeyError, TypeError, ValueError) as error:
        raise LacunaError(
            "unreadable_answer",
            detail=f"The server's answer is no {kind.__name__} that this client knows ({error}). "
            "One of the two is older than the other: update it.",
        ) from error
    return kind(**given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _convert(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_convert(get_args(hint)[0], part) for part in value)
    if is_dataclass(hint) and isinstance(hint, type):
        return read(hint, value)
    return datetime.fromisoformat(value) if hint is datetime else value
