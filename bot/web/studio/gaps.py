"""What is missing: questions without a good answer, and what an editor does about them."""

from collections.abc import Callable
from datetime import UTC, datetime, time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.assistant.editorial.gaps import Gaps
from bot.gaps.views import Show
from bot.web.studio import addresses, care_texts
from bot.web.studio.visit import Visit, page, posting, studio, to, visit, whole
from core.errors import BadInput, NotFound
from core.people import Action

A_PAGE = 20
LIST = "/studio/gaps"


def routes() -> list[Route]:
    """Their addresses."""
    one = LIST + "/{id:int}"
    return [
        Route(LIST, listed), Route(one, shown),
        Route(one + "/begin", posting(begin), methods=["POST"]), Route(one, posting(changed), methods=["POST"]),
    ]


def listed(request: Request) -> Response:
    """`GET /studio/gaps`: with `show` and `page`."""
    who, at = visit(request), studio(request)
    number = max(1, whole(request.query_params.get("page", ""), 1))
    show = _show(request.query_params.get("show", ""))
    found = at.assistant.gaps.listed(who.person, show, first=(number - 1) * A_PAGE, limit=A_PAGE)
    return page(
        request, "gaps.html", found=found, show=show, number=number, last=max(1, -(-found.total // A_PAGE)),
        care=care_texts,
    )


def shown(request: Request) -> Response:
    """`GET /studio/gaps/{id}`: its questions, and what can be done."""
    who, at = visit(request), studio(request)
    view = at.assistant.gaps.get(_id(request), who.person)
    kind, _, slug = view.gap.draft.partition(":")
    writes = addresses.of if view.gap.draft_state == "published" else addresses.edit
    editors = [one for one in at.assistant.staffing.known() if one.may(Action.EDIT_ARTICLES)]
    return page(
        request, "gap.html", gap=view.gap, questions=view.questions, more=view.more, care=care_texts, editors=editors,
        draft=writes(kind, slug) if slug and view.gap.draft_state != "gone" else "", thread=at.thread,
        today=at.clock().date().isoformat(),
    )


def begin(request: Request, _fields: dict[str, str]) -> Response:
    """`POST /studio/gaps/{id}/begin`: on to a draft about it."""
    begun = studio(request).assistant.gaps.begin(_id(request), visit(request).person)
    return to(addresses.edit(begun.kind, begun.slug))


def changed(request: Request, fields: dict[str, str]) -> Response:
    """`POST /studio/gaps/{id}`: one of `ACTS`, for the version that was seen."""
    who, act = visit(request), ACTS.get(fields.get("act", ""))
    if act is None: raise BadInput("There is no such button.")
    act(studio(request).assistant.gaps, _id(request), fields, who)
    return to(f"{LIST}/{_id(request)}", "gap")


def _give(gaps: Gaps, gap: int, fields: dict[str, str], who: Visit) -> None:
    gaps.assign(gap, fields.get("to", ""), who.person, seen_version=_version(fields))


def _take(gaps: Gaps, gap: int, fields: dict[str, str], who: Visit) -> None:
    gaps.assign(gap, who.person.id, who.person, seen_version=_version(fields))


def _snooze(gaps: Gaps, gap: int, fields: dict[str, str], who: Visit) -> None:
    try:
        day = datetime.combine(datetime.fromisoformat(fields.get("until", "")).date(), time(), UTC)
    except (ValueError, OverflowError):
        raise BadInput("Please choose a day.") from None
    gaps.snooze(gap, day, who.person, seen_version=_version(fields))


def _close(gaps: Gaps, gap: int, fields: dict[str, str], who: Visit) -> None:
    gaps.close(gap, fields.get("why", ""), who.person, seen_version=_version(fields))


def _reopen(gaps: Gaps, gap: int, fields: dict[str, str], who: Visit) -> None:
    gaps.reopen(gap, who.person, seen_version=_version(fields))


ACTS: dict[str, Callable[[Gaps, int, dict[str, str], Visit], None]] = {
    "give": _give, "take": _take, "snooze": _snooze, "close": _close, "reopen": _reopen,
}


def _version(fields: dict[str, str]) -> int:
    return whole(fields.get("seen_version", ""), -1)


def _show(given: str) -> Show:
    match given:
        case "mine" | "snoozed" | "closed": return given
        case _: return "open"


def _id(request: Request) -> int:
    number: int = request.path_params["id"]
    if number >= 10**9: raise NotFound("There is no such gap.")
    return number
