"""The sandbox on a port of this machine, in a thread of its own: for the demo and for tests."""

from __future__ import annotations

import random
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from bot.sandbox.app import create_app
from bot.sandbox.errors import SandboxError
from bot.sandbox.ids import Ids
from bot.sandbox.visitor import Visitor, exchange

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from starlette.types import ASGIApp, Receive, Scope

    from bot.sandbox.seed import Seed

HOST = "127.0.0.1"
START_SECONDS = 20.0  # more than a slow machine needs to load the application
STOP_SECONDS = 10.0


class _Server(uvicorn.Server):
    """Uvicorn that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class _Cuttable:
    """The sandbox with a handle in each request that ends its connection without an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        if scope["type"] == "http":
            scope["cut"] = send.__self__.transport.abort  # the server's own, which nothing is wrapped around yet
        await self._app(scope, receive, send)


class SandboxServer:
    """One running sandbox; `port` 0 takes a free one. Usable as a context manager.

    `url` is the page's address, `api_url` what SLACK_API_URL (`base_url` of a client) has to be.
    """

    def __init__(
        self, seed: Seed, port: int = 0, state_path: Path | None = None, *,
        clock: Callable[[], float] = time.time, ids: Ids | None = None,
    ) -> None:
        self._seed = seed
        self._wanted = port
        self._state_path = state_path
        self._clock = clock
        self._ids = ids or Ids(random.SystemRandom())
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    @property
    def url(self) -> str:
        """The address of the page, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        """The address of the Web API, as slack_sdk's `base_url`."""
        return f"{self.url}/api/"

    @property
    def automation_url(self) -> str:
        """Where the sample automation takes calls."""
        return f"{self.url}/automation/call"

    def start(self) -> Self:
        """Listen; OSError with one clear line when the port is taken."""
        listener = _listener(self._wanted)
        self.port = listener.getsockname()[1]
        app = create_app(self._seed, state_path=self._state_path, clock=self._clock, ids=self._ids, base_url=self.url)
        config = uvicorn.Config(_Cuttable(app), proxy_headers=False, log_level="warning", access_log=False,
                                ws="websockets-sansio", timeout_graceful_shutdown=1, lifespan="on")
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="sandbox", daemon=True)
        self._thread.start()
        if not self._server.listening.wait(START_SECONDS):
            raise SandboxError("The sandbox did not start.")
        return self

    def stop(self) -> None:
        """Stop listening and wait until the thread has ended; a second call does nothing."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._server = self._thread = None

    def reset(self) -> None:
        """Back to the seed: no messages, views or files, settings as at the start; connections stay."""
        self.post("/ui/_test/reset")

    def wait(self) -> None:
        """Block until the server ends."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(1)

    def visitor(self, user: str) -> Visitor:
        """A person at the page, for tests."""
        return Visitor(self.url, user)

    def get(self, path: str) -> Any:
        """The JSON under a path such as /ui/_test/calls."""
        return exchange(self.url + path)

    def post(self, path: str, **fields: Any) -> Any:
        """Post a JSON object to a path such as /ui/_test/settings."""
        return exchange(self.url + path, fields)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        self.stop()


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"Port {port} of {HOST} is taken; choose another one with --port.") from error
    return listener

