"""The dry run of a draft: a page at once, and the result when it is there."""

from collections.abc import Hashable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.assistant.editorial.made import known
from bot.web.studio import writing_texts as words
from bot.web.studio.trials import Note
from bot.web.studio.visit import Visit, page, posting, studio, to, visit
from core.people import Action, Person
from kb.drafts import Kept

TRY = "/studio/try/{kind}/{slug}"
LOOK_AGAIN = 2  # seconds until the page is loaded anew


def routes() -> list[Route]:
    """Its address."""
    return [Route(TRY, attempt), Route(TRY, posting(again), methods=["POST"])]


def attempt(request: Request) -> Response:
    """`GET /studio/try/{kind}/{slug}`: how far the dry run of the draft is that was begun, and what came of it."""
    who = visit(request)
    kept = _kept(request, who)
    trial = studio(request).trials.find(key_of(kept, who.person))
    return page(request, "try.html", w=words, kept=kept, trial=trial, wait=LOOK_AGAIN)


def again(request: Request, _fields: dict[str, str]) -> Response:
    """`POST` of the same: run it, or once more, on the newest questions."""
    who = visit(request)
    kept = _kept(request, who)
    start(request, who, kept)
    return to(f"/studio/try/{kept.kind}/{kept.slug}")


def start(request: Request, who: Visit, kept: Kept) -> None:
    """Begin the dry run of a draft as it is kept."""
    who.person.must(Action.EDIT_ARTICLES)
    at = studio(request)

    def run(note: Note) -> Any:
        return at.assistant.rehearsing.run(kept.kind, kept.slug, kept.source, who.person, note=note)

    at.trials.begin(key_of(kept, who.person), run, at.clock())


def key_of(kept: Kept, person: Person) -> Hashable:
    """What makes a dry run the same: the text, and for whom it is run."""
    return (kept.kind, kept.slug, kept.item, kept.source, person.id)


def _kept(request: Request, who: Visit) -> Kept:
    who.person.must(Action.EDIT_ARTICLES)
    kind, slug = known(request.path_params["kind"]), request.path_params["slug"]
    return studio(request).assistant.writing.draft(kind, slug, who.person)
