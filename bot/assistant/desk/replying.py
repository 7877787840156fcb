"""What staff say to the requester, and what goes from one lane to the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.assistant.parts import Parts
from core.errors import NotFound
from core.outbox import OutboxItem
from core.people import Action, Person
from core.redact import redact
from handoff import lanes, mirrors, tickets
from handoff.changing import must_work
from handoff.desk import Canned
from handoff.lanes import Reply
from handoff.mirrors import Said, StaffFile
from handoff.tables import TicketRow
from handoff.tickets import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a reply is written with: its ticket, the files that can go along, the replies that are written often.

    `into` is the number of the ticket that it goes on as, if it does.
    """

    ticket: Ticket
    files: tuple[StaffFile, ...]
    canned: tuple[Canned, ...]
    into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the staff see of a reply: its state, and by whom and when it came there; `why` Slack did not take it."""

    reply: Reply
    ticket: Ticket
    files: tuple[str, ...]
    by: str
    at: datetime
    why: str


class Replying:
    """Each public method is one transaction. Roles are checked here, whatever surface asks."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    # -- writing ---------------------------------------------------------------------------------------------------

    def form(self, ticket_id: int, person: Person) -> Form:
        """What it takes to write a reply.

        Raises:
            NotAllowed: the person may not work on the ticket.
        """
        person.must(Action.WORK_TICKETS)
        with self._parts.database.reading() as session:
            ticket, files = tickets.get(session, ticket_id), mirrors.staff_files(session, ticket_id)
            must_work(self._parts.desk, session.get_one(TicketRow, ticket_id), person)
            into = tickets.get(session, ticket.merged_into).number if ticket.merged_into else ""
        return Form(ticket=ticket, files=tuple(files), canned=tuple(self._parts.desk.canned), into=into)

    def canned(self, slug: str, ticket: Ticket) -> str:
        """A reply that is written often, with the requester's first name and the ticket's number filled in."""
        one = next((one for one in self._parts.desk.canned if one.slug == slug), None)
        if one is None: raise NotFound("This reply is no longer offered.")
        name = self._parts.person(ticket.requester).name.split(" ")[0]
        return one.text.replace("{name}", name).replace("{number}", ticket.number)

    def draft(
        self, ticket_id: int, person: Person, text: str, *, files: Sequence[str] = (), asks: bool = False, key: str
    ) -> Reply:
        """Keep what somebody is about to send; see `handoff.lanes.draft`. Secrets in it are masked."""
        with self._parts.database.transaction() as session:
            known = {file.id for file in mirrors.staff_files(session, ticket_id)}
            return lanes.draft(
                session, self._parts.desk, ticket_id, redact(text).text, files=[one for one in files if one in known],
                asks=asks, by=person, key=key, now=self._parts.clock(),
            )

    def drafted(self, key: str, person: Person) -> Reply | None:
        """What somebody's form holds; their own alone."""
        person.must(Action.WORK_TICKETS)
        with self._parts.database.reading() as session: return lanes.drafted(session, key, person)

    def send(self, key: str, person: Person) -> Reply:
        """Let a draft go out in ten seconds; see `handoff.lanes.send`."""
        person.must(Action.WORK_TICKETS)
        with self._parts.database.transaction() as session:
            return lanes.send(session, self._parts.desk, key, by=person, now=self._parts.clock())

    def write(
        self, ticket_id: int, person: Person, text: str, *, asks: bool = False, key: str
    ) -> Reply:
        """A reply that was written without a form, such as `!reply text` in the staff's thread.

        `key` is what makes it known again, such as the channel and ts of that message; see `handoff.lanes.write`.
        """
        with self._parts.database.transaction() as session:
            return lanes.write(
                session, self._parts.desk, ticket_id, redact(text).text, asks=asks, by=person, key=key,
                now=self._parts.clock(),
            )

    def withdraw(self, reply_id: int, person: Person) -> Reply:
        """Take a reply back before it goes out; see `handoff.lanes.withdraw`."""
        with self._parts.database.transaction() as session:
            return lanes.withdraw(session, reply_id, by=person, now=self._parts.clock())

    # -- delivering ------------------------------------------------------------------------------------------------

    def take(self, reply_id: int) -> Reply | None:
        """The reply that is to be posted now; see `handoff.lanes.take`."""
        with self._parts.database.transaction() as session: return lanes.take(session, reply_id)

    def sent(self, reply: Reply) -> None:
        """A reply has been posted: its files follow it."""
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            lanes.sent(session, self._parts.desk, reply.id, now)
            mirrors.bring_files(session, reply.ticket_id, reply.files, by=reply.by, now=now, out=reply.id)

    def lost(self, reply_id: int, why: str) -> None:
        """Slack refused a reply for good."""
        with self._parts.database.transaction() as session: lanes.lost(session, reply_id, why, self._parts.clock())

    def gave_up(self, session: Session, item: OutboxItem, _: str) -> None:
        """An item of the outbox ends undelivered, in this transaction; see `handoff.lanes.gave_up`."""
        lanes.gave_up(session, item, self._parts.clock())

    def line(self, reply_id: int) -> Line:
        """What the staff are to see of a reply now."""
        with self._parts.database.reading() as session:
            reply = lanes.get(session, reply_id)
            names = {file.id: file.name for file in mirrors.staff_files(session, reply.ticket_id)}
            last = lanes.last_event(session, reply)
            return Line(
                reply=reply, ticket=tickets.get(session, reply.ticket_id), by=last.actor, at=last.at,
                files=tuple(names.get(one, one) for one in reply.files), why=last.data.get("why", ""),
            )

    def line_at(self, reply_id: int, channel: str, ts: str) -> None:
        """Remember where the line stands that tells the staff of a reply."""
        with self._parts.database.transaction() as session: lanes.line_at(session, reply_id, channel, ts)

    # -- what is brought across ------------------------------------------------------------------------------------

    def copies(self, ticket_id: int, origin: tuple[str, str]) -> list[tuple[str, str]]:
        """Where something was brought; see `handoff.mirrors.copies`."""
        with self._parts.database.reading() as session: return mirrors.copies(session, ticket_id, origin)

    def remember(self, ticket_id: int, origin: tuple[str, str], copy: tuple[str, str]) -> None:
        """Keep where something was brought; see `handoff.mirrors.remember`."""
        with self._parts.database.transaction() as session: mirrors.remember(session, ticket_id, origin, copy)

    def now_says(self, ticket_id: int, origin: tuple[str, str], by: str) -> Said:
        """What a requester's message says now."""
        with self._parts.database.reading() as session: return mirrors.now_says(session, ticket_id, origin, by)

    def staff_posted(self, channel: str, thread_ts: str, files: Sequence[StaffFile], by: Person) -> None:
        """Files were posted in a thread: under a card, by staff, they can be sent along with a reply."""
        if not by.may(Action.WORK_TICKETS): return
        with self._parts.database.transaction() as session:
            ticket_id = mirrors.ticket_at(session, channel, thread_ts)
            if ticket_id is None: return
            for file in files:
                mirrors.staff_file(session, ticket_id, file, by.id, self._parts.clock())
