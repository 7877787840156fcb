"""What requesters say once a ticket is resolved; and what they add to one that is open."""

from bot.assistant.parts import Parts
from bot.assistant.standing import ended, stand
from bot.standing import Ended, Standing
from core.errors import BadInput, NotAllowed, Stale
from core.people import Action, Person
from core.received import first_time
from core.redact import redact
from handoff import ending, tickets
from handoff.tickets import Ticket


class After:
    """What can be done after the work. Each public method is one transaction."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def confirm(self, ticket_id: int, person: Person) -> Ended:
        """It works: their ticket is over for good; see `handoff.ending.confirm`."""
        with self._parts.database.transaction() as session:
            now = self._parts.clock()
            ticket = ending.confirm(session, self._parts.desk, ticket_id, by=person, now=now)
            return ended(session, self._parts.desk, ticket, ticket.id, now)

    def reopen(self, ticket_id: int, person: Person) -> Ticket:
        """It is not fixed; see `handoff.ending.reopen`."""
        with self._parts.database.transaction() as session:
            return ending.reopen(session, self._parts.desk, ticket_id, by=person, now=self._parts.clock())

    def rate(self, ticket_id: int, rating: int, person: Person) -> Ended:
        """How it went, once; see `handoff.ending.rate`."""
        with self._parts.database.transaction() as session:
            now = self._parts.clock()
            ticket = ending.rate(session, self._parts.desk, ticket_id, rating, by=person, now=now)
            return ended(session, self._parts.desk, ticket, ticket.id, now)

    def comment(self, ticket_id: int, text: str, person: Person) -> Ended:
        """Why they rated it so, once; see `handoff.ending.comment`."""
        with self._parts.database.transaction() as session:
            now, clean = self._parts.clock(), redact(text).text
            ticket = ending.comment(session, self._parts.desk, ticket_id, clean, by=person, now=now)
            return ended(session, self._parts.desk, ticket, ticket.id, now)

    def ended(self, ticket_id: int, heard_by: int = 0) -> Ended:
        """What the requester of the ticket `heard_by` is told of the end of a ticket; that is mostly their own."""
        with self._parts.database.reading() as session:
            ticket = tickets.get(session, ticket_id)
            return ended(session, self._parts.desk, ticket, heard_by or ticket_id, self._parts.clock())

    def heard_by(self, ticket_id: int, person: Person) -> tuple[Ended, Standing]:
        """How a ticket stands, for its requester, for one whose own ticket goes on as this one, and for staff.

        Raises:
            NotAllowed: it is none of them.
        """
        with self._parts.database.reading() as session:
            ticket, now = tickets.get(session, ticket_id), self._parts.clock()
            mine = ticket.requester == person.id or person.may(Action.WORK_TICKETS)
            own = ticket_id if mine else tickets.joined(session, ticket_id, person.id)
            if own is None: raise NotAllowed(f"{ticket.number} is not your ticket.")
            standing = stand(session, self._parts.desk, ticket, now)
            return ended(session, self._parts.desk, ticket, own, now), standing

    def mine(self, ticket_id: int, person: Person) -> Ticket:
        """A requester's own open ticket.

        Raises:
            NotAllowed: somebody else's.
            Stale: it is over.
        """
        with self._parts.database.reading() as session: ticket = tickets.get(session, ticket_id)
        return _must_be_open(ticket, person)

    def add(self, ticket_id: int, text: str, person: Person, *, key: str) -> Ticket:
        """Bring what a requester adds to the people who work on their ticket; the same `key` twice adds it once.

        Raises:
            BadInput: it says nothing, or too much.
            NotAllowed: somebody else's.
            Stale: it is over.
        """
        clean, now = redact(text).text.strip(), self._parts.clock()
        if not clean: raise BadInput("Please write what they should know.")
        if len(clean) > tickets.MAX_NOTE: raise BadInput(f"Please keep it under {tickets.MAX_NOTE:,} characters.")
        with self._parts.database.transaction() as session:
            known = tickets.get(session, ticket_id, lock=True)
            ticket = _must_be_open(known, person)
            if first_time(session, [f"add:{key}"], now):
                tickets.requester_said(session, self._parts.desk, ticket, clean, ts=key, now=now)
            return ticket


def _must_be_open(ticket: Ticket, person: Person) -> Ticket:
    if ticket.requester != person.id: raise NotAllowed(f"{ticket.number} is not your ticket.")
    if not ticket.open: raise Stale(f"{ticket.number} is over. If it is not fixed, press “It is not fixed”.")
    return ticket
