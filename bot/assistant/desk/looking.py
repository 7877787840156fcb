"""Staff look at tickets: the one of a thread, the one of a number; and what can be done with it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.assistant.parts import Parts
from core.errors import BadInput
from core.people import Action, Person
from core.received import first_time, known
from handoff import tickets
from handoff.desk import Queue
from handoff.tickets import Ticket


class Looking:
    """What staff see of tickets before they act. Each public method is one transaction."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def at(self, channel: str, ts: str) -> Ticket | None:
        """The ticket whose card stands in a message: what is written under it is the staff's own."""
        with self._parts.database.reading() as session: return tickets.at_place(session, channel, ts)

    def ticket(self, ticket_id: int, by: Person) -> Ticket:
        """A ticket as it stands now, as all of the staff may see it.

        Raises:
            NotAllowed: the person is not of the staff.
        """
        by.must(Action.WORK_TICKETS)
        with self._parts.database.reading() as session: found = tickets.get(session, ticket_id)
        return self._parts.for_staff(found)

    def numbered(self, number: str, by: Person) -> Ticket:
        """The same by its number, as people type it; `BadInput` if there is none."""
        by.must(Action.WORK_TICKETS)
        with self._parts.database.reading() as session: return numbered(session, number)

    def other(self, ticket: Ticket, number: str, by: Person) -> Ticket:
        """The same, that is to be brought together with a ticket.

        Raises:
            BadInput: there is none, or it is the ticket itself.
        """
        found = self.numbered(number, by)
        if found.id == ticket.id: raise BadInput("That is the same ticket.")
        return found

    def done(self, key: str) -> bool:
        """Whether a command was carried out before."""
        with self._parts.database.reading() as session: return known(session, key)

    def did(self, key: str, write: Callable[[Session], object] = lambda _: None) -> None:
        """Remember that a command was carried out, once that is so; `write` queues what is to be told of it."""
        with self._parts.database.transaction() as session:
            if first_time(session, [key], self._parts.clock()): write(session)

    def queues(self, ticket: Ticket, by: Person) -> list[Queue]:
        """Where a ticket may be moved to by this person.

        Raises:
            NotAllowed: the person is not of the staff.
            BadInput: nowhere.
        """
        by.must(Action.WORK_TICKETS)
        desk = self._parts.desk
        anywhere = desk.queue(ticket.queue).review or by.may(Action.MANAGE_DESK)
        found = [
            queue for queue in desk.queues
            if queue.name != ticket.queue and not (queue.watch or queue.review)
            and (anywhere or queue.tier <= ticket.tier)
        ]  # fmt: skip
        if not found: raise BadInput(f"There is no other queue of tier {ticket.tier} or below for {ticket.number}.")
        return found


def numbered(session: Session, number: str) -> Ticket:
    """A ticket by its number, as people type it.

    Raises:
        BadInput: there is none.
    """
    found = tickets.by_number(session, number)
    if found is None: raise BadInput("There is no ticket of that number. Please write one such as INC-000123.")
    return found
