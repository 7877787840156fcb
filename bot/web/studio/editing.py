"""The editing page: what is typed is kept, looked at, tried, submitted, published or dropped; nothing of it is lost."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.assistant.editorial.made import MAY_WRITE, known
from bot.assistant.editorial.reviewing import NeedsReason
from bot.assistant.editorial.writing import Begun
from bot.web.studio import writing_texts as words
from bot.web.studio.bench import Bench, begun, empty, from_form, now
from bot.web.studio.comparing import compared
from bot.web.studio.names import name_of
from bot.web.studio.panel import panel
from bot.web.studio.trying import start
from bot.web.studio.visit import Visit, logged, page, posting, studio, to, visit
from core.errors import BadInput, FirstlineError, NotAllowed, NotFound, Stale
from kb.articles import ARTICLE
from kb.drafts import DraftState, Kept

SHOWN = 5  # problems told above the form; the remarks have them all
EDIT = "/studio/edit/{kind}/{slug}"


def routes() -> list[Route]:
    """Their addresses."""
    return [
        Route("/studio/new", new), Route("/studio/new", posting(write), methods=["POST"]),
        Route(EDIT, edit), Route(EDIT, posting(write), methods=["POST"]),
        Route("/studio/look", posting(look), methods=["POST"]),
    ]


def new(request: Request) -> Response:
    """`GET /studio/new`: an empty form, or one that a ticket filled in."""
    who, kind = visit(request), known(request.query_params.get("kind", ARTICLE))
    who.person.must(MAY_WRITE[kind])
    return shown(request, who, empty(request, who, kind))


def edit(request: Request) -> Response:
    """`GET /studio/edit/{kind}/{slug}`: the draft that there is, or what is published."""
    who, (kind, slug) = visit(request), _named(request)
    found = studio(request).assistant.writing.begin(kind, slug, who.person)
    return shown(request, who, begun(found), found)


def look(request: Request, fields: dict[str, str]) -> Response:
    """`POST /studio/look`: the panel alone, of the form as it stands."""
    who = visit(request)
    bench = from_form(known(fields.get("kind", "")), fields.get("slug", ""), fields)
    return page(
        request, "beside.html", panel=panel(studio(request), bench.sheet, who.person, bench.passage), w=words,
        sheet=bench.sheet, choosing=True,
    )


def write(request: Request, fields: dict[str, str]) -> Response:
    """`POST` of the form: what its pressed button says. Whatever goes wrong, the page comes back with every word."""
    who, (kind, slug) = visit(request), _named(request)
    return Writer(request, who, from_form(kind, slug, fields), fields).do(fields.get("do", "save"))


def _named(request: Request) -> tuple[str, str]:
    """Kind and name in the address; a new text has no name yet."""
    given = request.path_params
    return known(given.get("kind") or request.query_params.get("kind", ARTICLE)), given.get("slug", "")


class Writer:
    """Does what a button says. `bench` is what is on it, brought up to date by every save."""

    def __init__(self, request: Request, who: Visit, bench: Bench, fields: dict[str, str]) -> None:
        """Take what was sent."""
        self._request, self._who, self._fields = request, who, fields
        self._at = studio(request).assistant
        self.bench = bench

    def do(self, what: str) -> Response:
        """The answer to a button. Nothing was changed by one that there is not."""
        ways: dict[str, Callable[[], Response]] = {
            "save": self._save, "check": self._check, "try": self._try, "submit": self._submit,
            "publish": self._publish, "rebase": self._rebase, "drop": self._ask, "drop-yes": self._drop,
        }  # fmt: skip
        try:
            return ways.get(what, self._check)()
        except (Stale, NotFound) as error:
            return self._clash(error)
        except NeedsReason as error:
            return self._again(409, lost=error.lost)
        except (BadInput, NotAllowed) as error:
            return self._again(403 if isinstance(error, NotAllowed) else 400, problem=self._why(error))
        except FirstlineError as error:
            return self._again(503, problem=words.not_done(logged(self._request, error)))

    def _check(self) -> Response:
        return self._again(200)

    def _save(self) -> Response:
        return self._to("edit", self._keep(), "saved")

    def _try(self) -> Response:
        kept = self._keep()
        start(self._request, self._who, kept)
        return self._to("try", kept)

    def _submit(self) -> Response:
        kept = self._keep()
        note = self._fields.get("note", "")
        self._at.reviewing.submit(kept.kind, kept.slug, self._who.person, seen_version=kept.version, note=note)
        return self._to("edit", kept, "submitted")

    def _publish(self) -> Response:
        kept = self._keep()
        reason = self._fields.get("reason", "")
        self._at.reviewing.publish(kept.kind, kept.slug, self._who.person, seen_version=kept.version, reason=reason)
        return self._to("edit", kept, "published")

    def _rebase(self) -> Response:
        """What else was published was seen. What is typed is kept first: it may be newer than the draft."""
        kept = self._keep()
        self._at.writing.rebase(kept.kind, kept.slug, self._who.person, seen_version=kept.version)
        return self._to("edit", kept, "rebased")

    def _ask(self) -> Response:
        return page(self._request, "drop.html", bench=self.bench, w=words)

    def _drop(self) -> Response:
        sheet, version = self.bench.sheet, self.bench.version
        self._at.writing.drop(sheet.kind, sheet.slug, self._who.person, seen_version=version)
        return to("/studio", "dropped")

    def _keep(self) -> Kept:
        sheet, bench = self.bench.sheet, self.bench
        if not sheet.name: raise BadInput(words.NO_NAME)
        there = None if bench.new else now(self._request, self._who.person, bench)
        source = sheet.over(there.source) if there else sheet.source()
        kept = self._at.writing.keep(
            sheet.kind, sheet.name, source, self._who.person, seen_version=bench.version,
            based_on=bench.based_on, origin=bench.origin,
        )
        self.bench = bench.on(kept)
        return kept

    def _why(self, error: Exception) -> str:
        """What is wrong, by the fields and lines of the form: an error's lines are those of the file."""
        if not str(error).startswith("Line "): return str(error)
        found = panel(studio(self._request), self.bench.sheet, self._who.person)
        stops = [words.at_field(one.field, one.line, one.text) for one in found.remarks if one.stops]
        return "\n".join(stops[:SHOWN]) or str(error)

    def _to(self, where: str, kept: Kept, said: str = "") -> Response:
        return to(f"/studio/{where}/{kept.kind}/{kept.slug}", said)

    def _clash(self, error: Exception) -> Response:
        """Somebody else was faster: both texts, and what to do. A new text whose name is taken needs another name."""
        there = now(self._request, self._who.person, self.bench)
        if self.bench.new: return self._again(409, problem=words.TAKEN)
        if there and there.draft and there.version == self.bench.version:
            return self._again(409, there=there, problem=str(error))
        self.bench = self.bench.beside(there)
        return self._again(409, there=there, clash=there or "gone")

    def _again(self, status: int, there: Begun | None = None, **told: Any) -> Response:
        found = there
        if found is None and not self.bench.new: found = now(self._request, self._who.person, self.bench)
        return shown(self._request, self._who, self.bench, found, status=status, fields=self._fields, **told)


def shown(
    request: Request, who: Visit, bench: Bench, there: Begun | None = None, *, status: int = 200,
    fields: dict[str, str] | None = None, **told: Any,
) -> Response:
    """The page with a form; `there` is what is kept under its name, `told` is what went wrong."""
    at, sheet, kept = studio(request), bench.sheet, there.draft if there else None
    told_of = not told.get("clash")
    values: dict[str, Any] = {"clash": None, "lost": (), "problem": ""} | told
    values |= {"note": (fields or {}).get("note", ""), "reason": (fields or {}).get("reason", "")}
    return page(
        request, "edit.html", status=status, w=words, bench=bench, sheet=sheet, kept=kept, choosing=True,
        panel=panel(at, sheet, who.person, bench.passage), heading=words.heading(sheet.kind, new=bench.new),
        audiences=at.assistant.remarking.audiences(who.person),
        categories=at.assistant.remarking.categories(who.person),
        may_publish=_publishes(request, who, sheet.kind, kept),
        notices=_notices(request, who, kept) if told_of else [],
        newer=compared(sheet.kind, published(request, who, kept), kept.source) if kept and kept.overtaken and told_of
        else None,
        clash_rows=compared(sheet.kind, there.source, _source(bench)) if there and not told_of else [],
        clash_by="" if told_of else _by(request, there), **values,
    )


def _source(bench: Bench) -> str:
    try:
        return bench.sheet.source()
    except BadInput:
        return bench.sheet.body


def _publishes(request: Request, who: Visit, kind: str, kept: Kept | None) -> bool:
    """Whether the person may publish what is kept; what they write themselves not where two are wanted."""
    writing = studio(request).assistant.writing
    return writing.reviews(kept, who.person) if kept else writing.publishes(kind, who.person)


def _notices(request: Request, who: Visit, kept: Kept | None) -> list[str]:
    """Whose draft it is, and how far, for whoever has not saved it last."""
    if kept is None: return []
    minute, saver = f"{kept.saved_at:%-d %B, %H:%M} UTC", name_of(studio(request), kept.saved_by)
    if kept.state is DraftState.REVIEW: return [words.in_review(saver, minute)]
    others = [] if kept.saved_by == who.person.id else [words.others_draft(saver, minute)]
    return others + ([words.sent_back(kept.note)] if kept.note else [])


def published(request: Request, who: Visit, kept: Kept) -> str:
    """What a draft would replace; empty where that is nothing, or not for its writer to see."""
    if not kept.published: return ""
    at = studio(request).assistant
    found = at.writing.live(kept.kind, kept.slug, who.person)
    return found.source if found else ""


def _by(request: Request, there: Begun | None) -> str:
    """Who made what is there now."""
    if there is None: return words.CLASH_GONE
    at = studio(request)
    newest = there.draft or at.assistant.parts.kb.history.of(there.kind, there.slug)[0]
    return words.clash_now(name_of(at, newest.saved_by), f"{newest.saved_at:%-d %B, %H:%M} UTC")
