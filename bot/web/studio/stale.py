"""Somebody else was faster: what was seen, what there is now, and how they differ."""

from starlette.requests import Request
from starlette.responses import Response

from bot.assistant.editorial.made import MAY_PUBLISH
from bot.web.studio import addresses, texts
from bot.web.studio.differing import differences
from bot.web.studio.names import name_of
from bot.web.studio.visit import Studio, page, studio, visit
from core.people import Person
from kb.history import Revision


def overtaken(request: Request, kind: str, slug: str, seen: int, why: str, **kept: str) -> Response:
    """The page about an item that is no longer at the revision that was seen; `kept` is what was written by label."""
    who, at = visit(request), studio(request)
    before, now = both(at, kind, slug, seen, who.person)
    return page(
        request, "stale.html", status=409, address_here=addresses.of(kind, slug), why=why or texts.OVERTAKEN,
        before=before, now=now, by=name_of(at, now.saved_by) if now else "", written=kept,
        rows=differences(before.source, now.source) if before and now else [],
    )


def both(at: Studio, kind: str, slug: str, seen: int, person: Person) -> tuple[Revision | None, Revision | None]:
    """What was seen, for those who may read the history; and the newest that was published, for whoever may read it."""
    newest = at.assistant.listing.one(kind, slug, person).revision
    history = at.assistant.parts.kb.history
    now = history.at(kind, slug, newest) if newest else None
    if not person.may(MAY_PUBLISH[kind]): return None, now
    return next((one for one in history.of(kind, slug) if one.number == seen), None), now
