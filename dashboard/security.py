"""What a browser may do with the pages: same origin only, nothing from elsewhere, asked for by a name that is ours."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DATA_DOCS, DBT_DOCS = "/data-docs", "/dbt-docs"
# Great Expectations and dbt write styles and scripts into their pages. They get a sandbox of their own: scripts run,
# but with an origin that is nobody's, and nothing can be asked of any server but pictures, fonts, scripts and styles.
DOCS_POLICY = (
    "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """ASGI middleware: checks the Host header (against DNS rebinding) and the method, adds the policy of every page."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = {host.lower().strip("[]") for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(12)
        scope.setdefault("state", {})["nonce"] = nonce
        docs = scope["path"].startswith((f"{DATA_DOCS}/", f"{DBT_DOCS}/"))

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["content-security-policy"] = DOCS_POLICY if docs else POLICY.format(nonce=nonce)
            await send(message)

        await self._allowed(scope)(scope, receive, guarded)

    def _allowed(self, scope: Scope) -> ASGIApp:
        if host_name(Headers(scope=scope).get("host", "")) not in self.hosts:
            return PlainTextResponse("This name is not one of this server's (see --allow-host).\n", 421)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Only reading is possible here.\n", 405, {"allow": "GET, HEAD"})
        return self.app


def host_name(header: str) -> str:
    """The host of a Host header, without port and brackets: [::1]:8501 → ::1."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]
