"""The first page: what waits for whoever is signed in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.names import name_of
from bot.web.studio.visit import page, studio, visit
from core.people import Action
from kb.listing import Show


def routes() -> list[Route]:
    """Its address."""
    return [Route("/studio", home)]


def home(request: Request) -> Response:
    """`GET /studio`."""
    who, at = visit(request), studio(request)
    drafts = at.assistant.writing.drafts(who.person)
    writers = {one.saved_by for kept in (drafts.mine, drafts.to_review, drafts.others) for one in kept}
    edits = who.person.may(Action.EDIT_ARTICLES)
    return page(
        request, "home.html", drafts=drafts, names={one: name_of(at, one) for one in writers},
        lapsed=at.assistant.listing.count(Show.LAPSED, who.person) if edits else 0, gaps=None,
    )
