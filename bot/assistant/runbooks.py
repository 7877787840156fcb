"""Run-books, as the staff read them."""

from dataclasses import dataclass

from bot.assistant.parts import Parts
from core import events
from core.people import Action, Person
from handoff import tickets
from kb.articles import RUNBOOK
from kb.service import ArticleView


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

    def open(self, slug: str, person: Person, ticket_id: int = 0) -> Opened:
        """A run-book, from the card of a ticket or (0) without one.

        Raises:
            NotAllowed: the person is not of the staff.
            NotFound: there is no such run-book, or no such ticket.
        """
        person.must(Action.READ_STAFF_ARTICLES)
        book = self._parts.kb.runbook(slug)
        return Opened(book=book, ticket=self._number(ticket_id), may_edit=person.may(Action.EDIT_RUNBOOKS))

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
