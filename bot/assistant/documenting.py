"""Where the fix of a ticket is written down for tiers 1 and 2: said when it is resolved, and drafted after that."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.assistant.drafting import draft_of
from bot.assistant.editorial.made import made, slug_of
from bot.assistant.parts import Parts
from bot.assistant.standing import last
from core import events, outbox
from core.errors import BadInput, Stale
from core.people import Action, Person
from handoff import changing, ending, tickets
from handoff.tickets import Ticket
from kb.articles import ARTICLE, RUNBOOK
from kb.writing import RECIPE

KIND = "draft"  # what the outbox calls a draft that is to be made
READ: Final = (ARTICLE, RECIPE, RUNBOOK)  # where a name is looked for, in this order


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft that was made of a ticket."""

    ticket: Ticket
    kind: str
    slug: str
    title: str


class Documenting:
    """Checks where a fix is said to be written down, and drafts it where that is wanted."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def checked(self, ticket_id: int, said: str, by: Person) -> str:
        """What is kept of `said` (as `bot.slack.desk.after.documented` makes it), for `handoff.ending.resolve`.

        What the person may not read is not there for them.

        Raises:
            NotAllowed: the person is not of the staff.
            BadInput: nothing has that name, or the reason is too long.
        """
        by.must(Action.WORK_TICKETS)
        kind, _, rest = said.partition(":")
        match kind:
            case "": return ""
            case "draft": return self._to_draft(ticket_id, rest)
            case "known": return self._known(rest, by)
            case "no": return _short(said)
            case _ if kind in READ and self._is_there(kind, rest, by): return _short(said)
            case _: raise BadInput(f'There is no {kind} "{rest}" that is published.')

    def order(self, session: Session, ticket: Ticket, now: datetime) -> None:
        """Have the draft of a resolved ticket made, if its fix is to be drafted; in the caller's transaction."""
        if not _is_draft(ticket): return
        key, lane = f"{KIND}:{ticket.id}:{ticket.version}", f"{KIND}:{ticket.id}"
        outbox.put(session, KIND, key=key, lane=lane, now=now, ticket=ticket.id)

    def make(self, ticket_id: int) -> Drafted | None:
        """Make the draft of a ticket, and tell it on its card; twice makes one. None if it was reopened meanwhile."""
        with self._parts.database.reading() as session: ticket = tickets.get(session, ticket_id)
        if ticket.open or not _is_draft(ticket): return None
        kind, _, slug = ticket.documented.partition(":")
        source = draft_of(self._parts.database, tickets.get, ticket.id, kind)[1]
        draft = made(kind, slug, source)
        with suppress(Stale, BadInput):  # it was made before; somebody may have gone on with it, or published it
            self._parts.kb.drafts.keep(draft, by=ticket.assignee, seen_version=0, origin=f"ticket:{ticket.id}")
        self._note(ticket, kind, slug)
        return Drafted(ticket=ticket, kind=kind, slug=slug, title=draft.title)

    def _note(self, ticket: Ticket, kind: str, slug: str) -> None:
        """Tell it on the ticket's card, once."""
        with self._parts.database.transaction() as session:
            row, now = changing.locked(session, ticket.id), self._parts.clock()
            known = last(session, ticket, "ticket.drafted")
            if known and (known.data["what"], known.data["slug"]) == (kind, slug): return
            told = {"what": kind, "slug": slug}
            events.record(session, "ticket.drafted", changing.subject(row), actor="firstline", at=now, **told)
            row.version += 1
            changing.show(session, self._parts.desk, row, now)

    def _to_draft(self, ticket_id: int, kind: str) -> str:
        """The draft's name: its category, and the number, which makes it the ticket's own."""
        if kind not in (RECIPE, ARTICLE): raise BadInput("Please choose a recipe or an article.")
        with self._parts.database.reading() as session: ticket = tickets.get(session, ticket_id)
        return f"{kind}:{slug_of(ticket.category) or 'fix'}-{ticket.number.lower()}"

    def _known(self, name: str, by: Person) -> str:
        slug = name.strip().lower().removesuffix(".md").removesuffix(".yaml")
        kind = next((kind for kind in READ if self._is_there(kind, slug, by)), None)
        if kind is None: raise BadInput(f'Nothing is published under the name "{name.strip()[:80]}".')
        return _short(f"{kind}:{slug}")

    def _is_there(self, kind: str, slug: str, by: Person) -> bool:
        index = self._parts.kb.runbooks() if kind == RUNBOOK else self._parts.kb.index()
        item = index.by_slug.get((kind, slug))
        return item is not None and item.audience in self._parts.readable(by)


def _is_draft(ticket: Ticket) -> bool:
    kind, _, slug = ticket.documented.partition(":")
    return kind in (RECIPE, ARTICLE) and slug.endswith(ticket.number.lower())


def _short(said: str) -> str:
    if len(said) > ending.MAX_DOCUMENTED: raise BadInput("Please keep the reason under 180 characters.")
    return said
