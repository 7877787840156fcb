"""The help pages: home, results, one article, and what is said when something is missing or broken."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web import texts
from bot.web.faults import Current, unknown
from bot.web.finding import Finder
from bot.web.markdown import HelpMarkdown
from core.clock import Clock
from core.errors import NotFound
from core.people import PUBLIC, Action, Person
from kb.articles import ARTICLE, SLUG
from kb.index import Item
from kb.lapsing import due_on
from kb.service import ArticleView, KnowledgeBase

QUERY_LIMIT = 500  # characters; the encoder reads about 256 tokens, a longer text is a message, not a search
SHOWN_OF_CATEGORY = 6  # links; the rest opens on a click, so that the home page stays a page
WORTH_HIDING = 3  # links; fewer than these are shown at once, for a click that brings one more is a nuisance
CONTENTS_FROM = 3  # main headings; with fewer, a table of contents is longer than the way down
ROBOTS = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor|curl|wget|python-|headless|^$", re.IGNORECASE)

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a page, if that is known, what they may see, and whether people can sign in here at all."""

    person: Person | None = None
    audiences: frozenset[str] = PUBLIC
    can: bool = False

    @property
    def writes(self) -> bool:
        """Whether the studio is open to them."""
        return self.person is not None and self.person.may(Action.DRAFT_ARTICLES)

    @property
    def edits(self) -> bool:
        """Whether they may see everything, such as the pictures of a draft."""
        return self.person is not None and self.person.may(Action.EDIT_ARTICLES)


NOBODY = Reader()
LASTING = {"Cache-Control": "private, max-age=31536000, immutable"}
PRIVATE = {"Cache-Control": "no-store", "Vary": "Cookie"}  # what is for one person is kept by nobody on the way


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One topic of the home page with its articles."""

    name: str
    label: str
    icon: str
    first: tuple[Item, ...]
    rest: tuple[Item, ...]


Who = Callable[[Request], Person | None]


class Pages:
    """Requests to pages. Made once; safe to call from several threads."""

    def __init__(
        self, kb: KnowledgeBase, finder: Finder, markdown: HelpMarkdown, contact: str, clock: Clock,
        who: Who | None = None, faults: Current = unknown,
    ) -> None:
        """Take the parts; `who` tells who is signed in, where people can."""
        self._kb, self._finder, self._markdown, self._clock = kb, finder, markdown, clock
        self._who, self._faults, self._templates = who, faults, _environment(contact)

    def help(self, request: Request) -> Response:
        """`GET /help`: the topics, or with `?q=` what was found."""
        query, reader = " ".join(request.query_params.get("q", "").split()), self._reader(request)
        if len(query) > QUERY_LIMIT: return self._too_long(query)
        faults = self._faults()
        if query:
            results = self._finder.search(query, reader.audiences)
            return self._page("results.html", reader=reader, query=query, results=results, faults=faults)
        categories = _categories(self._kb.titles(reader.audiences))
        return self._page("home.html", reader=reader, categories=categories, faults=faults)

    def article(self, request: Request) -> Response:
        """`GET /help/{slug}`: one article."""
        slug, reader = request.path_params["slug"], self._reader(request)
        if not SLUG.fullmatch(slug): return self.missing()
        try:
            article = self._kb.article(slug, reader.audiences)
        except NotFound:
            return self.missing()
        shown = self._article(article, reader)
        if counts(request): shown.background = BackgroundTask(self._kb.reads.note, ARTICLE, slug)
        return shown

    def file(self, request: Request) -> Response:
        """`GET /help/files/{name}`: a picture of an article that the reader may see.

        It is named by the hash of its bytes, so that it never changes. A browser may keep it if it is for everybody;
        whoever signs in next at the same computer may not be meant to see another.
        """
        reader = self._reader(request)
        try:
            picture = self._kb.files.get(request.path_params["name"], None if reader.edits else reader.audiences)
        except NotFound:
            return self.missing()
        headers = LASTING if self._kb.files.shown_to(picture, PUBLIC) else PRIVATE
        return Response(picture.data, media_type=picture.media_type, headers=headers)

    def _reader(self, request: Request) -> Reader:
        person = self._who(request) if self._who else None
        return Reader(person=person, audiences=person.audiences() if person else PUBLIC, can=self._who is not None)

    def _article(self, article: ArticleView, reader: Reader) -> Response:
        rendered = self._markdown.article(article.title, article.body, article.passages)
        contents = rendered.contents if len(rendered.contents) >= CONTENTS_FROM else ()
        due = due_note(article, self._clock().date())
        return self._page(
            "article.html", reader=reader, article=article, sections=rendered.sections, contents=contents, due=due,
            icon=_icon(article.category),
            related=self._finder.related(article.slug, article.title, reader.audiences),
        )

    def missing(self) -> Response:
        """There is no such page; the same is said of one that the reader may not see."""
        return self._page("note.html", 404, title=texts.MISSING_TITLE, text=texts.MISSING)

    def refused(self, status: int, reason: str) -> Response:
        """The request itself was wrong, such as a POST to a page."""
        return self._page("note.html", status, title=texts.sentence(reason.lower()), text=texts.REFUSED)

    def failed(self, reference: str) -> Response:
        """Something broke; the log has the same reference."""
        return self._page("note.html", 500, title=texts.FAILED_TITLE, text=texts.FAILED, reference=reference)

    def away(self, reference: str) -> Response:
        """The database does not answer."""
        return self._page("note.html", 503, title=texts.AWAY_TITLE, text=texts.AWAY, reference=reference)

    def _too_long(self, query: str) -> Response:
        text = texts.too_long(QUERY_LIMIT)
        return self._page("note.html", 400, title=texts.TOO_LONG_TITLE, text=text, query=query[:QUERY_LIMIT])

    def _page(self, template: str, status: int = 200, reader: Reader = NOBODY, **values: Any) -> Response:
        text = self._templates.get_template(template).render(values, reader=reader)
        return HTMLResponse(text, status, PRIVATE if reader.person else None)


def review_due(verified: date | None, review_every: int, today: date) -> date | None:
    """The day for another check, if it has passed. `review_every` is in days, 0 for never."""
    due = due_on(verified, review_every)
    return due if due and due < today else None


def due_note(article: ArticleView, today: date) -> str:
    """What is said of an article that has to be checked again; empty as long as it has not."""
    late = review_due(article.verified, article.review_every, today)
    if late: return texts.overdue(late)
    return texts.lapsed(article.verified) if article.lapsed else ""


def counts(request: Request) -> bool:
    """Whether somebody reads the page: not a machine, and no browser that fetches it in case it is wanted."""
    asked = request.headers
    ahead = "prefetch" in f"{asked.get('sec-purpose', '')} {asked.get('purpose', '')}".lower()
    return request.method == "GET" and not ahead and not ROBOTS.search(asked.get("user-agent", ""))


def _categories(items: list[Item]) -> list[Category]:
    ordered = sorted(items, key=lambda item: (texts.category_order(item.category), item.title.lower()))
    return [_category(name, tuple(own)) for name, own in groupby(ordered, key=lambda item: item.category)]


def _category(name: str, items: tuple[Item, ...]) -> Category:
    shown = SHOWN_OF_CATEGORY if len(items) >= SHOWN_OF_CATEGORY + WORTH_HIDING else len(items)
    return Category(
        name=name, label=texts.category(name), icon=_icon(name), first=items[:shown], rest=items[shown:]
    )


def _icon(category: str) -> str:
    return category if texts.has_icon(category) else "other"


def _anchor(category: str) -> str:
    """The id of a topic on the home page, whatever characters its name has."""
    return f"topic-{re.sub(r'[^a-z0-9]+', '-', category.lower())}"


def _environment(contact: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    environment.globals.update(say=texts, topic=_anchor, contact=contact, query="", reference="", limit=QUERY_LIMIT)
    return environment
