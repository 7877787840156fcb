"""Connections to a host by what the caller finds for its name, so that what was looked at is what is connected to."""

import socket
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.request import BaseHandler, HTTPHandler, HTTPSHandler, Request

Connect = Callable[[str, int, float | None], socket.socket]  # a host, a port, and seconds; raises OSError


def handlers(connect: Connect) -> tuple[BaseHandler, BaseHandler]:
    """What `urllib.request.build_opener` takes so that every connection is made by `connect`."""
    return _Handler(connect), _SecureHandler(connect)


class _Connection(HTTPConnection):
    reach: Connect

    def connect(self) -> None:
        """Connect as the caller wants."""
        self.sock = self.reach(self.host, self.port, self.timeout)


class _SecureConnection(HTTPSConnection, _Connection):
    """Connects as the other one does; then the name, not the number, is what the certificate must be of."""


class _Handler(HTTPHandler):
    def __init__(self, connect: Connect) -> None:
        super().__init__()
        self._connect = connect

    def http_open(self, req: Request) -> HTTPResponse:
        """Open an address without encryption."""
        return self.do_open(_making(_Connection, self._connect), req)


class _SecureHandler(HTTPSHandler):
    def __init__(self, connect: Connect) -> None:
        super().__init__()
        self._connect = connect

    def https_open(self, req: Request) -> HTTPResponse:
        """Open an address with encryption."""
        return self.do_open(_making(_SecureConnection, self._connect), req)


def _making(kind: type[_Connection], connect: Connect) -> Any:
    """Makes connections of a kind, as `do_open` wants them made."""

    def make(host: str, **how: Any) -> _Connection:
        made = kind(host, **how)
        made.reach = connect
        return made

    return make
