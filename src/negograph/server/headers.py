"""What stands in the head of every answer: who may read it, and what a page may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

__all__ = ["Heads"]

_PAGE = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
_PAGE += "frame-ancestors 'none'"
_EDITOR = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
_EDITOR += "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
}
_SHARED = {
    b"access-control-allow-origin": b"*",
    b"access-control-expose-headers": b"Negograph-Truncated, Link, ETag, Retry-After",
}
_ASKED_FOR = {b"access-control-allow-methods": b"GET, HEAD, POST, OPTIONS", b"access-control-allow-headers": b"*"}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Heads:
    """Adds security headers, and lets scripts of any site read (``*``, without credentials) unless ``cors`` is off."""

    def __init__(self, app: Any, *, cors: bool) -> None:
        self.app = app
        self.shared = dict(_SHARED) if cors else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = (_EDITOR if scope["path"] == "/query" else _PAGE).encode()
        added = {**_ALWAYS, b"content-security-policy": policy, **self.shared}

        async def finish(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                there = {name.lower() for name, _ in headers}
                message["headers"] = [*headers, *((key, value) for key, value in added.items() if key not in there)]
            await send(message)

        if scope["method"] == "OPTIONS":
            allowed = {**added, **(_ASKED_FOR if self.shared else {}), b"allow": b"GET, HEAD, POST, OPTIONS"}
            await send({"type": "http.response.start", "status": 204, "headers": list(allowed.items())})
            await send({"type": "http.response.body"})
            return
        await self.app(scope, receive, finish)
