"""Socket Mode: tickets, up to ten connections, one chosen at random for each envelope."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

from starlette.websockets import WebSocketDisconnect, WebSocketState

from bot.sandbox.errors import NotResponding

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.websockets import WebSocket

    from bot.sandbox.deliver import Envelope
    from bot.sandbox.ids import Ids, Json

MOST_CONNECTIONS = 10  # Slack's limit for one app
TICKET_SECONDS = 30.0  # a url that apps.connections.open gave is good for half a minute
GOING_AWAY = 1001  # the websocket close code of a server that ends the connection


class SocketHub:
    """The app's connections, as a transport of envelopes."""

    def __init__(self, *, clock: Callable[[], float], ids: Ids, app_id: str, changed: Callable[[bool], None]) -> None:
        self._clock = clock
        self._ids = ids
        self._app_id = app_id
        self._changed = changed
        self._tickets: dict[str, float] = {}
        self._connections: list[WebSocket] = []
        self._pending: dict[str, tuple[WebSocket, asyncio.Future[Json]]] = {}
        self._someone = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether at least one connection is open."""
        return bool(self._connections)

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    async def until_connected(self) -> None:
        """Wait for the first connection."""
        await self._someone.wait()

    def ticket(self) -> str:
        """A word that opens one connection within half a minute."""
        word = self._ids.secret()
        now = self._clock()
        self._tickets = {one: at for one, at in self._tickets.items() if now - at <= TICKET_SECONDS}
        self._tickets[word] = now
        return word

    async def serve(self, socket: WebSocket, ticket: str) -> None:
        """Greet one connection and read acknowledgements until it goes."""
        issued = self._tickets.pop(ticket, None)
        if issued is None or self._clock() - issued > TICKET_SECONDS:
            await socket.close(code=1008, reason="unknown ticket")
            return
        await socket.accept()
        if len(self._connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return
        self._enter(socket)
        try:
            await self._greet(socket)
            await self._listen(socket)
        finally:
            self._leave(socket)

    def _enter(self, socket: WebSocket) -> None:
        self._connections.append(socket)
        if len(self._connections) == 1:
            self._changed(True)

    async def _greet(self, socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_json({
                "type": "hello", "num_connections": len(self._connections),
                "connection_info": {"app_id": self._app_id},
                "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            })
            self._someone.set()

    async def _listen(self, socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                self._acknowledge(await socket.receive_text())

    def _leave(self, socket: WebSocket) -> None:
        self._connections.remove(socket)
        if not self._connections:
            self._someone.clear()
            self._changed(False)
        for owner, answer in tuple(self._pending.values()):
            if owner is socket and not answer.done():
                answer.set_exception(NotResponding("connection_closed"))

    def _acknowledge(self, text: str) -> None:
        try:
            body = json.loads(text)
        except ValueError:
            return  # Slack ignores what is not JSON
        if not isinstance(body, dict):
            return
        _, answer = self._pending.get(str(body.get("envelope_id")), (None, None))
        if answer is not None and not answer.done():
            payload = body.get("payload")
            answer.set_result(payload if isinstance(payload, dict) else {})

    async def send(self, envelope: Envelope, seconds: float) -> Json:
        """Send over one connection and wait for its acknowledgement."""
        if not self._connections:
            raise NotResponding("connection_closed", nobody=True)
        socket = self._connections[self._ids.choice(len(self._connections))]
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._pending[envelope.id] = (socket, answer)
        try:
            async with asyncio.timeout(seconds):
                await socket.send_json(_framed(envelope))
                return await answer
        except TimeoutError as error:
            raise NotResponding("timeout") from error
        except (WebSocketDisconnect, RuntimeError) as error:
            raise NotResponding("connection_closed") from error
        finally:
            self._pending.pop(envelope.id, None)

    async def drop(self, *, warned: bool) -> int:
        """End every connection, after the usual warning or without one; answers how many there were."""
        connections = tuple(self._connections)
        for socket in connections:
            if warned:
                await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
            elif socket.application_state is WebSocketState.CONNECTED:
                await socket.close(code=GOING_AWAY)
        return len(connections)


def _framed(envelope: Envelope) -> Json:
    frame: Json = {"envelope_id": envelope.id, "type": envelope.kind, "payload": envelope.payload,
                   "accepts_response_payload": envelope.takes_answer}
    if envelope.kind == "events_api":
        frame |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
    return frame
