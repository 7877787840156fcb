"""Random lives of tickets: people of every role do everything that can be done, time goes by, sweeps look."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any, get_args

from sqlalchemy.orm import Session

from core.db import Database
from core.errors import FirstlineError
from core.people import Person, Role
from handoff import agreements, corrections, ending, ladder, relating, tickets, updates, waking, warnings, working
from handoff.brief import Brief
from handoff.changing import lock, must_be_open
from handoff.corrections import Labels
from handoff.desk import Desk, Level, load_desk
from handoff.ladder import VendorCase
from handoff.ticket import Ticket
from handoff.tickets import Kind, NewTicket

BEGIN = datetime(2026, 3, 26, 9, 0, tzinfo=UTC)  # the Thursday before clocks change
CATEGORIES = ("vpn", "email", "laptops", "safety")
LEVELS = get_args(Level)
NEWEST = 4
RARE = ("confirm", "merge", "resolve", "review", "split")  # else most tickets would soon be over
STEPS = (  # minutes that go by
    0, 0, 0, 1, 7, 30, 60, 180, 600, 1440, 4 * 1440,
)  # fmt: skip
AGENT = frozenset({Role.AGENT})
PEOPLE = (
    Person(id="UEVA", name="Eva"), Person(id="UEMIL", name="Emil"),
    Person(id="ULIAM", name="Liam", roles=AGENT, level=2), Person(id="ULENA", name="Lena", roles=AGENT, level=2),
    Person(id="UPRIYA", name="Priya", roles=AGENT, level=3),
    Person(id="UEDDA", name="Edda", roles=frozenset({Role.EDITOR})),
    Person(id="UMONA", name="Mona", roles=frozenset({Role.MANAGER})),
)  # fmt: skip
STAFF = PEOPLE[2:5]


@cache
def shipped_desk() -> Desk:
    """The desk file that is shipped."""
    return load_desk(Path(__file__).parents[1] / "data" / "desk.yaml")


class Life:
    """Some tickets, and what happens to them. Every step is a transaction of its own; a refused one is undone."""

    def __init__(self, database: Database, desk: Desk, random: Random, opens: float = 0.03) -> None:
        """Begin with none; `opens` is how often one is opened."""
        self.database, self.desk, self.random, self._opens = database, desk, random, opens
        self.now, self.ids, self.refused, self.done = BEGIN, list[int](), list[str](), list[str]()
        with database.transaction() as session: agreements.keep(session, desk, BEGIN)

    def step(self) -> str:
        """Something happens, or is refused; what it was."""
        name, act = self._act()
        try:
            with self.database.transaction() as session: act(session)
        except FirstlineError as error:
            self.refused.append(f"{name}: {error}")
            return f"{name} refused"
        self.done.append(name)
        return name

    def pass_time(self) -> None:
        """Some minutes go by, in which what is due is looked for, each at its moment."""
        until = self.now + timedelta(minutes=self.random.choice(STEPS))
        while self.now < until:
            self.now = min(until, self.now + timedelta(minutes=self.random.choice((5, 60, 480))))
            self.sweep()

    def sweep(self) -> None:
        """Everything that is due now."""
        with self.database.reading() as session:
            found = [(take, one) for sweep in (warnings, waking, updates) for one in sweep.due(session, self.now, 50)
                     for take in [sweep.take]]  # fmt: skip
        for take, ticket in found:
            with self.database.transaction() as session: take(session, self.desk, ticket, self.now)

    def acts(self) -> set[str]:
        """Everything that people can do."""
        return {name.removeprefix("_do_") for name in dir(self) if name.startswith("_do_")}

    def _act(self) -> tuple[str, Callable[[Session], Any]]:
        if not self.ids or self.random.random() < self._opens: return "open", self._open
        name = self.random.choice(sorted(self.acts()))
        if name in RARE and self.random.random() < 0.6: return self._act()
        return name, getattr(self, f"_do_{name}")

    def _open(self, session: Session) -> None:
        new = NewTicket(
            kind=Kind.INCIDENT, requester=self._any(PEOPLE[:2]).id, category=self._any(CATEGORIES),
            impact=self._any(LEVELS), urgency=self._any(LEVELS), brief=Brief(asked=("It is broken.",), reason="asked"),
            channel="D1", thread_ts="1.0", tier=self._any((2, 3)),
        )
        self.ids.append(tickets.open_ticket(session, self.desk, new, by="firstline", now=self.now).id)

    # -- what people do; each may be refused -------------------------------------------------------------------------

    def _do_claim(self, session: Session) -> None:
        self._call(session, working.claim)

    def _do_hand_back(self, session: Session) -> None:
        self._call(session, working.hand_back, note="back")

    def _do_assign(self, session: Session) -> None:
        ticket = self._ticket(session)
        seen = ticket.assignee if self._mostly() else self._any(PEOPLE).id
        self._call(session, working.assign, ticket, to=self._any(PEOPLE), seen=seen)

    def _do_move(self, session: Session) -> None:
        ticket = self._ticket(session)
        seen = ticket.queue if self._mostly() else "service-desk"
        self._call(session, working.move, ticket, queue=self._any(self.desk.queues).name, seen=seen, note="")

    def _do_ask(self, session: Session) -> None:
        by = self._staff()
        row = lock(session, self.desk, self._id(), by)
        must_be_open(row)
        working.wait_for_requester(session, self.desk, row, by=by.id, now=self.now)

    def _do_say(self, session: Session) -> None:
        ticket = self._ticket(session)
        said = f"{len(self.done)}.{len(self.refused)}"
        tickets.requester_said(session, self.desk, ticket, "More.", ts=said, now=self.now)

    def _do_hold(self, session: Session) -> None:
        until = self.now + timedelta(hours=self._any((-1, 1, 30, 100)))
        self._call(session, working.hold, until=until, note=self._any(("", "A part is on its way.", "Later.")))

    def _do_resume(self, session: Session) -> None:
        working.resume(session, self.desk, self._id(), by=self._any(STAFF).id, now=self.now)

    def _do_escalate(self, session: Session) -> None:
        ticket = self._ticket(session)
        case = VendorCase(vendor=self._any(("", "Acme", "Acme", "Acme")), number="7", promised=self._promised())
        self._call(
            session, ladder.escalate, ticket, seen_tier=self._tier(ticket), note="why",
            case=self._any((None, case, case)), reason=self._any((*self.desk.escalation_reasons, "nonsense")),
            reviewed=self._mostly(),
        )  # fmt: skip

    def _do_review(self, session: Session) -> None:
        self._call(session, ladder.to_review, note=self._any(("", "It is stuck.")))

    def _do_vendor_news(self, session: Session) -> None:
        self._call(session, ladder.vendor_news, case=VendorCase(vendor="Acme", number="8", promised=self._promised()))

    def _do_vendor_done(self, session: Session) -> None:
        self._call(session, ladder.vendor_done, note="They mended it.")

    def _do_resolve(self, session: Session) -> None:
        ticket = self._ticket(session)
        self._call(
            session, ending.resolve, ticket, seen_tier=self._tier(ticket), note=self._any(("", "Mended.", "Mended.")),
            code=self._any((*self.desk.resolution_codes, "nonsense")), documented=self._any(("", "no: once only")),
        )  # fmt: skip

    def _do_confirm(self, session: Session) -> None:
        self._call(session, ending.confirm)

    def _do_reopen(self, session: Session) -> None:
        self._call(session, ending.reopen)

    def _do_rate(self, session: Session) -> None:
        self._call(session, ending.rate, None, self._any((0, 1, 5)))

    def _do_correct(self, session: Session) -> None:
        ticket = self._ticket(session)
        seen: Any = {name: getattr(ticket, name) for name in ("kind", "category", "impact", "urgency")}
        wanted = seen | {"impact": self._any(LEVELS), "urgency": self._any(LEVELS), "category": self._any(CATEGORIES)}
        if not self._mostly(): seen = wanted
        self._call(
            session, corrections.correct, ticket, seen=Labels(**seen), wanted=Labels(**wanted), categories=CATEGORIES
        )

    def _do_link(self, session: Session) -> None:
        self._call(session, relating.link, None, self._id())

    def _do_merge(self, session: Session) -> None:
        self._call(session, relating.merge, None, self._id())

    def _do_split(self, session: Session) -> None:
        ticket = self._ticket(session)
        how, by = {"impact": self._any(LEVELS), "urgency": self._any(LEVELS)}, self._by(ticket)
        labels = Labels(kind=Kind.INCIDENT, category=self._any(CATEGORIES), **how)
        second = relating.split(session, self.desk, ticket.id, "And a mouse.", labels, by=by, now=self.now)
        self.ids.append(second.id)

    def _do_note(self, session: Session) -> None:
        self._call(session, working.note, None, self._any(("", "Seen before.")))

    def _do_goal(self, session: Session) -> None:
        self._call(session, tickets.set_goal, None, "Send the report")

    def _do_action(self, session: Session) -> None:
        tickets.action_over(session, self.desk, self._id(), "Reset", "done", self.now)

    # -- choosing ----------------------------------------------------------------------------------------------------

    def _call(
        self, session: Session, use_case: Callable[..., Any], ticket: Ticket | None = None, *more: Any, **named: Any
    ) -> None:
        chosen = ticket or self._ticket(session)
        partial(use_case, session, self.desk, chosen.id, *more, by=self._by(chosen), now=self.now)(**named)

    def _ticket(self, session: Session) -> Ticket:
        return tickets.get(session, self._id())

    def _id(self) -> int:
        """One of the newest: the others have been over for long."""
        return self._any(self.ids[-NEWEST:])

    def _by(self, ticket: Ticket) -> Person:
        """Most often one who may well do it."""
        likely = [one for one in PEOPLE if one.id in (ticket.assignee, ticket.requester)]
        return self._any((*likely * 5, *STAFF, *PEOPLE[-1:] * 4, *PEOPLE))

    def _staff(self) -> Person:
        return self._any((*STAFF, PEOPLE[-1]))

    def _tier(self, ticket: Ticket) -> int:
        return ticket.tier if self._mostly() else 2

    def _promised(self) -> datetime | None:
        return self._any((None, self.now + timedelta(days=1), self.now - timedelta(days=1)))

    def _mostly(self) -> bool:
        return self.random.random() < 0.9  # one of ten people has an old card before them

    def _any(self, many: Any) -> Any:
        return self.random.choice(list(many))
