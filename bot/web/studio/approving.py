"""The reviewer's page: what a draft changes, what is said about it, how it looks; then publish it or send it back."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.assistant.editorial.made import known
from bot.assistant.editorial.reviewing import NeedsReason
from bot.web.studio import writing_texts as words
from bot.web.studio.comparing import compared
from bot.web.studio.editing import published
from bot.web.studio.names import name_of
from bot.web.studio.panel import of_source
from bot.web.studio.trying import key_of
from bot.web.studio.visit import Visit, page, posting, studio, to, visit, whole
from core.errors import BadInput, NotAllowed, Stale
from kb.drafts import DraftState, Kept

REVIEW = "/studio/review/{kind}/{slug}"


def routes() -> list[Route]:
    """Its address."""
    return [Route(REVIEW, review), Route(REVIEW, posting(decide), methods=["POST"])]


def review(request: Request) -> Response:
    """`GET /studio/review/{kind}/{slug}`."""
    who = visit(request)
    return _shown(request, who, _kept(request, who))


def decide(request: Request, fields: dict[str, str]) -> Response:
    """`POST` of the same: publish, or send back. It is refused if the draft is no longer the one that was read."""
    who = visit(request)
    kept = _kept(request, who)
    try:
        return _do(request, who, kept, fields)
    except NeedsReason as error:
        return _shown(request, who, kept, status=409, lost=error.lost, fields=fields)
    except (BadInput, NotAllowed) as error:
        status = 409 if isinstance(error, Stale) else 403 if isinstance(error, NotAllowed) else 400
        return _shown(request, who, _kept(request, who), status=status, problem=str(error), fields=fields)


def _do(request: Request, who: Visit, kept: Kept, fields: dict[str, str]) -> Response:
    at, seen = studio(request).assistant.reviewing, whole(fields.get("version", ""))
    named = (kept.kind, kept.slug, who.person)
    if fields.get("do") == "send-back":
        at.send_back(*named, seen_version=seen, note=fields.get("note", ""))
        return to("/studio", "sent-back")
    at.publish(*named, seen_version=seen, reason=fields.get("reason", ""))
    return to(f"/studio/edit/{kept.kind}/{kept.slug}", "published")


def _kept(request: Request, who: Visit) -> Kept:
    kind, slug = known(request.path_params["kind"]), request.path_params["slug"]
    return studio(request).assistant.writing.draft(kind, slug, who.person)


def _shown(
    request: Request, who: Visit, kept: Kept, *, status: int = 200, fields: dict[str, str] | None = None, **told: Any
) -> Response:
    at, given = studio(request), fields or {}
    before = published(request, who, kept)
    trial = at.trials.find(key_of(kept, who.person))
    values: dict[str, Any] = {"problem": "", "lost": ()} | told
    values |= {"note": given.get("note", ""), "reason": given.get("reason", "")}
    return page(
        request, "review.html", status=status, w=words, kept=kept, rows=compared(kept.kind, before, kept.source),
        fresh=not kept.published, panel=of_source(at, kept.kind, kept.slug, kept.source, who.person),
        sheet=kept, choosing=False, saver=name_of(at, kept.saved_by),
        approves=at.assistant.writing.reviews(kept, who.person), waits=kept.state is DraftState.REVIEW,
        trial=trial if trial and trial.result else None, **values,
    )  # fmt: skip
