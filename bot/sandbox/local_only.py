"""The guard at the door: only this machine, by its own names, and no page of another site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocketClose

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost", "::1")
_FORBIDDEN = 403


class LocalOnly:
    """Refuses requests whose Host or Origin is not this machine (a foreign page could reach it otherwise)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or _is_local(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        refusal = WebSocketClose(code=1008) if scope["type"] == "websocket" else PlainTextResponse(
            "The sandbox answers only under 127.0.0.1 or localhost.", _FORBIDDEN)
        await refusal(scope, receive, send)


def _is_local(headers: Headers) -> bool:
    origin = headers.get("origin")
    return _names_us(f"//{headers.get('host', '')}") and (origin is None or _names_us(origin))


def _names_us(address: str) -> bool:
    try:
        return urlsplit(address).hostname in _NAMES
    except ValueError:
        return False
