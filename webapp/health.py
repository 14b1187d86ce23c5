"""Is the process alive, and can it do its work?"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpRequest, JsonResponse

from assetdb.models.file import originals
from webapp import duties


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process does."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, else 503 with what does not."""
    parts = {name: _try(look) for name, look in PARTS.items()}
    ready = all(part["ok"] for part in parts.values())
    return JsonResponse({"status": "ok" if ready else "degraded", "parts": parts}, status=200 if ready else 503)


def _try(look: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"ok": True, "detail": look()}
    except Exception as error:
        return {"ok": False, "detail": f"{type(error).__name__}: {error}"[:200]}


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


def _worker(queue: str) -> str:
    if not duties.alive(queue):
        raise RuntimeError(f"the worker of the queue “{queue}” was not heard of in the last minute")
    return "alive"


PARTS: dict[str, Callable[[], str]] = {
    "database": _database,
    "storage": _storage,
    "broker": _broker,
    "worker quick": lambda: _worker(duties.QUICK),
    "worker slow": lambda: _worker(duties.SLOW),
}
