"""The sample automation's addresses: where calls come in, its page, and the page's switches."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.errors import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.sandbox.automation.service import Automation

PAGE = Path(__file__).parents[1] / "page" / "automation.html"
LONGEST_SILENCE = 60.0  # seconds; callers hang up long before
MOST_BODY = 65_536  # bytes


def routes(automation: Automation) -> list[Route]:
    """All of them, under /automation."""

    async def call(request: Request) -> Response:
        body = await request.body()
        if len(body) > MOST_BODY:
            return JSONResponse({"note": "The call is too long."}, 413)
        said = automation.answer(request.headers, body)
        if said.never:
            await _silence(request)
        return JSONResponse(said.body, said.status)

    async def state(_: Request) -> Response:
        return JSONResponse(automation.shown())

    async def switch(request: Request) -> Response:
        try:
            wanted = await request.json()
            automation.switch(str(wanted.get("action")), str(wanted.get("mode")))
        except (Refused, ValueError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(automation.shown())

    async def page(_: Request) -> Response:
        return FileResponse(PAGE)

    return [
        Route("/automation", page), Route("/automation/state", state),
        Route("/automation/call", call, methods=["POST"]), Route("/automation/switch", switch, methods=["POST"]),
    ]  # fmt: skip


async def _silence(request: Request) -> None:
    """Say nothing until the caller has hung up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_SILENCE):
            while (await request.receive())["type"] != "http.disconnect":
                pass
