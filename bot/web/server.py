"""The web application on a port of this machine, in a thread of its own."""

import errno
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from core.errors import Unavailable

START_SECONDS = 20.0  # more than a slow machine needs to open a port
STOP_SECONDS = 10.0  # how long `stop` waits for the thread
GRACE_SECONDS = 3  # how long answers that are under way may take at a stop; a page takes well under one
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what to call such an address, not where to listen


class _Server(uvicorn.Server):
    """Uvicorn that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class WebServer:
    """One running web application; `port` 0 takes a free one. Usable as a context manager."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._app, self._host, self._wanted = app, host, port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    @property
    def url(self) -> str:
        """Where to reach it from this machine, without a slash at the end."""
        host = EVERYWHERE.get(self._host) or (f"[{self._host}]" if ":" in self._host else self._host)
        return f"http://{host}:{self.port}"

    def start(self) -> Self:
        """Listen, and return when requests are answered.

        Raises:
            Unavailable: the port or the address cannot be had; says which setting to change.
        """
        listener = _listener(self._host, self._wanted)
        self.port = listener.getsockname()[1]
        self._server = _Server(
            uvicorn.Config(
                self._app, log_config=None, access_log=False, server_header=False, lifespan="off", ws="none",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="web", daemon=True)
        self._thread.start()
        if not self._server.listening.wait(START_SECONDS):
            self.stop()
            raise Unavailable("The web server did not start; the log tells why.")
        return self

    def stop(self) -> None:
        """Stop listening and wait until the thread has ended; a second call does nothing."""
        if self._server is None or self._thread is None: return
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise Unavailable(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program; set FIRSTLINE_WEB_PORT to a free one."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than Firstline has; set FIRSTLINE_WEB_PORT to one above 1023."
    return f"The web server cannot listen on {host} ({error.strerror}); check FIRSTLINE_WEB_HOST."
