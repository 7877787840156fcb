"""One item as it is published, and what is known of it: still right, or no longer wanted."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.assistant.editorial.made import MAY_PUBLISH
from bot.assistant.editorial.reviewing import NeedsReason
from bot.web.markdown import HelpMarkdown, Section
from bot.web.studio import addresses
from bot.web.studio.names import name_of
from bot.web.studio.stale import overtaken
from bot.web.studio.visit import page, posting, studio, to, visit, whole
from core.errors import NotFound, Stale
from kb.articles import ARTICLE, RUNBOOK, SLUG, parse_article, passages
from kb.listing import Line

_markdown = HelpMarkdown()


def routes() -> list[Route]:
    """Its addresses, for each kind."""
    return [route for place in addresses.KINDS for route in _of(f"/studio/{place}/{{slug}}")]


def _of(place: str) -> list[Route]:
    return [
        Route(place, shown), Route(f"{place}/retire", asked_to_retire),
        Route(f"{place}/retire", posting(retire), methods=["POST"]),
        Route(f"{place}/verify", posting(verify), methods=["POST"]),
    ]


def item_of(request: Request) -> tuple[str, str]:
    """The kind and the slug that an address names."""
    slug = request.path_params["slug"]
    if not SLUG.fullmatch(slug): raise NotFound("There is nothing of that name.")
    return addresses.KINDS[request.url.path.split("/")[2]], slug


def shown(request: Request) -> Response:
    """`GET /studio/articles/{slug}` and the like."""
    who, at = visit(request), studio(request)
    line = at.assistant.listing.one(*item_of(request), who.person)
    source = at.assistant.parts.kb.history.at(line.kind, line.slug, line.revision).source if line.revision else ""
    return page(
        request, "item.html", line=line, sections=_sections(line, source), source=source, by=name_of(at, line.saved_by),
        audiences=at.assistant.parts.audiences(), checks=line.kind in (ARTICLE, RUNBOOK),
        publishes=who.person.may(MAY_PUBLISH[line.kind]),
    )


def verify(request: Request, fields: dict[str, str]) -> Response:
    """`POST .../verify`: it is right as it stands."""
    who, at, (kind, slug) = visit(request), studio(request), item_of(request)
    seen = whole(fields.get("seen_revision", ""))
    try:
        at.assistant.keeping.verify(kind, slug, who.person, seen_revision=seen)
    except Stale as stale:
        return overtaken(request, kind, slug, seen, str(stale))
    return to(addresses.of(kind, slug), "verified")


def asked_to_retire(request: Request) -> Response:
    """`GET .../retire`: whether they really want to."""
    who, at = visit(request), studio(request)
    return _asked(request, at.assistant.listing.one(*item_of(request), who.person))


def retire(request: Request, fields: dict[str, str]) -> Response:
    """`POST .../retire`."""
    who, at, (kind, slug) = visit(request), studio(request), item_of(request)
    line = at.assistant.listing.one(kind, slug, who.person)
    reason = fields.get("reason", "")
    seen = whole(fields.get("seen_revision", ""))
    try:
        at.assistant.keeping.retire(kind, slug, who.person, seen_revision=seen, reason=reason)
    except NeedsReason as needed:
        return _asked(request, line, needed, status=400)
    except Stale as stale:
        return overtaken(request, kind, slug, seen, str(stale), **({"reason": reason} if reason else {}))
    return to(addresses.of(kind, slug), "retired")


def _asked(request: Request, line: Line, needed: NeedsReason | None = None, status: int = 200) -> Response:
    return page(
        request, "retire.html", status=status, line=line, lost=needed.lost if needed else (),
        problem=str(needed) if needed else "",
    )


def _sections(line: Line, source: str) -> tuple[Section, ...]:
    """The text of an article or run-book as people read it."""
    if line.kind not in (ARTICLE, RUNBOOK) or not source: return ()
    article = parse_article(f"{line.slug}.md", source)
    if isinstance(article, list): return ()
    sections = _markdown.article(article.title, article.body, list(passages(article))).sections
    return tuple(replace(section, anchor="") for section in sections)
