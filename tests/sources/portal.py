"""A portal that runs in a thread on loopback: pages are set by tests, each request is remembered."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Headers = dict[str, str]


@dataclass
class Reply:
    """One answer. `cut`: so many bytes of the body, then the line goes dead. `drip`: seconds before the body."""

    body: bytes = b""
    status: int = 200
    headers: Headers = field(default_factory=dict)
    cut: int | None = None
    drip: float = 0
    validators: bool = True  # ETag and Last-Modified, 304 and ranges


@dataclass
class Portal:
    """`pages[path]` is a reply, or a list of replies given one after another (the last one stays)."""

    port: int
    pages: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, Headers]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def asked_of(self, path: str) -> list[Headers]:
        return [headers for asked, headers in self.asked if asked == path]

    def next_reply(self, path: str) -> Reply:
        reply = self.pages.get(path, Reply(b"not here", 404))
        if isinstance(reply, list):
            return reply.pop(0) if len(reply) > 1 else reply[0]
        return reply


@contextmanager
def running_portal() -> Iterator[Portal]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    portal = Portal(server.server_address[1])
    server.RequestHandlerClass = _handler(portal)
    server.daemon_threads = True
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(portal: Portal) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            portal.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            portal.times.append(time.monotonic())
            self._send(portal.next_reply(self.path))

        def _send(self, reply: Reply) -> None:
            etag = f'"{hashlib.md5(reply.body).hexdigest()}"'
            status, body, headers = reply.status, reply.body, dict(reply.headers)
            if reply.validators and status == 200:
                headers |= {"ETag": etag, "Last-Modified": "Sun, 28 Sep 2025 02:00:00 GMT", "Accept-Ranges": "bytes"}
                if self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                elif (wanted := self.headers.get("Range")) and self.headers.get("If-Range") == etag:
                    start = int(wanted.removeprefix("bytes=").rstrip("-"))
                    headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                    status, body = 206, body[start:]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.flush()
            if reply.drip:
                time.sleep(reply.drip)
            self.wfile.write(body if reply.cut is None else body[: reply.cut])
            if reply.cut is not None:
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            return None

    return Handler
