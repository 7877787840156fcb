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
    """One running web application; `port` 0 takes a free one. Usable as a context manager.

    An application that has to know its own address is given to `serve`, once `listen` has opened the port.
    """

    def __init__(self, app: ASGIApp | None, host: str, port: int) -> None:
        self._app, self._host, self._wanted = app, host, port
        self._listener: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    @property
    def url(self) -> str:
        """Where to reach it from this machine, without a slash at the end."""
        host = EVERYWHERE.get(self._host) or (f"[{self._host}]" if ":" in self._host else self._host)
        return f"http://{host}:{self.port}"

    def listen(self) -> Self:
        """Open the port; requests wait until there is an application.

        Raises:
            Unavailable: the port or the address cannot be had; says which setting to change.
        """
        self._listener = _listener(self._host, self._wanted)
        self.port = self._listener.getsockname()[1]
        return self

    def start(self) -> Self:
        """Listen, and return when requests are answered; `listen` tells the errors."""
        if self._listener is None: self.listen()
        return self.serve(self._app) if self._app else self

    def serve(self, app: ASGIApp) -> Self:
        """Answer the requests at the open port with an application."""
        self._server = _Server(
            uvicorn.Config(
                app, log_config=None, access_log=False, server_header=False, lifespan="off", ws="none",
                proxy_headers=False,  # what a request says of itself is never believed: the public address is a setting
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        sockets = ([self._listener],)
        self._thread = threading.Thread(target=self._server.run, args=sockets, name="web", daemon=True)
        self._thread.start()
        if not self._server.listening.wait(START_SECONDS):
            self.stop()
            raise Unavailable("The web server did not start; the log tells why.")
        return self

    def stop(self) -> None:
        """Stop listening and wait until the thread has ended; a second call does nothing."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(STOP_SECONDS)
        if self._listener: self._listener.close()
        self._server = self._thread = self._listener = None

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
