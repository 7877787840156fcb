"""How items do: figures, likeness, taken questions with their picture, dead links, what nobody reads."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.assistant.editorial.drawing import told
from bot.assistant.editorial.health import ORDERS
from bot.web.studio import care_texts
from bot.web.studio.visit import page, studio, visit, whole

A_PAGE = 25
MOST = 200  # lines of the other lists; whoever has more begins with these
BASE = "/studio/health"
# The picture has its colours in itself; it loads nothing, and nothing in it runs.
PICTURE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox", "Cache-Control": "no-store",
}


def routes() -> list[Route]:
    """Their addresses."""
    return [
        Route(BASE, figures), Route(f"{BASE}/alike", alike), Route(f"{BASE}/collisions", collisions),
        Route(f"{BASE}/collisions.svg", picture), Route(f"{BASE}/links", links), Route(f"{BASE}/unread", unread),
    ]


def figures(request: Request) -> Response:
    """`GET /studio/health`: every item, with `by` and `page`."""
    who, health = visit(request), studio(request).assistant.health
    by = given if (given := request.query_params.get("by", "")) in ORDERS else ORDERS[0]
    found = health.listed(who.person, by=by)
    last = max(1, -(-len(found) // A_PAGE))
    number = min(max(1, whole(request.query_params.get("page", ""), 1)), last)
    lines = found[(number - 1) * A_PAGE : number * A_PAGE]
    return _page(request, "health.html", "", lines=lines, by=by, number=number, last=last, total=len(found))


def alike(request: Request) -> Response:
    """`GET /studio/health/alike`."""
    found = studio(request).assistant.health.alike(visit(request).person)
    return _page(request, "alike.html", "alike", pairs=found[:MOST])


def collisions(request: Request) -> Response:
    """`GET /studio/health/collisions`."""
    found = studio(request).assistant.health.collisions(visit(request).person)
    return _page(request, "collisions.html", "collisions", pairs=found.pairs[:MOST], told=told(found))


def picture(request: Request) -> Response:
    """`GET /studio/health/collisions.svg`."""
    drawn = studio(request).assistant.health.picture(visit(request).person)
    return Response(drawn, media_type="image/svg+xml", headers=PICTURE)


def links(request: Request) -> Response:
    """`GET /studio/health/links`."""
    found = studio(request).assistant.health.dead_links(visit(request).person)
    return _page(request, "links.html", "links", links=found[:MOST])


def unread(request: Request) -> Response:
    """`GET /studio/health/unread`."""
    found = studio(request).assistant.health.unread(visit(request).person)
    return _page(request, "unread.html", "unread", lines=found[:MOST])


def _page(request: Request, template: str, view: str, **values: Any) -> Response:
    return page(request, template, care=care_texts, view=view, **values)
