"""Staff correct what a ticket was taken for."""

from bot.assistant.parts import Parts
from core.errors import Stale
from core.people import Action, Person
from handoff import corrections, tickets
from handoff.corrections import Labels
from handoff.tickets import Ticket


class Correcting:
    """What staff may do about a ticket's labels. The role is checked here, whatever surface asks."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def begin(self, ticket_id: int, person: Person) -> Ticket:
        """An open ticket, to be corrected.

        Raises:
            NotAllowed: the person is not of the staff.
            Stale: it is over.
        """
        person.must(Action.WORK_TICKETS)
        with self._parts.database.reading() as session: ticket = tickets.get(session, ticket_id)
        if not ticket.open: raise Stale(f"{ticket.number} is already resolved.")
        return ticket

    def categories(self) -> list[str]:
        """The categories that a ticket can have: those that the classifier knows, and the desk's, by name."""
        desk = self._parts.desk
        known = {*self._parts.classifier.heads["category"].classes, *(item.category for item in desk.catalogue)}
        known |= {rule.category for rule in desk.straight_to_people}
        return sorted(known.union(*(queue.categories for queue in desk.queues)))

    def correct(self, ticket_id: int, by: Person, *, seen: Labels, wanted: Labels) -> Ticket:
        """Say what a ticket is really about; see `handoff.corrections.correct`."""
        with self._parts.database.transaction() as session:
            return corrections.correct(
                session, self._parts.desk, ticket_id, seen=seen, wanted=wanted, categories=self.categories(), by=by,
                now=self._parts.clock(),
            )
