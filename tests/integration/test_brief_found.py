"""What the brief tells of search: what was shown in vain, and what is near the words; nothing that is far from them."""

from bot import conversations
from bot.question import Question, Surface
from bot.slack import ids
from core.db import Database
from handoff import tickets
from tests.company import EMMA, PEOPLE, company
from tests.fakes import FakeClock
from tests.pressing import Desk, action

ROWS = [("near", 0.61), ("shown", 0.31), ("far", 0.41), ("nearer", 0.8)]  # slugs, and how near they are


def test_what_is_far_from_the_words_is_left_out(sqlite_database: Database, clock: FakeClock) -> None:
    """What did not help comes first, however far; then the nearest."""
    house = company(sqlite_database, clock)
    rows = [
        {"kind": "article", "slug": slug, "title": slug, "passage": 0, "score": 9.0, "cosine": cosine}
        for slug, cosine in ROWS
    ]
    asked = Question(person=EMMA.id, text="pump", channel="D1", ts="8.0", thread_ts="8.0", surface=Surface.DM)
    trace = {"candidates": rows, "shown": [["article", "shown"]], "why": "sure"}
    with house.database.transaction() as session:
        talk = conversations.begin(session, asked, house.clock())
        turn = conversations.add_turn(session, talk, asked, "answer", trace=trace, now=house.clock())
    Desk(house).press(EMMA, action(ids.PERSON_NOW, str(turn)))
    with house.database.reading() as session:
        ticket = tickets.of_conversation(session, talk.id)
        assert ticket
        found = house.assistant.looking.ticket(ticket.id, PEOPLE["agent L2"]).brief.found
    assert [(one.slug, one.score, one.rejected) for one in found] == [
        ("shown", 0.31, True), ("nearer", 0.8, False), ("near", 0.61, False)
    ]
