"""Staff open tickets themselves, for somebody who called or wrote elsewhere."""

from dataclasses import dataclass

from bot.assistant.correcting import Correcting
from bot.assistant.parts import Opened, Parts, keep_nothing
from bot.decide import Reason
from classifier.labels import Intent
from core.errors import BadInput
from core.people import Action, Person
from core.received import first_time
from core.redact import redact
from handoff import tickets
from handoff.brief import Brief, RunBook
from handoff.corrections import Labels
from handoff.desk import FIRST_PEOPLE, Desk
from handoff.entitling import started
from handoff.tickets import Kind, NewTicket, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A ticket to be opened: for whom, about what; `link` leads to the message that the words came from.

    `labels` are what it is, if staff said so; `tier` is where it goes, 0 for where its requester's tickets start.
    """

    requester: Person
    text: str
    labels: Labels | None = None
    tier: int = 0
    link: str = ""


class Opening:
    """Tickets that somebody opens by hand. Each public method is at most one transaction."""

    def __init__(self, parts: Parts, correcting: Correcting) -> None:
        """Take the shared parts, and who knows the categories."""
        self._parts, self._correcting = parts, correcting

    def propose(self, text: str) -> Labels:
        """What a text is taken for, as far as that can be told from it; encodes it."""
        return taken_for(self._parts, redact(text).text)[0]

    def tiers(self) -> dict[int, str]:
        """Where a ticket can be opened: the tiers whose queues people work in."""
        return tiers(self._parts.desk)

    def open_for(self, wanted: Wanted, by: Person, *, key: str, write: Opened = keep_nothing) -> Ticket | None:
        """Open it; None if it was opened before. `write` gets it in the transaction that opens it.

        Raises:
            NotAllowed: only staff say what a ticket is.
            BadInput: no text, or there is no such category or tier.
        """
        clean = redact(wanted.text).text
        if not clean.strip(): raise BadInput("Please write what the ticket is about.")
        self._check(wanted, by)
        labels, near = taken_for(self._parts, clean)
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            if not first_time(session, [f"open:{key}"], now): return None
            new = self._new(wanted, clean, wanted.labels or labels, near, by)
            opened = tickets.open_ticket(session, self._parts.desk, new, by=by.id, now=now, tell=True)
            write(session, opened)
            return opened

    def _check(self, wanted: Wanted, by: Person) -> None:
        if wanted.labels is None and not wanted.tier: return
        by.must(Action.WORK_TICKETS)
        if wanted.tier and wanted.tier not in self.tiers(): raise BadInput("Please choose one of the tiers.")
        if wanted.labels and wanted.labels.category not in self._correcting.categories():
            raise BadInput("Please choose one of the categories.")

    def _new(
        self, wanted: Wanted, text: str, labels: Labels, near: tuple[RunBook, ...], by: Person
    ) -> NewTicket:
        reason = f"opened by {by.name}" if by.id != wanted.requester.id else Reason.ASKED
        files = (wanted.link,) if wanted.link else ()
        new = NewTicket(
            kind=labels.kind, requester=wanted.requester.id, category=labels.category, impact=labels.impact,
            urgency=labels.urgency, brief=Brief(asked=(text,), reason=reason, files=files, runbooks=near),
            tier=wanted.tier or FIRST_PEOPLE,
        )
        return new if wanted.tier else started(self._parts.desk, new, wanted.requester)


def taken_for(parts: Parts, text: str) -> tuple[Labels, tuple[RunBook, ...]]:
    """What a text without secrets is taken for, and the run-books near it; encodes it."""
    vector = parts.encode(text)
    said = parts.classifier.predict(vector, text)
    kind = Kind.REQUEST if said.intent is Intent.REQUEST else Kind.INCIDENT
    labels = Labels(kind=kind, category=said.category, impact=said.impact.value, urgency=said.urgency.value)
    return labels, parts.runbooks_near(vector, text)


def tiers(desk: Desk) -> dict[int, str]:
    """The tiers whose queues people work in, and their names."""
    worked = {queue.tier for queue in desk.queues if not (queue.review or queue.watch)}
    return {tier.level: tier.name for tier in desk.tiers if tier.level in worked}
