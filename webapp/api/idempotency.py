"""Idempotency keys: a write that is sent twice with one ``Idempotency-Key`` happens once.

The first answer is kept for a day and given again. Kept is what the operation answered; failures of ours (5xx) and
refusals at the door (401, 403, 412, 429) are not, nor are streams. An answer with ``Cache-Control: no-store`` shows a
secret once: that it was given is kept, the secret is not. A process that dies leaves its claim for five minutes at
most; whether its work was done is then not known, and a repeat does it again.

A request is known by method, address and body. A form is known by its fields and the bytes of its files, not by its
wrapping: programs make up a new boundary each time. Django has put a large file on disk by then; it is hashed from
there in pieces.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone

from assetdb.errors import DamError
from webapp.api.authentication import Caller
from webapp.api.bodies import WRITES
from webapp.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)
HOLD = timedelta(minutes=5)
WAIT = 2
"""Seconds after which to ask again while the first request runs."""
_DOOR = (401, 403, 408, 412, 429)
_HEADERS = ("Content-Type", "Location", "Cache-Control")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def once(request: HttpRequest, caller: Caller, work: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
    """Answer a request by ``work``, or by what ``work`` answered when the key was first sent.

    Raises:
        DamError: ``bad_idempotency_key``, ``idempotency_mismatch``, ``in_progress`` or ``shown_once``.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None or caller.user is None or request.method not in WRITES:
        return work(request)
    if not _KEY.fullmatch(key):
        raise DamError("bad_idempotency_key", "An Idempotency-Key has 1 to 255 ASCII characters without spaces.")
    claim = _claim(caller, key, _operation(request))
    if claim.status is not None:
        return _again(claim)
    response = None
    try:
        response = work(request)
    finally:
        _settle(claim, response)
    return response


def prune() -> int:
    """Forget answers that are no longer kept; return how many."""
    return KeptAnswer.objects.filter(created__lte=timezone.now() - KEPT_FOR).delete()[0]


def _operation(request: HttpRequest) -> str:
    """Return the digest a request is known by."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data" or request.method != "POST":
        digest.update(request.body)
        return digest.hexdigest()
    try:
        fields, files = sorted(request.POST.lists()), sorted(request.FILES.lists())
    except MultiPartParserError as error:
        raise DamError("unreadable_request", f"The form cannot be read: {error}") from error
    digest.update(repr(fields).encode())
    for name, sent in files:
        for file in sent:
            digest.update(repr((name, file.name, file.content_type, file.size)).encode())
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)
    return digest.hexdigest()


def _claim(caller: Caller, key: str, operation: str) -> KeptAnswer:
    """Return the row of a key: without a status when the work is now the caller's to do."""
    now = timezone.now()
    mine = KeptAnswer.objects.filter(caller=caller.name, key=key)
    mine.filter(created__lte=now - KEPT_FOR).delete()
    fresh = {"user": caller.user, "operation": operation, "held_until": now + HOLD}
    row, made = KeptAnswer.objects.get_or_create(caller=caller.name, key=key, defaults=fresh)
    if made or (row.operation == operation and (row.status is not None or _took_over(row, now))):
        return row
    if row.operation != operation:
        message = "This Idempotency-Key came with another request before. Use a new key for each request."
        raise DamError("idempotency_mismatch", message, status=422)
    message = f"The first request with this Idempotency-Key is not done yet. Ask again in {WAIT} seconds."
    raise DamError("in_progress", message, status=409, extra={"wait": WAIT})


def _took_over(row: KeptAnswer, now: datetime) -> bool:
    """Take the work from a process that died over it."""
    abandoned = KeptAnswer.objects.filter(pk=row.pk, status=None, held_until__lte=now)
    row.held_until = now + HOLD
    return bool(abandoned.update(held_until=row.held_until))


def _settle(claim: KeptAnswer, response: HttpResponseBase | None) -> None:
    """Keep an answer, or let go of the key when it is not to be kept; not if another has taken over."""
    held = KeptAnswer.objects.filter(pk=claim.pk, held_until=claim.held_until, status=None)
    if not isinstance(response, HttpResponse) or response.status_code >= 500 or response.status_code in _DOOR:
        held.delete()
        return
    headers = {name: response[name] for name in _HEADERS if response.has_header(name)}
    body = b"" if _secret(headers) else response.content
    held.update(status=response.status_code, headers=headers, body=body)


def _again(kept: KeptAnswer) -> HttpResponse:
    if _secret(kept.headers):
        message = "This was done, and the answer held a secret that is shown once. Undo it and use a new key."
        raise DamError("shown_once", message, status=409)
    answer = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _secret(headers: dict[str, str]) -> bool:
    return "no-store" in headers.get("Cache-Control", "")
