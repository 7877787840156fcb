"""Lives that the product itself makes, once each, to be copied: what was asked, the ticket, what became of it.

What differs from copy to copy stands in them as a mark: ids as large numbers, people as names that nobody has, the
words of the question as one word.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Float, Integer, String, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from bot import conversations
from bot.question import Question, Surface
from bot.tables import ConversationRow, TurnRow
from core.db import Base, Database, UtcDateTime
from core.events import Event
from core.migrate import upgrade
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import agreements, changing, ending, ladder, tickets, working
from handoff.brief import Brief, Found
from handoff.desk import Desk
from handoff.tables import CounterRow, PauseRow, PlaceRow, TicketRow
from handoff.ticket import Ticket
from handoff.tickets import Kind, NewTicket
from tests.lives import BEGIN

TICKET, CONVERSATION, TURN = 990_000_001, 980_000_001, 970_000_001  # marks
ASKER, HELPER, SENIOR, WORDS = "UASKER", "UHELPER", "USENIOR", "WHATWASASKED"
NUMBER = f"INC-{TICKET}"
PARTS: tuple[type[Base], ...] = (ConversationRow, TurnRow, TicketRow, PlaceRow, PauseRow, Event, OutboxItem)
EMMA = Person(id=ASKER, name="Emma")
LIAM = Person(id=HELPER, name="Liam", roles=frozenset({Role.AGENT}), level=2)
PRIYA = Person(id=SENIOR, name="Priya", roles=frozenset({Role.AGENT}), level=3)
CATEGORIES = {"vpn": 12, "email": 14, "laptops": 18, "printing": 10, "accounts": 20, "software": 16, "wifi": 10}
HOUR = timedelta(hours=1)
Act = Callable[["Life"], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One life: its rows by table; how often it is lived; whether only of late, as with a ticket that is not closed."""

    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
    weight: float
    late: bool

    @property
    def events(self) -> int:
        """How many facts it leaves."""
        return len(self.rows["events"])


class Life:
    """A ticket and the time that goes by; every step is one of the product's own."""

    def __init__(self, session: Session, desk: Desk, category: str) -> None:
        """Ask, and get a ticket."""
        self.session, self.desk, self.now = session, desk, BEGIN
        talk = self.asks("handoff", {"why": "nothing_found", "shown": []})
        brief = Brief(
            asked=(WORDS,), reason="asked", confidence=0.4,
            found=(Found(kind="article", slug="vpn-connect", title="Connect to the VPN", score=0.4, rejected=True),)
        )  # fmt: skip
        new = NewTicket(
            kind=Kind.INCIDENT, requester=ASKER, category=category, impact="low", urgency="medium", brief=brief,
            conversation_id=talk, channel="D1", thread_ts="1.0",
        )  # fmt: skip
        self.ticket: Ticket = tickets.open_ticket(session, desk, new, by=ASKER, now=self.now)
        session.add(PlaceRow(ticket_id=self.ticket.id, queue_channel="it-l2", channel="C1", ts=f"{TICKET}.1"))

    def asks(self, decision: str, trace: dict[str, Any]) -> int:
        """A message, and what was decided on it."""
        question = Question(person=ASKER, text=WORDS, channel="D1", ts="1.0", thread_ts=f"{CONVERSATION}.1",
                            surface=Surface.DM)  # fmt: skip
        talk = conversations.begin(self.session, question, self.now)
        conversations.add_turn(self.session, talk, question, decision, confidence=0.5, trace=trace, now=self.now)
        return talk.id

    def does(self, act: Callable[..., Any], **given: Any) -> None:
        """The next step, an hour later."""
        self.now += HOUR
        self.ticket = act(self.session, self.desk, self.ticket.id, now=self.now, **given)

    def solves(self, by: Person = LIAM) -> None:
        """It is claimed if it was not, and resolved."""
        if not self.ticket.assignee: self.does(working.claim, by=by)
        self.does(working.note, text="Looked at the logs of the device.", by=by)
        self.does(ending.resolve, seen_tier=self.ticket.tier, code="fixed", note="It works again.",
                  documented="no:one of a kind", by=by)  # fmt: skip

    def goes_up(self) -> None:
        """The service desk has done what it can."""
        self.does(ladder.escalate, seen_tier=2, reason="needs-access", note="Beyond us.", reviewed=True, by=LIAM)

    def expires(self) -> None:
        """Nobody says anything more."""
        self.now += timedelta(days=5)
        row = changing.locked(self.session, self.ticket.id)
        ending.expire(self.session, self.desk, row, self.now)


def _confirmed(life: Life) -> None:
    life.solves()
    life.does(ending.confirm, by=EMMA)
    life.does(ending.rate, rating=5, by=EMMA)


def _expired(life: Life) -> None:
    life.solves()
    life.expires()


def _held(life: Life) -> None:
    life.does(working.claim, by=LIAM)
    life.does(working.hold, until=life.now + timedelta(days=3), note="The part is on its way.", by=LIAM)


def _handed_back(life: Life) -> None:
    life.does(working.claim, by=LIAM)
    life.does(working.hand_back, note="My day is over.", by=LIAM)
    life.solves()
    life.expires()


def _escalated(life: Life) -> None:
    life.does(working.claim, by=LIAM)
    life.goes_up()


def _solved_above(life: Life) -> None:
    _escalated(life)
    life.solves(PRIYA)
    life.does(ending.confirm, by=EMMA)


def _reopened(life: Life) -> None:
    life.solves()
    life.does(ending.reopen, by=EMMA)
    life.does(working.claim, by=PRIYA)
    life.solves(PRIYA)
    life.expires()


LIVES: tuple[tuple[Act, float, bool], ...] = (  # how often, in hundred; whether only of late
    (lambda _life: None, 1.2, True), (lambda life: life.does(working.claim, by=LIAM), 1.6, True), (_held, 0.5, True),
    (_escalated, 0.7, True), (Life.solves, 2.0, True), (_confirmed, 46.0, False), (_expired, 34.0, False),
    (_handed_back, 6.0, False), (_solved_above, 5.0, False), (_reopened, 3.0, False),
)  # fmt: skip


def patterns(desk: Desk, categories: Mapping[str, int] = CATEGORIES) -> list[Pattern]:
    """Every life in every category, which have shares of a hundred."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/patterns.db")
        upgrade(database)
        with database.transaction() as session:
            agreements.keep(session, desk, BEGIN)
            _count_from_marks(session)
        found = [
            _lived(database, desk, category, act, weight * share, is_late)
            for category, share in categories.items() for act, weight, is_late in LIVES
        ]
        database.close()
    return found


def _lived(database: Database, desk: Desk, category: str, act: Act, weight: float, is_late: bool) -> Pattern:  # noqa: FBT001 - a fact of the table above
    with Session(database.engine, expire_on_commit=False) as session:  # what is left uncommitted is undone
        life = Life(session, desk, category)
        act(life)
        session.flush()
        rows = {table.__tablename__: tuple(_marked(session, table)) for table in PARTS}
    return Pattern(rows=rows, weight=weight, late=is_late)


def _marked(session: Session, table: type[Base]) -> Iterator[Mapping[str, Any]]:
    """The rows of a table: what is JSON as text, and without ids where nothing names them."""
    named = table in _IDS
    for row in session.execute(select(table.__table__)).mappings():
        if named and row["id"] < _IDS[table]: continue
        if table is OutboxItem and str(TICKET) not in row["key"]: continue  # a task for the editors
        yield {name: _plain(value) for name, value in row.items() if named or name != "id"} | _delivered(table, row)


_IDS: Mapping[type[Base], int] = {TicketRow: TICKET, ConversationRow: CONVERSATION, TurnRow: TURN}


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _delivered(table: type[Base], row: Mapping[str, Any]) -> dict[str, Any]:
    return {"done_at": row["created_at"]} if table is OutboxItem else {}


def _count_from_marks(session: Session) -> None:
    """Let the next ticket, talk and message get the marks as their ids."""
    session.add(CounterRow(prefix="INC", value=TICKET - 1))
    for table, mark in _IDS.items():
        columns = [one for one in table.__table__.columns if not one.nullable and one.name != "id"]
        row = {one.name: CONVERSATION - 1 if one.foreign_keys else _nothing(one.type) for one in columns}
        session.execute(insert(table.__table__).values(row | {"id": mark - 1}))


def _nothing(kind: TypeEngine[Any]) -> Any:
    if isinstance(kind, UtcDateTime): return BEGIN
    return "" if isinstance(kind, String) else 0 if isinstance(kind, Integer | Float) else {}
