"""What other machines tell us over the web: signed calls of the ticket system."""

from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from core.errors import BadInput, NotAllowed, NotFound

TICKETS = "/hooks/tickets"
BODY_LIMIT = 100_000  # bytes; a comment of 3,000 characters has at most 20,000
Take = Callable[[Mapping[str, str], bytes], bool]  # does what a call says, if it was not done before


class TicketHook:
    """Answers 202 for what was done now, 200 for what was done before, and tells in one line what is wrong."""

    def __init__(self, take: Take) -> None:
        """Take what does it; its errors are those of `bot.assistant.syncing.Incoming.take`."""
        self._take = take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one call."""
        request = Request(scope, receive)
        answer = await run_in_threadpool(self._answer, dict(request.headers), await request.body())
        await answer(scope, receive, send)

    def _answer(self, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            done = self._take(headers, body)
        except NotAllowed as error:
            return _refused(401, error)
        except NotFound as error:
            return _refused(404, error)
        except BadInput as error:
            return _refused(400, error)
        return JSONResponse({"done": done}, 202 if done else 200)


def _refused(status: int, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status)
