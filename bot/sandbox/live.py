"""The pushes to open pages: one queue per browser tab, filled by whatever changes."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.websockets import WebSocket

_WAITING = 1000  # pushes a slow tab may lag behind before it is cut off and has to reload


class Live:
    """The open pages, by person."""

    def __init__(self) -> None:
        self._tabs: dict[str, set[asyncio.Queue[str | None]]] = {}

    def push(self, users: Iterable[str], kind: str, **fields: object) -> None:
        """Send one push to every open page of these people."""
        # Written down at once: what it tells may change before a slow page reads it.
        text = json.dumps({"type": kind, **fields})
        for user in users:
            for tab in tuple(self._tabs.get(user, ())):
                _offer(tab, text)

    def push_all(self, kind: str, **fields: object) -> None:
        """Send one push to everybody."""
        self.push(tuple(self._tabs), kind, **fields)

    async def serve(self, socket: WebSocket, user: str) -> None:
        """Feed one page until it goes away."""
        await socket.accept()
        tab: asyncio.Queue[str | None] = asyncio.Queue(_WAITING)
        self._tabs.setdefault(user, set()).add(tab)
        feeder = asyncio.create_task(_feed(socket, tab))
        try:
            while True:
                await socket.receive_text()
        except (WebSocketDisconnect, RuntimeError):
            pass  # the page is closed: by itself, or by the feeder that gave it up
        finally:
            self._tabs[user].discard(tab)
            feeder.cancel()


def _offer(tab: asyncio.Queue[str | None], push: str) -> None:
    if tab.full():
        while not tab.empty():
            tab.get_nowait()
        tab.put_nowait(None)
        return
    tab.put_nowait(push)


async def _feed(socket: WebSocket, tab: asyncio.Queue[str | None]) -> None:
    while (push := await tab.get()) is not None:
        await socket.send_text(push)
    await socket.close(code=1013, reason="too slow")
