"""Is the process alive, and can it do its work?"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpRequest, JsonResponse

from assetdb.models.file import originals
from indexer import embed
from webapp import duties

logger = logging.getLogger(__name__)


class SilentError(RuntimeError):
    """A worker was not heard of lately."""


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process does."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, else 503 with what does not."""
    parts = examine()
    ready = all(part["ok"] for part in parts.values())
    return JsonResponse({"status": "ok" if ready else "degraded", "parts": parts}, status=200 if ready else 503)


def examine() -> dict[str, dict[str, Any]]:
    """Return what ``look_at`` says of each part."""
    return {name: look_at(name) for name in PARTS}


def look_at(name: str) -> dict[str, Any]:
    """Return whether one of ``PARTS`` is ``ok``, and a ``detail`` that anybody may read."""
    try:
        return {"ok": True, "detail": PARTS[name]()}
    except SilentError as error:
        return {"ok": False, "detail": str(error)}
    except Exception as error:
        # What a driver says may name hosts and accounts: it goes to the log, not to the caller.
        logger.warning("%s does not work: %s", name, error)
        return {"ok": False, "detail": type(error).__name__}


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.vendor


def _storage() -> str:
    key = originals().save(f".probe-{uuid.uuid4().hex}", ContentFile(b"ok"))
    originals().delete(key)
    return "writable"


def _broker() -> str:
    from webapp.celery import app

    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0, timeout=2)
    return settings.CELERY_BROKER_URL.partition(":")[0]


def _index() -> str:
    return f"{embed.pending()} changes to read"


def _worker(queue: str) -> str:
    if not duties.alive(queue):
        raise SilentError(f"the worker of the queue “{queue}” was not heard of in the last minute")
    return "alive"


PARTS: dict[str, Callable[[], str]] = {
    "database": _database,
    "storage": _storage,
    "broker": _broker,
    "index": _index,
    "worker quick": lambda: _worker(duties.QUICK),
    "worker slow": lambda: _worker(duties.SLOW),
}
