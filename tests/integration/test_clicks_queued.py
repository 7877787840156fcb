"""What a click is replied with is queued by whoever decides it: a process that dies then has lost nothing."""

from sqlalchemy import select

from bot import conversations
from bot.question import Question, Surface
from bot.slack import ids
from core.db import Database
from core.outbox import OutboxItem
from tests.company import EMMA, Company, company
from tests.fakes import FakeClock
from tests.pressing import Desk, action


def offered(house: Company) -> int:
    """A question of Emma's to which two things are offered."""
    rows = [{"kind": kind, "slug": "pump", "title": "The pump", "passage": 0} for kind in ("article", "recipe")]
    asked = Question(person=EMMA.id, text="pump", channel="D1", ts="8.0", thread_ts="8.0", surface=Surface.DM)
    with house.database.transaction() as session:
        talk = conversations.begin(session, asked, house.clock())
        return conversations.add_turn(
            session, talk, asked, "clarify", trace={"candidates": rows, "why": "close"}, now=house.clock()
        )


def test_a_reply_to_a_click_is_queued_with_what_it_decides(sqlite_database: Database, clock: FakeClock) -> None:
    """Nobody delivers it at once here: all the same it is there to be said, and as the message of the run it is of."""
    house = company(sqlite_database, clock)
    turn, run, desk = offered(house), house.ids["run_id"], Desk(house)
    house.assistant.fixing.choose(run, 0, 0, EMMA)
    clicks = {
        "T1": action(ids.RUN_CAME_BACK, str(run)), "T2": action(f"{ids.PICK}_0", f"{turn}|article|pump"),
        "T3": action(f"{ids.PICK}_1", f"{turn}|recipe|pump"), "T4": action(ids.RUN_PERSON, str(run)),
    }  # fmt: skip
    for trigger, body in clicks.items(): desk.press(EMMA, body | {"trigger_id": trigger})
    with house.database.reading() as session:
        rows = session.scalars(select(OutboxItem).where(OutboxItem.key.like("reply:click:%")).order_by(OutboxItem.id))
        queued = {row.key.rpartition(":")[2]: (row.payload["run"], str(row.payload["message"])) for row in rows}
    assert [key for key, (of, _) in queued.items() if of != [0, 0]] == ["T3"]
    for key, said in {"T1": "INC-", "T2": "Dry it with a cloth", "T3": "Look.", "T4": "INC-"}.items():
        assert said in queued[key][1]
