"""What machines ask of a process: whether it lives, whether it is ready, and its figures."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from time import perf_counter
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.operations.metrics import Metrics
from core.watching import Watch, stage, watched

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
Ready = Callable[[], list[str]]
Figures = Callable[[], bytes]
Refusal = Callable[[str], str]  # why somebody who shows this Authorization header may not read the figures
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def machine_routes(ready: Ready, figures: Figures | None = None, refusal: Refusal = lambda _shown: "") -> list[Route]:
    """/health, /ready and, where there are figures, /metrics."""

    def readiness(_request: Request) -> Response:
        reasons = ready()
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    def metrics(request: Request) -> Response:
        shown = request.headers.get("authorization", "")
        if why := refusal(shown): return _refused(why, asked=bool(shown))
        return Response(figures() if figures else b"", media_type=EXPOSITION)

    own = [Route("/health", _health), Route("/ready", readiness)]
    return [*own, Route("/metrics", metrics)] if figures else own


async def _health(_request: Request) -> Response:
    # Async, so that it answers even while every worker thread is busy.
    return JSONResponse({"status": "ok"})


def _refused(why: str, *, asked: bool) -> Response:
    status = HTTPStatus.FORBIDDEN if asked else HTTPStatus.UNAUTHORIZED
    return PlainTextResponse(f"{why}\n", status, {"WWW-Authenticate": "Bearer"})


class Watched:
    """Counts the requests of an application by route and status, and gives each the id that its log lines carry."""

    def __init__(self, app: ASGIApp, metrics: Metrics, watch: Watch, routes: Sequence[BaseRoute]) -> None:
        """Take the application, and the routes by which its requests are told apart."""
        self._app, self._metrics, self._watch, self._routes = app, metrics, watch, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began, route = 500, perf_counter(), self._route(scope)

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start": status = message["status"]
            await send(message)

        try:
            with watched(self._watch, f"http-{uuid4().hex[:12]}"), stage("http", route=route):
                await self._app(scope, receive, noting)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.request.labels(route).observe(perf_counter() - began)

    def _route(self, scope: Scope) -> str:
        """The pattern that a path fits, such as `/help/{slug}`; what fits none counts as one."""
        found = next((route for route in self._routes if route.matches(scope)[0] is not Match.NONE), None)
        return str(getattr(found, "path", "") or "/") if found else "other"


def machine_only(ready: Ready, figures: Figures, refusal: Refusal) -> Router:
    """The application of a process that shows people nothing."""
    return Router(machine_routes(ready, figures, refusal))
