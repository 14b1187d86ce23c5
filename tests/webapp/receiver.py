"""A receiver of webhooks on this machine, which behaves as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = int | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    """What came in, and how to answer: each entry of ``then`` once, and 204 after that."""

    url: str
    then: list[Behaviour] = field(default_factory=list)
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.came]

    def told(self, event: str) -> list[str]:
        """Return the ids of everything told under ``event``, message after message."""
        return [item.get("id") or item["asset"] for one in self.messages for item in one["data"].get(event, [])]

    def hang(self, handler: BaseHTTPRequestHandler) -> None:
        """Say nothing until the test is over."""
        self.over.wait(30)

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Send one byte of an endless header after another, none of them late by itself."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.over.wait(0.05):
            handler.wfile.write(b"x")

    def close_early(self, handler: BaseHTTPRequestHandler) -> None:
        """Close the connection without an answer."""

    def talk(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer 500 with a body that never ends."""
        handler.wfile.write(b"HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\n\r\n")
        while not self.over.is_set():
            handler.wfile.write(b"no\0" * 1000)


@contextmanager
def receiving(*, wrap: Callable[[ThreadingHTTPServer], None] = lambda _: None) -> Iterator[Receiver]:
    """Run a receiver on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            answer = receiver.then.pop(0) if receiver.then else 204
            if callable(answer):
                with suppress(OSError):
                    answer(self)
                return
            self.send_response(answer)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            if answer != 204:
                self.wfile.write(f"said {answer}".encode())

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wrap(server)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
