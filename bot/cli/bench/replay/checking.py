"""Whether the replay came out as the log: states, reassignments, reopenings and broken promises of every incident."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.bench.replay.company import queue_of
from bot.cli.bench.replay.log import Row
from bot.cli.bench.replay.promises import OVER, Breach, Wall, breaches, minute_of
from bot.cli.bench.replay.steps import WANTED
from core.events import Event
from handoff.agreed import BREACH
from handoff.clocks import WARNED
from handoff.tables import TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How many incidents came out as the log has them.

    `reassigned` are those with the log's own count. The others are told apart: `unseen` where the log counts a
    reassignment whose lines show no other group, `late` where it gives a resolved incident to another group, which
    Firstline does not; `wrong` are all that neither explains.
    """

    incidents: int
    states: int
    queues: int
    reassigned: int
    unseen: int
    late: int
    wrong: int
    reopened: int
    breaches: int
    missing: int
    extra: int

    @property
    def whole(self) -> bool:
        """Whether everything is the log's, or what is not is explained."""
        same = self.states == self.incidents == self.reopened
        return same and self.queues + self.late >= self.incidents and not (self.wrong or self.missing or self.extra)


def agreement(session: Session, incidents: Mapping[str, Sequence[Row]]) -> Agreement:
    """Hold what is in the database against the log."""
    found = {row.summary: row for row in session.scalars(select(TicketRow))}
    vendors = _vendors(session)
    moved = Counter(_moved(rows, found[number], vendors) for number, rows in incidents.items())
    last = {number: rows[-1] for number, rows in incidents.items()}
    ours, theirs = set(_told(session)), set(_expected(incidents))
    return Agreement(
        incidents=len(incidents), states=sum(found[n].state == WANTED.get(row.state) for n, row in last.items()),
        queues=sum(found[n].queue == queue_of(row.group) for n, row in last.items()),
        reassigned=moved["same"], unseen=moved["unseen"], late=moved["late"], wrong=moved["wrong"],
        reopened=sum(found[n].reopened == row.reopened for n, row in last.items()), breaches=len(theirs),
        missing=len(theirs - ours), extra=len(ours - theirs),
    )


def _moved(rows: Sequence[Row], ticket: TicketRow, vendors: Mapping[str, int]) -> str:
    """Our count beside the log's; a way to a vendor is one to another queue here, and is none there."""
    ours, theirs = ticket.moves - vendors[f"ticket:{ticket.id}"], rows[-1].reassigned
    if ours == theirs: return "same"
    pairs = list(pairwise(rows))
    unseen = sum(b.reassigned - a.reassigned for a, b in pairs if a.group == b.group)
    late = sum(a.group != b.group and a.state in OVER and b.state in OVER for a, b in pairs)
    if ours + unseen + late != theirs: return "wrong"
    return "late" if late else "unseen"


def _vendors(session: Session) -> Counter[str]:
    return Counter(session.scalars(select(Event.subject).where(Event.kind == "ticket.vendor")))


def _told(session: Session) -> list[Breach]:
    """Every broken promise that somebody was told of."""
    numbers = {f"ticket:{one}": number for one, number in session.execute(select(TicketRow.id, TicketRow.summary))}
    events = session.scalars(select(Event).where(Event.kind == WARNED)).all()
    return [
        Breach(numbers[one.subject], one.data["target"], _minute(one.data["falls_due"]), minute_of(one.at))
        for one in events if BREACH in one.data["rungs"]
    ]  # fmt: skip


def _minute(moment: str) -> int:
    return minute_of(datetime.fromisoformat(moment))


def _expected(incidents: Mapping[str, Sequence[Row]]) -> list[Breach]:
    moments = [row.at for rows in incidents.values() for row in rows]
    wall = Wall(min(moments), max(moments))
    return [breach for rows in incidents.values() for breach in breaches(rows, wall)]
