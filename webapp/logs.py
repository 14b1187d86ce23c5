"""What processes say: for people on a terminal, or one JSON object a line for programs.

A line about a request has its id, the account, the address without what was asked for there, how it was answered
and how long that took. Words of a search, tokens and the names of shared links never reach the log.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

PLAIN, JSON = "plain", "json"
BEGAN = "lacuna.began"
"""The key of ``request.META`` under which the time stands at which a request came in."""
_SECRET = {"token", "key", "uid", "uidb36"}
"""The parts of addresses that open something."""
_NOISE = {"streaming_started", "streaming_finished"}
Event = MutableMapping[str, Any]


def configuration() -> dict[str, Any]:
    """Return the settings of Python's logging that the environment asks for: LACUNA_LOG and LACUNA_LOG_FORMAT.

    Raises:
        ImproperlyConfigured: there is no such format.
    """
    form = (os.environ.get("LACUNA_LOG_FORMAT") or PLAIN).lower()
    if form not in (PLAIN, JSON):
        raise ImproperlyConfigured(f"LACUNA_LOG_FORMAT is “{form}”. Choose plain or json.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": [structlog.contextvars.merge_contextvars, *_COMMON],
                "processors": [
                    _without_secrets,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_END[form],
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": os.environ.get("LACUNA_LOG", "INFO")},
        "loggers": {
            # Our own line about each request says as much as these, without what was asked for.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "celery": {"level": "WARNING"},
            "faiss": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "propagate": True},
        },
    }


def configure() -> None:
    """Have structlog's loggers go the way of all others, and warnings too where programs read."""
    logging.captureWarnings(os.environ.get("LACUNA_LOG_FORMAT", "").lower() == JSON)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            _without_noise,
            *_COMMON,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def begin(*, request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    """Say of a request that has begun only how it was made: where it leads is not known yet."""
    request.META.setdefault(BEGAN, time.monotonic())
    log_kwargs.clear()
    log_kwargs["method"] = request.method


def finish(*, request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    """Say of a request how it went."""
    seconds = time.monotonic() - request.META.get(BEGAN, time.monotonic())
    log_kwargs.pop("request", None)
    log_kwargs |= {
        "method": request.method,
        "path": path_of(request),
        "status": log_kwargs.pop("code"),
        "duration_ms": round(seconds * 1000, 1),
    }


def path_of(request: HttpRequest) -> str:
    """Return the address of a request without its query string and without what opens something.

    Of an address that leads nowhere only the first part is told: it may be a mistyped secret.
    """
    match = request.resolver_match
    if match is None:
        first = request.path.split("/")[1]
        return f"/{first[:40]}" if request.path == f"/{first}" else f"/{first[:40]}/…"
    path = request.path
    for name, value in match.kwargs.items():
        if name in _SECRET:
            path = path.replace(str(value), "…")
    return path


def listen() -> None:
    """Have every line about a request say what ``begin`` and ``finish`` make of it."""
    from django_structlog import signals

    signals.bind_extra_request_metadata.connect(begin)
    signals.bind_extra_request_finished_metadata.connect(finish)
    signals.bind_extra_request_failed_metadata.connect(finish)


def _without_noise(_logger: Any, _method: str, event: Event) -> Event:
    if event.get("event") in _NOISE:
        raise structlog.DropEvent
    return event


def _without_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Tell the address in Django's own lines about a request as ours do."""
    record: logging.LogRecord | None = event.get("_record")
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        event["event"] = str(event["event"]).replace(request.get_full_path(), "").replace(request.path, "").strip(": ")
        event["path"] = path_of(request)
    return event


_COMMON: list[Any] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.processors.StackInfoRenderer(),
]
_END: dict[str, list[Any]] = {
    JSON: [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
    PLAIN: [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            timestamp_key="time",
            pad_event_to=0,
            # The other formatters write the values of variables too, secrets among them.
            exception_formatter=structlog.dev.plain_traceback,
        )
    ],
}
