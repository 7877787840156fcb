"""The trouble that tests ask for: calls that fail or are answered too late, envelopes that go astray."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, get_args

from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.sandbox.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.sandbox.ids import Json

LATE, CUT, HTTP = "late", "cut", "http_"  # errors that are no words of Slack's: see `Fault`
CLOSED = 0.01  # seconds until the server has noticed that a connection was cut
PAGE = "<html><body>Something went wrong on our side.</body></html>"  # what a balancer answers in Slack's place

Astray = Literal["lost", "unheard", "twice", "late", "behind"]
ASTRAY: frozenset[str] = frozenset(get_args(Astray))


@dataclass(slots=True, kw_only=True)
class Fault:
    """An answer that a test asked for: after `skip` calls of `method` (or of any), `left` calls fail with `error`.

    `error` is a code of Slack's, "ratelimited" (a 429), "http_503" and the like (a web page with that status), "cut"
    (the connection ends without an answer) or "late" (the answer comes after so many `seconds`, and is right). `after`:
    the call takes effect all the same, as it always does when it is answered late.
    """

    error: str
    left: int
    method: str | None = None
    retry_after: int = 1
    after: bool = False
    seconds: float = 0.0
    skip: int = 0

    @property
    def name(self) -> str:
        """What it is counted as."""
        return f"{self.error} after" if self.after else self.error

    def strikes(self, name: str) -> bool:
        """Whether this call is one that fails; it is counted."""
        return self.method in (None, name) and _counted(self)


@dataclass(slots=True, kw_only=True)
class Mishap:
    """After `skip` envelopes of `kind` (or of any), `left` go astray.

    "lost": never sent, as if unanswered; "unheard": its acknowledgement is lost; "twice": an event is sent twice, at
    once; "late": sent after so many `seconds`; "behind": sent when the next one was, or after so many `seconds`.
    """

    what: Astray
    left: int
    kind: str | None = None
    seconds: float = 0.0
    skip: int = 0

    def strikes(self, kind: str) -> bool:
        """Whether this envelope is one that goes astray; it is counted."""
        return self.kind in (None, kind) and _counted(self)


class _Counts(Protocol):
    left: int
    skip: int


_Strikes = TypeVar("_Strikes", Fault, Mishap)


def _counted(one: _Counts) -> bool:
    if one.skip > 0:
        one.skip -= 1
        return False
    one.left -= 1
    return one.left >= 0


def first(these: Iterable[_Strikes], name: str) -> _Strikes | None:
    """The first that strikes a call of this name, or an envelope of this kind."""
    return next((one for one in these if one.strikes(name)), None)


class Struck(SandboxError):
    """A call meets a fault; `body` is what would have been answered, where it took effect."""

    def __init__(self, fault: Fault, body: Json | None = None) -> None:
        super().__init__(fault.error)
        self.fault = fault
        self.body = body or {"ok": False, "error": fault.error}


async def answer(struck: Struck, headers: dict[str, str], cut: Callable[[], None]) -> Response:
    """What a call is answered that meets a fault; `cut` ends its connection."""
    fault = struck.fault
    if fault.error == LATE:
        await asyncio.sleep(fault.seconds)
        return JSONResponse(struck.body, headers=headers)
    if fault.error == CUT:
        cut()
        await asyncio.sleep(CLOSED)
        return Response()
    if fault.error.startswith(HTTP):
        return PlainTextResponse(PAGE, int(fault.error.removeprefix(HTTP)), media_type="text/html")
    status, more = (429, {"Retry-After": str(fault.retry_after)}) if fault.error == "ratelimited" else (200, {})
    return JSONResponse({"ok": False, "error": fault.error}, status, headers | more)
