"""What no operation could mean is refused before any of them sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from assetdb.errors import DamError

WRITES = ("POST", "PUT", "PATCH", "DELETE")
_ENVELOPE = 1 << 20
"""What a form may weigh beside its file, in bytes."""
_UNKEPT = re.compile("[\0\ud800-\udfff]")
"""Characters that no database keeps: NUL, and halves of characters."""


def examine(request: HttpRequest) -> None:
    """Look at what every operation takes for granted: UTF-8, no NUL, a body of a bearable size and depth.

    What is merely no JSON is left to the parser, who says where it breaks once it is known who asks.

    Raises:
        DamError: what is wrong.
        RequestDataTooBig: a JSON body over Django's limit.
    """
    if "\0" in request.path_info:
        raise DamError("not_found", "There is nothing at this address, or you may not see it.", status=404)
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise DamError("unsupported_charset", f"Send UTF-8, not “{charset[:40]}”.", status=415)
    for name, values in request.GET.lists():
        if any(_UNKEPT.search(text) for text in (name, *values)):
            raise _unkept(name)
    if request.method not in WRITES:
        return
    if request.content_type == "multipart/form-data":
        _refuse_oversize(request)
    elif request.content_type == "application/json":
        _examine_json(request.body)


def _refuse_oversize(request: HttpRequest) -> None:
    """Refuse a form that announces itself as too large before any of it is read."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > settings.LACUNA_UPLOAD_LIMIT + _ENVELOPE:
        limit = settings.LACUNA_UPLOAD_LIMIT // (1 << 20)
        raise DamError("too_large", f"The file is over {limit} MB. Send a smaller one.", status=413)


def _examine_json(body: bytes) -> None:
    try:
        sent = json.loads(body.decode())
    except RecursionError as error:
        raise DamError("unreadable_request", "The JSON is nested too deeply.") from error
    except ValueError:
        return
    if any(_UNKEPT.search(text) for text in _texts(sent)):
        raise _unkept("request")


def _texts(sent: Any) -> Iterator[str]:
    left = [sent]
    while left:
        match left.pop():
            case str() as text:
                yield text
            case list() as parts:
                left += parts
            case dict() as named:
                yield from named
                left += named.values()


def _unkept(where: str) -> DamError:
    said = "It holds a NUL or half a character (a lone surrogate), which no text has."
    return DamError("invalid", f"{where}: {said}", extra={"fields": {where: [said]}})
