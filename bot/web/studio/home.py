"""The first page: what waits for whoever is signed in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.visit import page, studio, visit


def routes() -> list[Route]:
    """Its address."""
    return [Route("/studio", home)]


def home(request: Request) -> Response:
    """`GET /studio`."""
    who = visit(request)
    return page(request, "home.html", drafts=studio(request).assistant.writing.drafts(who.person))
