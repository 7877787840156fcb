"""What stands around every request: headers that keep browsers careful, a plain page for errors, a limit for bodies."""

import asyncio
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import Unavailable, new_reference

_log = logging.getLogger(__name__)

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # an article that was corrected must not be read in its old state
}

BY_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}  # a year, as OWASP ASVS 5.0 asks for (3.4.1)
PATIENCE = 20.0  # seconds for a whole body; Slack sends its largest in one

ErrorPage = Callable[[str], Response]


class Guard:
    """Adds the headers to every answer, and turns an error into a page with a reference that is in the log too."""

    def __init__(self, app: ASGIApp, failed: ErrorPage, away: ErrorPage, *, secure: bool = False) -> None:
        """Take the pages for an error of ours, and for a database that does not answer; each is given the reference.

        `secure` is whether browsers reach us by https.
        """
        self._app, self._failed, self._away = app, failed, away
        self._headers = SECURITY_HEADERS | (BY_HTTPS if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        started = False

        async def careful(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items(): headers.setdefault(name, value)
                if "location" in headers: headers["location"] = _here(headers["location"], Headers(scope=scope))
            await send(message)

        try:
            await self._app(scope, receive, careful)
        except Exception as error:
            page = self._told(error, scope)
            if started: raise  # half of an answer is out: only breaking the connection tells that it is not whole
            await page(scope, receive, careful)

    def _told(self, error: Exception, scope: Scope) -> Response:
        reference, path = new_reference(), scope.get("path", "")
        if isinstance(error, Unavailable):
            _log.error("A page could not be shown: reference=%s path=%s reason=%s", reference, path, error)
            return self._away(reference)
        _log.error("A request failed: reference=%s path=%s", reference, path, exc_info=error)
        return self._failed(reference)


class BodyLimit:
    """Reads a request's body up to a limit before it passes the request on; a larger one gets 413, a slow one 408."""

    def __init__(self, app: ASGIApp, limit: int, patience: float = PATIENCE) -> None:
        """Take the limit in bytes, and how many seconds all of a body may take to come."""
        self._app, self._limit, self._patience = app, limit, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        try:
            async with asyncio.timeout(self._patience):
                body = None if self._announced(scope) > self._limit else await self._read(receive)
        except TimeoutError:
            late = PlainTextResponse("The body did not come in time.\n", 408, {"Connection": "close"})
            await late(scope, receive, send)
            return
        if body is None:
            refusal = PlainTextResponse(f"The body is larger than {self._limit} bytes.\n", 413, {"Connection": "close"})
            await refusal(scope, receive, send)
        else:
            await self._app(scope, _replay(body, receive), send)

    def _announced(self, scope: Scope) -> int:
        length = Headers(scope=scope).get("content-length", "0")
        return int(length) if length.isdecimal() else 0

    async def _read(self, receive: Receive) -> bytes | None:
        body, more = bytearray(), True
        while more:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._limit: return None
            more = message.get("more_body", False)
        return bytes(body)


def _here(location: str, asked: Headers) -> str:
    """Where an answer leads, without the host if that is what the request names: whoever sends it chose that name."""
    parts = urlsplit(location)
    if not parts.netloc or parts.netloc != asked.get("host"): return location
    return "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given: return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
