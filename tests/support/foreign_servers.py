"""Servers on loopback that are no platform."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def a_foreign_server(status: int) -> Iterator[str]:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/login")
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>login</html>")

        def log_message(self, *_: object) -> None:
            pass

    with _listening(Page) as base:
        yield base


@contextmanager
def a_silent_server() -> Iterator[tuple[str, threading.Event]]:
    """Takes the question and says nothing until it is let go."""
    asked, let_go = threading.Event(), threading.Event()

    class Silence(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            let_go.wait(20)

        def log_message(self, *_: object) -> None:
            pass

    with _listening(Silence) as base:
        try:
            yield base, asked
        finally:
            let_go.set()


@contextmanager
def _listening(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
