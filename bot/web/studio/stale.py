"""Somebody else was faster: what was seen, what there is now, and how they differ."""

from starlette.requests import Request
from starlette.responses import Response

from bot.web.studio import addresses, texts
from bot.web.studio.differing import differences
from bot.web.studio.names import name_of
from bot.web.studio.visit import page, studio, visit
from core.people import Action


def overtaken(request: Request, kind: str, slug: str, seen: int, why: str, **kept: str) -> Response:
    """The page about an item that is no longer at the revision that was seen; `kept` is what was written by label."""
    who, at = visit(request), studio(request)
    who.person.must(Action.DRAFT_ARTICLES)
    revisions = {one.number: one for one in at.assistant.keeping.history(kind, slug, who.person)}
    now = revisions[max(revisions)] if revisions else None
    before = revisions.get(seen)
    return page(
        request, "stale.html", status=409, address_here=addresses.of(kind, slug), why=why or texts.OVERTAKEN,
        before=before, now=now, by=name_of(at, now.saved_by) if now else "", written=kept,
        rows=differences(before.source, now.source) if before and now else [],
    )
