"""gunicorn's settings: one process with threads, so that one replica and one text tower serve all."""

from __future__ import annotations

import os
import threading
from typing import Any

from webapp import logs

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = 1
threads = 8
worker_class = "gthread"
timeout = 120
graceful_timeout = 5
limit_request_line = 8190
"""Bytes: the longest query, in Chinese, is three times three bytes a character."""
accesslog = None
errorlog = "-"
control_socket_disable = True
logconfig_dict = logs.configuration()


def post_worker_init(_worker: Any) -> None:
    """Load the text tower and the index while the first page is on its way."""
    threading.Thread(target=_warm, daemon=True).start()


def _warm() -> None:
    from django.db import connection

    from indexer.replica import replica_of
    from indexer.spaces import active_space, text_vectors

    try:
        space = active_space()
        replica_of(space)
        text_vectors(space, ["warm"])
    finally:
        connection.close()
