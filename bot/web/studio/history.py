"""What an item was: its revisions, what changed between two of them, and the way back."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.assistant.editorial.reviewing import NeedsReason
from bot.web.studio import addresses
from bot.web.studio.differing import differences
from bot.web.studio.item import item_of
from bot.web.studio.names import name_of
from bot.web.studio.stale import overtaken
from bot.web.studio.visit import page, posting, studio, to, visit, whole
from core.errors import NotFound, Stale
from kb.history import Revision
from kb.listing import Line


def routes() -> list[Route]:
    """Its addresses, for each kind."""
    return [route for place in addresses.KINDS for route in _of(f"/studio/{place}/{{slug}}/history")]


def _of(place: str) -> list[Route]:
    return [
        Route(place, history), Route(f"{place}/{{number:int}}", asked_to_go_back),
        Route(f"{place}/{{number:int}}", posting(go_back), methods=["POST"]),
    ]


def history(request: Request) -> Response:
    """`GET .../history`: every revision; with `from` and `to`, what changed between these two."""
    who, at, (kind, slug) = visit(request), studio(request), item_of(request)
    line = at.assistant.listing.one(kind, slug, who.person)
    revisions = at.assistant.keeping.history(kind, slug, who.person)
    if not revisions: raise NotFound("Nothing of it was published yet.")
    newest = revisions[0].number
    second = _wanted(request, "to", newest)
    first = _wanted(request, "from", max(1, second - 1))
    known = {one.number: one for one in revisions}
    if first not in known or second not in known: raise NotFound("There is no such revision.")
    old, new = known[min(first, second)], known[max(first, second)]
    return page(
        request, "history.html", line=line, revisions=revisions, names=_names(request, revisions), old=old, new=new,
        rows=differences(old.source, new.source), compared="from" in request.query_params,
    )


def asked_to_go_back(request: Request) -> Response:
    """`GET .../history/{number}`: what going back to it would change, and whether they want that."""
    return _asked(request, *_two(request))


def go_back(request: Request, fields: dict[str, str]) -> Response:
    """`POST .../history/{number}`."""
    who, at, (kind, slug) = visit(request), studio(request), item_of(request)
    line, old, now = _two(request)
    seen, reason = whole(fields.get("seen_revision", ""), -1), fields.get("reason", "")
    try:
        saved = at.assistant.keeping.rollback(
            kind, slug, old.number, who.person, reason=reason, seen_revision=seen
        )
    except NeedsReason as needed:
        return _asked(request, line, old, now, needed)
    except Stale as stale:
        return overtaken(request, kind, slug, seen, str(stale), **({"reason": reason} if reason else {}))
    return to(addresses.of(kind, slug), "submitted" if saved.waits else "rolled-back")


def _two(request: Request) -> tuple[Line, Revision, Revision]:
    """The item, the revision that the address names, and the newest."""
    who, at, (kind, slug) = visit(request), studio(request), item_of(request)
    line = at.assistant.listing.one(kind, slug, who.person)
    keeping = at.assistant.keeping
    old = keeping.at(kind, slug, request.path_params["number"], who.person)
    return line, old, keeping.at(kind, slug, line.revision, who.person)


def _asked(request: Request, line: Line, old: Revision, now: Revision, needed: NeedsReason | None = None) -> Response:
    return page(
        request, "back.html", status=400 if needed else 200, line=line, old=old, now=now,
        names=_names(request, [old, now]), rows=differences(now.source, old.source),
        lost=needed.lost if needed else (), problem=str(needed) if needed else "",
    )


def _names(request: Request, revisions: list[Revision]) -> dict[str, str]:
    return {one: name_of(studio(request), one) for one in {revision.saved_by for revision in revisions}}


def _wanted(request: Request, name: str, otherwise: int) -> int:
    return whole(request.query_params.get(name, ""), otherwise)
