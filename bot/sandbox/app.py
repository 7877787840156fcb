"""The sandbox as one ASGI application: the Web API, the sockets, the page and its JSON."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bot.sandbox import api, api_chat, openid_page, testing, ui
from bot.sandbox.automation.routes import routes as automation_routes
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import Ids
from bot.sandbox.local_only import LocalOnly
from bot.sandbox.store import Store
from bot.sandbox.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from bot.sandbox.seed import Seed

PAGE = Path(__file__).parent / "page"
DEFAULT_URL = "http://127.0.0.1:8765"
_NOBODY = 1008  # the websocket close code of a refused connection


def create_app(
    seed: Seed, *, state_path: Path | None = None, clock: Callable[[], float] = time.time, ids: Ids | None = None,
    base_url: str = DEFAULT_URL,
) -> Starlette:
    """The sandbox for a seed.

    `state_path` is the SQLite file that keeps conversations (none: memory only), `clock` tells Unix seconds,
    `ids` makes ids, and `base_url` is the address under which this application is served.
    """
    source = ids or Ids(random.SystemRandom())
    space = Workspace(seed, store=Store(state_path), clock=clock, ids=source, base_url=base_url)
    app = Starlette(routes=_routes(space), lifespan=_lifespan(space))
    app.add_middleware(LocalOnly)
    return app


def _lifespan(space: Workspace) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def run(_: Starlette) -> AsyncIterator[None]:
        watch = asyncio.create_task(space.http.watch()) if space.seed.app.delivery == "http" else None
        yield
        if watch:
            watch.cancel()
        space.delivery.stop()
        space.store.close()

    return run


def _routes(space: Workspace) -> list[Route | Mount | WebSocketRoute]:
    handlers: list[Route | Mount | WebSocketRoute] = [
        Route("/", _page), Route("/archives/{rest:path}", _page),
        Mount("/static", StaticFiles(directory=PAGE, check_dir=False)),
        WebSocketRoute("/socket", _socket(space)), WebSocketRoute("/ui/live", _live(space)),
        Route("/api/{method}", _api(space), methods=["GET", "POST"]),
        Route("/hooks/{name}", _hook(space), methods=["POST"]),
        Route("/upload/{file_id}", _upload(space), methods=["POST"]),
        Route("/files-pri/{file_id}/{name}", _file(space, guarded=True)),
        Route("/files/{user}/{file_id}/{name}", _file(space, guarded=True)),  # a permalink; nobody is signed in here
        Route("/ui/files/{file_id}", _file(space, guarded=False)),
    ]
    handlers += openid_page.routes(space)
    handlers += automation_routes(space.automation) if space.seed.automation else []
    for prefix, module in (("/ui", ui), ("/ui/_test", testing)):
        handlers += [Route(f"{prefix}/{name}", _ui(space, one), methods=["GET"])
                     for name, one in module.READS.items()]
        handlers += [Route(f"{prefix}/{name}", _ui(space, one), methods=["POST"])
                     for name, one in module.ACTS.items()]
    return handlers


async def _page(_: Request) -> Response:
    index = PAGE / "index.html"
    if not index.is_file():
        return PlainTextResponse("The sandbox runs, but its page is not installed.", 404)
    return FileResponse(index)


def _api(space: Workspace) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await api.answer(space, request)

    return endpoint


def _ui(space: Workspace, handler: Callable[[ui.Asked], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await ui.answer(space, request, handler)

    return endpoint


def _hook(space: Workspace) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await request.json()
            api_chat.respond(space, request.path_params["name"], body if isinstance(body, dict) else {})
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        except SlackError as error:
            status = error.status if error.status != 200 else 400  # noqa: PLR2004 - HTTP's own number
            return JSONResponse({"ok": False, "error": error.code} | error.extra, status)
        return JSONResponse({"ok": True})

    return endpoint


def _upload(space: Workspace) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        data = await request.body()
        try:
            space.files.receive(request.path_params["file_id"], data)
        except SlackError as error:
            return PlainTextResponse(error.code, error.status)
        return PlainTextResponse(f"OK - {len(data)}")

    return endpoint


def _file(space: Workspace, *, guarded: bool) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if guarded and request.headers.get("authorization", "") != f"Bearer {space.seed.app.bot_token}":
            return PlainTextResponse("A token is needed to read this file.", 403)
        try:
            meta = space.files.get(request.path_params["file_id"])
        except SlackError:
            return PlainTextResponse("There is no such file.", 404)
        shown = meta["mimetype"] if meta["mimetype"].startswith("image/") and "svg" not in meta["mimetype"] else None
        headers = {"X-Content-Type-Options": "nosniff"} | ({} if shown else {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(meta['name'])}"})
        return Response(space.files.data(meta["id"]), media_type=shown or "application/octet-stream", headers=headers)

    return endpoint


def _socket(space: Workspace) -> Callable[[WebSocket], Awaitable[None]]:
    async def endpoint(socket: WebSocket) -> None:
        await space.hub.serve(socket, socket.query_params.get("ticket", ""))

    return endpoint


def _live(space: Workspace) -> Callable[[WebSocket], Awaitable[None]]:
    async def endpoint(socket: WebSocket) -> None:
        user = socket.query_params.get("as", "")
        if space.person(user) is None:
            await socket.close(code=_NOBODY)
            return
        await space.live.serve(socket, user)

    return endpoint
