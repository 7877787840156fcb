"""What is kept no longer than the desk file says; what is still open, or newer, stays as it is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.assistant import Assistant
from bot.erasing.retention import AT_ONCE
from bot.tables import ConversationRow, TurnRow
from core import events, outbox, people
from core.db import Database
from core.erasing import ERASED
from core.errors import BadInput
from core.outbox import OutboxItem
from core.people import Person
from handoff.desk import Desk, Retention
from handoff.misfits import MONTH
from handoff.tables import TicketRow
from kb.tables import RunRow
from tests.fakes import FakeClock
from tests.killing import assistant_over
from tests.lives import shipped_desk
from tests.peopled import EMIL, EVA, MONA, WORDS, dump, lived

YEAR = 12 * MONTH
WORD = WORDS[EVA.id]


def over(database: Database, now: datetime, **months: int) -> Assistant:
    """The use cases at some time, with other times to keep things."""
    assistant = assistant_over(database, FakeClock(now))
    kept = shipped_desk().model_copy(update={"retention": Retention(**months)})
    object.__setattr__(assistant.parts, "desk", kept)
    return assistant


def all_of(assistant: Assistant) -> int:
    """Look until nothing is left to do."""
    total = 0
    while done := assistant.retaining.look(): total += done
    return total


def test_conversations_and_tickets(database: Database) -> None:
    """After their time their words and people are gone, their numbers stay, and an event tells how many."""
    life = lived(database, 11, steps=10)
    with database.transaction() as session:
        session.execute(update(TicketRow).where(TicketRow.id != life.ids[0]).values(
            state="closed", closed_at=life.now, resolved_at=life.now, merged_into=None))  # fmt: skip
        session.execute(update(TicketRow).where(TicketRow.id == life.ids[0]).values(state="new", merged_into=None))
        session.execute(update(ConversationRow).where(ConversationRow.id == 2).values(opened_at=life.now + YEAR))
        session.execute(update(TurnRow).where(TurnRow.conversation_id == 2).values(at=life.now + YEAR))
        session.execute(update(RunRow).values(end="solved"))
    before = dump(database)
    assert all_of(over(database, life.now + MONTH)) >= 0
    assert tickets(dump(database)) == tickets(before)
    all_of(over(database, life.now + 25 * MONTH, conversations=24, questions=24))
    rows = dump(database)
    assert {row["id"]: row["requester"] == ERASED for row in rows["tickets"]} == {
        one: one != life.ids[0] for one in life.ids
    }
    assert [row["id"] for row in rows["conversations"] if row["person"] != ERASED] == [2]
    assert {row["text"] for row in rows["turns"] if row["conversation_id"] != 2} == {""}
    assert [row["confidence"] for row in rows["turns"]] == [row["confidence"] for row in before["turns"]]
    told = {row["subject"]: row["data"]["count"] for row in rows["events"] if row["kind"] == "retention.applied"}
    assert told["retention:tickets"] == len(life.ids) - 1
    assert told["retention:conversations"] == len(rows["conversations"]) - 1


def tickets(rows: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The tickets."""
    return rows["tickets"]


def test_bookkeeping_goes_in_parts(database: Database, clock: FakeClock) -> None:
    """What was delivered goes, some at a time; what waits stays, and what is newer."""
    old, new = clock(), clock() + 2 * MONTH
    with database.transaction() as session:
        for number in range(2 * AT_ONCE + 10): outbox.put(session, "a", key=f"o{number}", lane="l", now=old)
        session.execute(update(OutboxItem).where(OutboxItem.key != "o0").values(done_at=old))
        outbox.put(session, "a", key="new", lane="l", now=new)
        session.execute(update(OutboxItem).where(OutboxItem.key == "new").values(done_at=new))
    assistant = over(database, new)
    assert [assistant.retaining.look() for _ in range(4)] == [AT_ONCE, AT_ONCE, 9, 0]
    with database.reading() as session:
        assert {item.key for item in session.query(OutboxItem)} == {"o0", "new"}
        assert [event.data["count"] for event in events.history(session, "retention:bookkeeping")] == [100, 100, 9]


def test_nothing_is_forgotten_where_the_file_says_so(sqlite_database: Database) -> None:
    """0 is for ever."""
    life = lived(sqlite_database, 12, steps=5)
    names = dict.fromkeys(Retention.model_fields, 0)
    before = dump(sqlite_database)
    assert all_of(over(sqlite_database, life.now + 100 * MONTH, **names)) == 0
    assert dump(sqlite_database) == before


def test_people_and_drafts(database: Database) -> None:
    """Whom nobody met for long, and of whom nothing is left; and drafts that nobody touched."""
    life = lived(database, 13, steps=5)
    with database.transaction() as session: people.save(session, Person(id="UOLD", name="Old"), life.now)
    assistant = over(database, life.now + 25 * MONTH)
    all_of(assistant)
    rows = dump(database)
    assert "UOLD" not in {row["id"] for row in rows["people"]}
    assert MONA.id not in {row["id"] for row in rows["people"]}
    assert rows["kb_drafts"] == []
    assert EMIL.id in {row["id"] for row in rows["people"]}  # a ticket of theirs is open


WRONG = {
    "questions of gaps cannot be kept longer": {"questions": 13},
    "people cannot be forgotten": {"people": 12},
    "tickets are emptied before": {"tickets": 1},
}  # fmt: skip


@pytest.mark.parametrize("told", sorted(WRONG))
def test_times_that_do_not_fit_together(told: str) -> None:
    """A desk file is refused, with the reason."""
    content = shipped_desk().model_dump(mode="json") | {"retention": WRONG[told], "after": {"reopen": "60d"}}
    with pytest.raises((BadInput, ValueError), match=told): Desk.model_validate(content)
    assert timedelta(days=30) == MONTH
