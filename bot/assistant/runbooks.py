"""Run-books, as the staff read and maintain them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.assistant.editorial.made import slug_of, written
from bot.assistant.editorial.reviewing import Saved
from bot.assistant.parts import Parts
from core import events
from core.people import Action, Person
from handoff import tickets
from kb.articles import RUNBOOK, Article
from kb.service import ArticleView

REVIEW = 180  # days until a run-book that was written on a form is looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A run-book as one person sees it; `ticket` is the number of the ticket that they work on, empty for none."""

    book: ArticleView
    ticket: str
    may_edit: bool


class RunBooks:
    """What staff can do with run-books. The role is checked here, whatever surface asks."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def titles(self, person: Person) -> list[tuple[str, str]]:
        """Slug and title of every run-book, by title."""
        person.must(Action.READ_STAFF_ARTICLES)
        found = self._parts.kb.runbooks().items.values()
        return sorted(((item.slug, item.title) for item in found), key=lambda row: row[1].lower())

    def open(self, slug: str, person: Person, ticket_id: int = 0) -> Opened:
        """A run-book, from the card of a ticket or (0) without one.

        Raises:
            NotAllowed: the person is not of the staff.
            NotFound: there is no such run-book, or no such ticket.
        """
        person.must(Action.READ_STAFF_ARTICLES)
        book = self._parts.kb.runbook(slug)
        return Opened(book=book, ticket=self._number(ticket_id), may_edit=person.may(Action.EDIT_RUNBOOKS))

    def edit(self, slug: str, person: Person) -> ArticleView:
        """A run-book to be changed."""
        person.must(Action.EDIT_RUNBOOKS)
        return self._parts.kb.runbook(slug)

    def may_write(self, person: Person) -> None:
        """Refuse whoever may not write run-books, before they fill in a form."""
        person.must(Action.EDIT_RUNBOOKS)

    def save(self, slug: str, values: Mapping[str, str], person: Person, *, seen_revision: int) -> Saved:
        """Publish what was written on the form; whoever saves it has checked it today.

        Raises:
            NotAllowed: the person may not edit run-books.
            BadInput: the run-book does not pass the checks; says which.
            Stale: somebody else saved it meanwhile; nothing was overwritten.
        """
        person.must(Action.EDIT_RUNBOOKS)
        known = self._parts.kb.runbook(slug) if seen_revision else None
        book = Article(
            slug=known.slug if known else slug_of(values["title"]), title=values["title"].strip(),
            body=values["body"].strip(), category=values["category"].strip().lower() or "other", audience="staff",
            owner=known.owner if known else person.email, verified=self._parts.clock().date(),
            review_every=known.review_every if known else REVIEW, kind=RUNBOOK,
            aliases=tuple(line.strip() for line in values.get("aliases", "").splitlines() if line.strip()),
        )
        revision = self._parts.kb.save(written(book), by=person.id, seen_revision=seen_revision)
        return Saved(title=book.title, revision=revision)

    def retire(self, slug: str, person: Person) -> str:
        """Take a run-book out of use, and return its title; its revisions stay."""
        person.must(Action.EDIT_RUNBOOKS)
        book = self._parts.kb.runbook(slug)
        self._parts.kb.retire(RUNBOOK, slug, by=person.id)
        return book.title

    def not_helpful(self, slug: str, person: Person, ticket_id: int) -> None:
        """Keep that a run-book did not help with a ticket, for whoever maintains it."""
        person.must(Action.READ_STAFF_ARTICLES)
        book = self._parts.kb.runbook(slug)
        item = self._parts.kb.runbooks().by_slug[RUNBOOK, slug]
        number = self._number(ticket_id)
        with self._parts.database.transaction() as session:
            events.record(
                session, "runbook.not_helpful", f"{RUNBOOK}:{item.id}", actor=person.id, at=self._parts.clock(),
                slug=slug, revision=book.revision, ticket=number,
            )

    def _number(self, ticket_id: int) -> str:
        if not ticket_id: return ""
        with self._parts.database.reading() as session: return tickets.get(session, ticket_id).number
