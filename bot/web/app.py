"""The web application: help pages, health, and Slack's events when they come over HTTP."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.web.faults import Current, unknown
from bot.web.finding import Finder, Rank
from bot.web.guard import BodyLimit, Guard
from bot.web.hooks import BODY_LIMIT, TICKETS, Take, TicketHook
from bot.web.machine import machine_routes
from bot.web.markdown import HelpMarkdown
from bot.web.pages import Pages
from bot.web.studio.routes import routes as studio_routes
from bot.web.studio.visit import HANDLERS, Studio, signed
from core.clock import Clock, utc_now
from core.encoder import Vectors
from core.people import Person
from kb.service import KnowledgeBase

SLACK_BODY_LIMIT = 1_000_000  # bytes; Slack's largest payload, a view of 250 kB in a form, is well under it

_STATIC = Path(__file__).parent / "static"


def create_web(
    kb: KnowledgeBase,
    encode: Callable[[str], Vectors],
    ready: Callable[[], list[str]],
    contact: str,
    slack: ASGIApp | None = None,
    *,
    pictures: Path | None = None,
    tickets: Take | None = None,
    studio: Studio | None = None,
    clock: Clock = utc_now,
    rank: Rank | None = None,
    faults: Current = unknown,
    pages_too: bool = True,
    machine: Sequence[BaseRoute] = (),
) -> Starlette:
    """The application of one process.

    `encode` turns one text into its vector [dims], `ready` lists why the process cannot do its work (empty: it can),
    `contact` tells in words how to reach IT, `slack` takes what Slack posts to /slack/events,
    `pictures` is the folder of the recipes' pictures, `tickets` takes what a ticket system posts to /hooks/tickets,
    `studio` is what the editors' pages work with; without it there are none. `rank` finds what fits a question, in the
    order in which answers are chosen; `faults` tells the known faults that last. Without `pages_too` there is nothing
    for people, nor for a ticket system: other processes show it. `machine` are the routes for machines, where there
    are more than health and readiness.
    """
    markdown, who = HelpMarkdown(), _who if studio and studio.door else None
    pages = Pages(kb, Finder(kb, encode, markdown, rank), markdown, contact, clock, who, faults)
    shown = [
        *_picture_routes(pictures), *_page_routes(pages), *_ticket_routes(tickets),
        *(studio_routes() if studio else []),
    ]
    app = Starlette(
        routes=[
            *(machine or machine_routes(ready)), *_slack_routes(slack), *(shown if pages_too else []),
        ],
        middleware=[Middleware(Guard, failed=pages.failed, away=pages.away, secure=bool(studio and studio.secure))],
        exception_handlers={HTTPException: _refusals(pages), **(HANDLERS if studio else {})},
    )
    app.state.studio = studio
    return app


def _page_routes(pages: Pages) -> list[BaseRoute]:
    return [
        Route("/", _to_help),
        Route("/help", pages.help),
        Route("/help/{slug}", pages.article),
        Route("/help/files/{name}", pages.file),
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


def _picture_routes(pictures: Path | None) -> list[BaseRoute]:
    """What Slack fetches to show at a recipe's step. The checker lets no other file be named than png, jpg and gif."""
    return [Mount("/help/pictures", StaticFiles(directory=pictures))] if pictures and pictures.is_dir() else []


def _slack_routes(slack: ASGIApp | None) -> list[BaseRoute]:
    return [Route("/slack/events", BodyLimit(slack, SLACK_BODY_LIMIT), methods=["POST"])] if slack else []


def _ticket_routes(take: Take | None) -> list[BaseRoute]:
    return [Route(TICKETS, BodyLimit(TicketHook(take), BODY_LIMIT), methods=["POST"])] if take else []


def _who(request: Request) -> Person | None:
    """Who is signed in."""
    who = signed(request)
    return who.person if who else None


async def _to_help(_request: Request) -> Response:
    return RedirectResponse("/help")


def _refusals(pages: Pages) -> Callable[[Request, Exception], Response]:
    def refuse(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        page = pages.missing() if status == HTTPStatus.NOT_FOUND else pages.refused(status, HTTPStatus(status).phrase)
        page.headers.update(getattr(error, "headers", None) or {})
        return page

    return refuse
