"""What every page of the studio stands on: who visits, whether a form is ours, and the page around what is shown."""

import hmac
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.assistant import Assistant
from bot.assistant.signing_in import Door, Signed
from bot.web import texts as help_texts
from bot.web.studio import addresses, texts
from bot.web.studio.trials import Trials
from core.clock import Clock, utc_now
from core.errors import BadInput, FirstlineError, NotAllowed, NotFound, Unavailable, new_reference
from core.people import Action, Person
from kb.articles import Article

FORM_LIMIT = 2_000_000  # bytes; an article of 200,000 characters, each of them three bytes and percent-encoded
FIELDS = 200  # of one form
MOST_DIGITS = 9  # of a number that somebody sends
TYPED = frozenset({"title", "body", "aliases", "name", "note", "reason", "why"})  # fields that people write in
WORTH_KEEPING = 40  # characters of another field that are shown again when its form was refused
LOOKED = timedelta(minutes=1)  # how long it is believed that somebody is still of the workspace

_TEMPLATES = Path(__file__).parent / "templates"
_log = logging.getLogger(__name__)


class Turned(Exception):
    """A request goes no further: `answer` is what the browser gets."""

    def __init__(self, answer: Response) -> None:
        """Keep the answer."""
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """What the studio works with.

    `door` is where people sign in, None where that is not set up; `address` is where browsers reach us, without a
    slash at the end; `preview` tells how Slack shows the answer that quotes one passage of an article: the parts of a
    message from top to bottom, each a kind (section, context, button) and its mrkdwn; `trials` are the dry runs;
    `thread` is the address of a thread in Slack by its channel and ts, empty where it is not known.
    """

    assistant: Assistant
    address: str
    door: Door | None = None
    preview: Callable[[Article, int], list[tuple[str, str]]] = lambda _article, _passage: []
    trials: Trials = field(default_factory=Trials)
    thread: Callable[[str, str], str] = lambda _channel, _ts: ""
    clock: Clock = utc_now

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https."""
        return self.address.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; by https browsers make sure that nobody else can set it."""
        return "__Host-firstline" if self.secure else "firstline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who is signed in and may write; `form_token` goes into every form that changes something."""

    person: Person
    form_token: str


def studio(request: Request) -> Studio:
    """What the studio works with."""
    found: Studio = request.app.state.studio
    return found


def signed(request: Request) -> Signed | None:
    """Who is signed in, whatever they may do; None if nobody is. Looked up once for a request."""
    if not hasattr(request.state, "signed"): request.state.signed = _look_up(request)
    found: Signed | None = request.state.signed
    return found


def visit(request: Request) -> Visit:
    """Who visits the studio; whoever is not signed in is led to that, whoever may not write is told so."""
    who = signed(request)
    if who is None: raise Turned(_to_sign_in(request))
    if not who.person.may(Action.DRAFT_ARTICLES): raise Turned(note(request, 403, texts.CLOSED_TITLE, texts.CLOSED))
    return Visit(person=who.person, form_token=who.form_token)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form that one of our pages sent, line ends as one character; any other is refused.

    Of fields with one name the last counts. Files are left out: `request.form()` still has them.
    """
    given = await request.form(max_files=1, max_fields=FIELDS, max_part_size=FORM_LIMIT)
    fields = {name: plain_lines(value) for name, value in given.items() if isinstance(value, str)}
    try:
        await run_in_threadpool(_must_be_ours, request, fields)
    except Unavailable as error:  # it is not known who this is: the page shows what they sent, and nothing else
        request.state.signed = None
        raise Turned(refused(request, error, typed(fields))) from error
    return fields


Poster = Callable[[Request, dict[str, str]], Response]


def posting(handler: Poster) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for a form: it is checked, then given to a handler in a thread, as it may take its time.

    Whatever goes wrong, what was typed is shown again.
    """

    async def endpoint(request: Request) -> Response:
        fields = await form(request)
        try:
            return await run_in_threadpool(handler, request, fields)
        except FirstlineError as error:
            return await run_in_threadpool(refused, request, error, typed(fields))

    return endpoint


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page: a template of the studio with its values, and who is signed in."""
    who = signed(request)
    around = {
        "person": who.person if who else None, "form_token": who.form_token if who else "",
        "said": texts.SAID.get(request.query_params.get("said", ""), ""), "path": request.url.path,
        "editor": bool(who and who.person.may(Action.EDIT_ARTICLES)),
    }
    text = _environment().get_template(template).render(around | values)
    # Browsers say where a form came from only to those to whom they may say where anything came from.
    return HTMLResponse(text, status, {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"})


def note(request: Request, status: int, title: str, text: str, **values: Any) -> Response:
    """A page that only says something."""
    return page(request, "note.html", status=status, title=title, text=text, **values)


def turned(_request: Request, error: Exception) -> Response:
    """What a request gets that goes no further."""
    assert isinstance(error, Turned)  # noqa: S101 - it is asked for nothing else
    return error.answer


def refused(request: Request, error: Exception, kept: Mapping[str, str] | None = None) -> Response:
    """What a use case refused, as a page that says so, with what was typed."""
    status, title = texts.refusal(error)
    told = str(error) if isinstance(error, REFUSALS) else texts.not_done(logged(request, error))
    return note(request, status, title, told, kept=kept or {})


def logged(request: Request, error: Exception) -> str:
    """The reference of an error, which is in the log with its reason."""
    reference = new_reference()
    _log.error("A form was not taken: reference=%s path=%s reason=%s", reference, request.url.path, error)
    return reference


def typed(fields: Mapping[str, str]) -> dict[str, str]:
    """What somebody typed into a form, and would be sorry to lose."""
    return {
        name: text for name, text in fields.items()
        if text.strip() and name != "form_token" and (name in TYPED or len(text) >= WORTH_KEEPING)
    }  # fmt: skip


REFUSALS = (BadInput, NotAllowed, NotFound)
HANDLERS: dict[Any, Callable[[Request, Exception], Response]] = {
    Turned: turned, **dict.fromkeys(REFUSALS, refused),
}


def to(path: str, said: str = "") -> Response:
    """On to a page of ours after a form; `said` is one of `texts.SAID`, which that page tells."""
    return RedirectResponse(f"{path}{'&' if '?' in path else '?'}said={said}" if said else path, 303)


def whole(text: str, otherwise: int = 0) -> int:
    """A number that an address or a form carries."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else otherwise


def plain_lines(text: str) -> str:
    """A text with line ends as one character; browsers send two."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _look_up(request: Request) -> Signed | None:
    at = studio(request)
    token = request.cookies.get(at.cookie, "")
    who = at.assistant.signing_in.whose(token) if token else None
    if who is None or at.door is None or at.door.here(who.person.id): return who
    at.assistant.signing_in.shut_out(who.person.id)
    return None


def _to_sign_in(request: Request) -> Response:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/signin?leads_to={quote(asked if request.method == 'GET' else '/studio')}", 303)


def _must_be_ours(request: Request, fields: Mapping[str, str]) -> None:
    """Refuse a form that another site sent, or that was drawn for another session; what was written is shown again."""
    who = signed(request)
    given = fields.get("form_token", "").encode()
    if who and _same_site(request) and hmac.compare_digest(given, who.form_token.encode()): return
    text = texts.NOT_OURS if who else texts.SIGNED_OUT_MEANWHILE
    raise Turned(note(request, 403, texts.NOT_OURS_TITLE, text, kept=typed(fields)))


def _same_site(request: Request) -> bool:
    """What browsers tell of where a request came from; the oldest tell nothing."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    ours = urlsplit(studio(request).address)
    return site == "same-origin" and origin in (None, f"{ours.scheme}://{ours.netloc}")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    environment.globals.update(say=texts, address=addresses, category=help_texts.category, kept={}, title="")
    environment.filters.update(day=help_texts.day, minute=_minute, named=_named)
    return environment


def _named(values: Iterable[str], name: Callable[[str], str]) -> list[tuple[str, str]]:
    """Values with what each is called, by that."""
    return sorted(((value, name(value)) for value in values), key=lambda pair: pair[1].lower())


def _minute(at: datetime) -> str:
    return f"{help_texts.day(at.date())}, {at:%H:%M} UTC"
