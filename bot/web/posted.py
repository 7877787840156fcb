"""Bodies that are looked at before anybody takes them; nothing of one that is refused is written into the log."""

import logging
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
Look = Callable[[bytes, Mapping[str, str]], tuple[int, str] | None]  # status and reason, or None to let it pass


class Posted:
    """Hands on what may pass, and answers the rest with a status and a reason."""

    def __init__(self, app: ASGIApp, look: Look, refused: Callable[[], object] = lambda: None) -> None:
        """Take who takes it, who looks at it, and whom to tell of each refusal."""
        self._app, self._look, self._refused = app, look, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        request = Request(scope, receive)
        body = await request.body()
        wrong = await run_in_threadpool(self._look, body, request.headers)
        if wrong is None: return await self._app(scope, _again(body), send)
        self._refused()
        _log.warning("A request to %s was refused: %s", scope.get("path", "")[:40], wrong[1])
        return await PlainTextResponse(wrong[1], wrong[0])(scope, receive, send)


def _again(body: bytes) -> Receive:
    """A body that was read, to be read once more."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
