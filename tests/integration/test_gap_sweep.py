"""How much a look for gaps reads, and what it leaves for the next one; in both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from bot.assistant import Assistant
from bot.gaps import minutes
from bot.gaps.whys import UNANSWERED
from bot.tables import ConversationRow, GapQuestionRow, GapRow, TurnRow
from core.db import Database
from core.encoder import HashingEncoder, Vectors
from handoff.tables import TicketRow
from tests.editors import DAY, EDITOR, World
from tests.fakes import FakeClock
from tests.statements import asked

SETTLED = timedelta(seconds=11)
MANY = minutes.AT_ONCE + 2


class OtherEncoder(HashingEncoder):
    """Reads the same words into other places."""

    name = "hashing-other"

    def encode(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        """The same rows, the other way round."""
        return super().encode(texts)[:, ::-1].copy()


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    """A small knowledge base in each database."""
    return World(database, clock)


def sweeps(world: World) -> int:
    """Some time later, the facts are taken in."""
    world.clock.advance(SETTLED)
    return world.use.gaps.look()


def test_answers_alone_read_no_gaps(world: World) -> None:
    """Where nothing is missing, the gaps are not read and nobody waits for them."""
    world.rated("A", "not_helpful")
    assert sweeps(world) == 1
    world.shown("B")
    with asked(world.database) as statements: sweeps(world)
    assert not [one for one in statements if "gaps.vector" in one.partition(" FROM ")[0] and "state" in one]
    assert not [one for one in statements if "gaps:board" in one]
    world.rated("C", "not_helpful")
    with asked(world.database) as statements: assert sweeps(world) == 1
    assert [one for one in statements if one.startswith("SELECT gaps.id, gaps.vector")]


def test_the_minutes_of_every_open_ticket_are_counted(world: World) -> None:
    """However many wait: some at a look, until all have been, and in the next hour again."""
    now = world.clock()
    turn = {"ts": "1", "text": "x", "files": [], "decision": "handoff", "confidence": 0.0, "trace": {}, "feedback": ""}
    ticket = world.ticket("U1")
    with world.database.transaction() as session:
        row = session.get_one(TicketRow, ticket)
        like = {column.name: getattr(row, column.name) for column in TicketRow.__table__.columns if column.name != "id"}
        session.add(GapRow(title="x", state="open", encoder=HashingEncoder.name, vector=b"", size=MANY,
                           opened_at=now, last_at=now, snoozed_until=None, closed_at=None))
        session.flush()
        gap = session.scalar(select(GapRow.id))
        for table, one in (
            (ConversationRow, {"channel": "D", "person": "U1", "surface": "dm", "opened_at": now}),
            (TurnRow, turn | {"at": now}), (TicketRow, like),
            (GapQuestionRow, {"gap_id": gap, "person": "U1", "why": UNANSWERED, "vector": b"", "at": now}),
        ):
            own = {
                ConversationRow: lambda n: {"id": n, "thread_ts": str(n)},
                TurnRow: lambda n: {"id": n, "conversation_id": n},
                TicketRow: lambda n: {"id": ticket + n, "number": f"X{n}", "conversation_id": n},
                GapQuestionRow: lambda n: {"id": n, "turn_id": n},
            }[table]
            session.execute(insert(table), [one | own(n) for n in range(1, MANY + 1)])
    world.clock.advance(DAY * 3)
    uncounted = select(func.count()).select_from(GapQuestionRow).where(GapQuestionRow.minutes == 0)
    left = []
    for _ in range(3):
        sweeps(world)
        with world.database.reading() as session: left.append(session.scalar(uncounted))
    assert left == [2, 0, 0]


def test_with_another_encoder_one_meaning_stays_one_gap(world: World) -> None:
    """Nothing is taken in before all gaps are read anew: the same question then comes to the gap that it had."""
    for number in range(70):  # more gaps than one look reads again
        world.rated("A", "not_helpful", text=f"word{number} thing{number} matter{number}")
    world.rated("B", "not_helpful", text="the kiln smokes")
    sweeps(world)
    before = {gap.title for gap in world.use.gaps.listed(EDITOR, limit=200).gaps}
    parts = world.use.parts
    world.use = Assistant(replace(parts, encoder=OtherEncoder()))
    world.rated("C", "not_helpful", text="the kiln smokes")
    for _ in range(3): sweeps(world)
    found = {gap.title: gap.count for gap in world.use.gaps.listed(EDITOR, limit=200).gaps}
    assert (found.keys(), found["the kiln smokes"]) == (before, 2)
