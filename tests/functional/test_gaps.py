"""The lives of gaps over real conversations, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.gaps.views import GapView
from bot.question import AnswerReply, ClarifyReply, TicketReply
from core import events
from core.db import Database
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.events import Event
from core.people import Person
from handoff import ending
from tests.fakes import FakeClock
from tests.functional.office import Prepared, at_once
from tests.gaps import (
    BOSS,
    DAY,
    DRONE,
    DRONE_TOO,
    DRONES,
    EMMA,
    LIAM,
    MAYA,
    NOOR,
    OMAR,
    ROOM,
    SETTLED,
    UNCLEAR,
    House,
)


@pytest.fixture
def house(prepared: Prepared, database: Database, clock: FakeClock, tmp_path: Path) -> House:
    """A Firstline with a handful of articles."""
    place = tmp_path / "articles"
    place.mkdir()
    return House(prepared.settings(tmp_path / "state"), database, prepared.encoder, clock, place)


def facts(house: House) -> list[str]:
    """What happened to gaps, in its order."""
    with house.database.reading() as session:
        return list(session.scalars(select(Event.kind).where(Event.kind.like("gap.%")).order_by(Event.id)))


def test_an_unanswered_question_becomes_a_gap_and_grows(house: House):
    """Two people ask the same in other words: one gap, verbatim, with who asked, and what it cost so far."""
    first = house.asks(DRONE)
    assert isinstance(first, TicketReply)
    assert house.gaps.look() == 0, "facts are taken in when no earlier one can still come"
    assert house.sweeps() == 1
    house.asks(DRONE_TOO, OMAR)
    assert house.sweeps() == 1
    view = house.only()
    assert (view.gap.count, view.gap.people, view.gap.title) == (2, 2, DRONE_TOO)
    assert [(one.text, one.person, one.why) for one in view.questions] == [
        (DRONE_TOO, "Omar Haddad", "unanswered"), (DRONE, "Emma Larsen", "unanswered")
    ]  # fmt: skip
    assert house.sweeps() == 0
    assert facts(house) == ["gap.opened", "gap.grew", "gap.grew"]


def test_it_closes_by_itself_when_the_next_one_is_answered_and_helped(house: House):
    """Answered alone is not enough; confirmed it closes, and tells which article and which question did it."""
    house.asks(DRONE)
    house.sweeps()
    house.publishes()
    reply = house.asks(DRONE_TOO, OMAR)
    assert isinstance(reply, AnswerReply)
    assert house.sweeps() == 0
    house.rates(reply, OMAR)
    assert house.sweeps() == 1
    assert house.open() == ()
    gap = house.only("closed").gap
    assert gap.closed_why == f"The article “Pair the survey drone with a tablet” answered it: “{DRONE_TOO}”"
    assert facts(house)[-1] == "gap.closed"


def test_that_worked_in_words_closes_it_too(house: House):
    """A person who writes that it worked has confirmed it."""
    house.asks(DRONE)
    house.sweeps()
    house.publishes()
    house.asks(DRONE_TOO, OMAR)
    house.asks("that worked", OMAR, house.thread)
    house.sweeps()
    assert house.only("closed").gap.count == 1


def test_a_new_question_opens_a_closed_gap_again(house: House):
    """What was asked before it was closed does not; what is asked after it does."""
    house.asks(DRONE)
    house.publishes()
    early = house.asks(DRONE_TOO, OMAR)
    house.sweeps()
    house.gaps.close(house.only().gap.id, "There is an article now.", NOOR)
    house.rates(early, OMAR, helpful=False)
    house.sweeps()
    assert house.only("closed").gap.count == 2
    late = house.asks(DRONE_TOO, OMAR)
    house.rates(late, OMAR, helpful=False)
    house.sweeps()
    gap = house.only().gap
    assert (gap.count, gap.closed_at, gap.closed_why) == (3, None, "")
    assert "gap.reopened" in facts(house)


def test_an_article_that_did_not_help_closes_nothing_until_it_is_changed(house: House):
    """Not helpful for one and helpful for another leaves the gap open; the same after it was written anew closes it."""
    house.publishes()
    house.rates(house.asks(DRONE), helpful=False)
    house.sweeps()
    house.rates(house.asks(DRONE_TOO, OMAR), OMAR)
    assert house.sweeps() == 0
    house.clock.advance(timedelta(minutes=5))
    house.publishes(DRONES.replace("five", "eight"))
    house.rates(house.asks(DRONE_TOO, OMAR), OMAR)
    assert house.sweeps() == 1
    assert house.open() == ()


def test_feedback_reaches_the_editors_with_what_was_shown(house: House):
    """An answer that is rated not helpful is in a gap, with the article; said to help after all, it is taken back."""
    reply = house.asks(ROOM)
    house.rates(reply, helpful=False)
    house.sweeps()
    [one] = house.only().questions
    assert (one.text, one.why, one.shown) == (ROOM, "not_helpful", ("article", "calendar-room"))
    house.rates(reply)
    assert house.sweeps() == 1
    assert house.only("closed").gap.closed_why == "No question is left."


@pytest.mark.parametrize("text", [
    "please let me talk to a human about this", "there is smoke coming out of my laptop", "thank you so much",
    "what's a good place for lunch?", "how is my ticket doing?",
])  # fmt: skip
def test_what_goes_to_people_by_rule_is_no_gap(house: House, text: str):
    """Nor is small talk, what is not IT's, or how a ticket is doing."""
    house.asks(text)
    assert house.sweeps(2 * DAY) == 0
    assert house.open() == ()


def test_whoever_wants_people_after_an_answer(house: House):
    """By the button or in words, their question is in a gap; not if the answer had helped."""
    reply: Any = house.asks(ROOM)
    house.assistant.tickets.person_now(reply.turn, EMMA)
    helped = house.asks(ROOM, OMAR)
    house.rates(helped, OMAR)
    house.asks("please let me talk to a human", OMAR, house.thread)
    house.sweeps()
    view = house.only()
    assert [(one.person, one.why) for one in view.questions] == [("Emma Larsen", "asked_person")]


def test_asked_back_and_none_of_it(house: House):
    """None of the choices is told at once, silence after a day; a choice that was taken is no gap."""
    assert isinstance(house.asks(UNCLEAR), ClarifyReply)
    house.asks("none of these", EMMA, house.thread)
    house.asks(UNCLEAR, OMAR)
    taken: Any = house.asks(UNCLEAR, LIAM)
    house.assistant.answering.pick(taken.turn, taken.options[0].kind, taken.options[0].slug, LIAM)
    house.sweeps()
    assert [one.person for one in house.only().questions] == ["Emma Larsen"]
    house.sweeps(DAY)
    assert [(one.person, one.why) for one in house.only().questions] == [
        ("Omar Haddad", "unclear"), ("Emma Larsen", "unclear")
    ]  # fmt: skip


def test_what_staff_say_weighs_most(house: House):
    """An escalation for want of an article is the reason of its question, whatever it was before."""
    reply: Any = house.asks(DRONE)
    house.sweeps()
    house.escalates(reply.ticket, "no-article")
    house.sweeps()
    assert house.whys() == {DRONE: "no-article"}
    assert house.only().gap.count == 1


def test_minutes_are_the_desks_and_end_with_the_ticket(house: House):
    """From the question until it was resolved, in working hours; while it is open they grow; a day at the most."""
    reply: Any = house.asks(DRONE)
    house.sweeps()
    assert house.only().gap.minutes == 0
    house.sweeps(timedelta(hours=2))
    assert house.only().gap.minutes == 120
    house.clock.advance(timedelta(minutes=30))
    house.resolves(reply.ticket)
    house.sweeps(DAY)
    assert house.only().gap.minutes == 150
    house.does(ending.reopen, reply.ticket, by=EMMA)
    house.sweeps(20 * DAY)
    hours = house.assistant.parts.desk.hours[house.assistant.parts.desk.queues[0].hours]
    assert house.only().gap.minutes == hours.working_day() / timedelta(minutes=1)


def test_without_a_ticket_minutes_end_with_the_thread(house: House):
    """What was said last in the thread ends what the question cost."""
    reply = house.asks(ROOM)
    thread = house.thread
    house.rates(reply, helpful=False)
    house.sweeps()
    assert house.only().gap.minutes == 0
    house.clock.advance(timedelta(minutes=19))
    house.asks("thanks", EMMA, thread)
    house.sweeps()
    assert house.only().gap.minutes == 20


def test_the_worst_come_first(house: House):
    """By questions times minutes."""
    reply: Any = house.asks(ROOM)
    house.rates(reply, helpful=False)
    house.asks(DRONE)
    house.asks(DRONE_TOO, OMAR)
    house.sweeps(timedelta(hours=1))
    assert [gap.count for gap in house.open()] == [2, 1]
    page = house.gaps.listed(NOOR, first=1, limit=1)
    assert (page.total, page.first, [gap.title for gap in page.gaps]) == (2, 1, [ROOM])


def drones(house: House) -> GapView:
    """A gap of one question."""
    house.asks(DRONE)
    house.sweeps()
    return house.only()


def test_a_gap_is_given_to_an_editor(house: House):
    """Who finds it among theirs; nobody else than an editor gets one."""
    gap = drones(house).gap
    given = house.gaps.assign(gap.id, MAYA.id, NOOR, seen_version=gap.version)
    assert (given.assignee, given.assignee_name) == (MAYA.id, "Maya Patel")
    assert [one.id for one in house.gaps.listed(MAYA, "mine").gaps] == [gap.id]
    assert house.gaps.listed(NOOR, "mine").gaps == ()
    for nobody in (LIAM.id, "U0UNKNOWN"):
        with pytest.raises(BadInput, match="editor"): house.gaps.assign(gap.id, nobody, NOOR)
    assert house.gaps.assign(gap.id, "", NOOR).assignee == ""


def test_a_snoozed_gap_comes_back_on_its_day(house: House):
    """Until then it is out of the way, and new questions still come to it."""
    gap = drones(house).gap
    house.asks(DRONE_TOO, OMAR)
    house.sweeps()
    house.gaps.snooze(gap.id, house.clock() + 2 * DAY, NOOR)
    house.asks(DRONE_TOO)
    house.sweeps()
    assert (house.open(), house.only("snoozed").gap.count) == ((), 3)
    house.sweeps(2 * DAY)
    assert house.only().gap.snoozed_until is None
    assert facts(house)[-1] == "gap.woke"


def test_a_snoozed_gap_comes_back_when_it_has_doubled(house: House):
    """Earlier than its day."""
    gap = drones(house).gap
    house.gaps.snooze(gap.id, house.clock() + 20 * DAY, NOOR)
    house.asks(DRONE_TOO, OMAR)
    house.sweeps()
    assert house.only().gap.count == 2


@pytest.mark.parametrize("days", [0, -1, 400])
def test_nobody_snoozes_into_the_past_or_for_ever(house: House, days: int):
    """A day within the next year."""
    gap = drones(house).gap
    with pytest.raises(BadInput, match="within the next year"):
        house.gaps.snooze(gap.id, house.clock() + days * DAY, NOOR)


def test_a_draft_is_begun_without_the_people(house: House):
    """It has the questions as aliases and what staff did, but nobody's name; it is linked, and begun once."""
    text = f"Omar Haddad here, {DRONE}, mail me at omar.haddad@brightwater.example"
    reply: Any = house.asks(text, OMAR)
    house.asks(DRONE_TOO)
    house.resolves(reply.ticket, "Liam Okafor held its button for five seconds.")
    house.sweeps()
    gap = house.only().gap
    begun = house.gaps.begin(gap.id, NOOR)
    for name in ("Omar", "Haddad", "Liam", "omar.haddad"): assert name not in begun.source
    for words in ("survey drone", DRONE_TOO, "held its button for five seconds", "FILL IN"):
        assert words in begun.source
    assert begun.draft
    assert begun.draft.origin == f"gap:{gap.id}"
    now = house.gaps.get(gap.id, NOOR).gap
    assert (now.draft, now.draft_state) == (f"article:{begun.slug}", "writing")
    assert house.gaps.begin(gap.id, MAYA).slug == begun.slug
    house.assistant.writing.drop("article", begun.slug, NOOR, seen_version=begun.version)
    assert house.gaps.get(gap.id, NOOR).gap.draft_state == "gone"


def test_a_gap_is_linked_to_what_is_written_or_published(house: House):
    """It shows how far that is; what is not there cannot be linked."""
    gap = drones(house).gap
    with pytest.raises(NotFound): house.gaps.link(gap.id, "article", "drone-pair", NOOR)
    house.publishes()
    linked = house.gaps.link(gap.id, "article", "drone-pair", NOOR)
    assert (linked.draft, linked.draft_state) == ("article:drone-pair", "published")
    assert house.gaps.link(gap.id, "article", "", NOOR).draft == ""
    with pytest.raises(BadInput): house.gaps.link(gap.id, "poem", "drone-pair", NOOR)


def test_a_gap_is_closed_with_a_reason_and_brought_back(house: House):
    """Without a reason it is not; twice it is not."""
    gap = drones(house).gap
    with pytest.raises(BadInput, match="say why"): house.gaps.close(gap.id, " ", NOOR)
    house.gaps.close(gap.id, "We sell no drones.", NOOR)
    assert house.only("closed").gap.closed_why == "We sell no drones."
    with pytest.raises(BadInput, match="closed already"): house.gaps.close(gap.id, "Again.", NOOR)
    with pytest.raises(BadInput, match="closed already"): house.gaps.snooze(gap.id, house.clock() + DAY, NOOR)
    assert house.gaps.reopen(gap.id, NOOR).state == "open"
    with pytest.raises(BadInput, match="is open"): house.gaps.reopen(gap.id, NOOR)


def test_two_gaps_become_one_and_a_question_one_of_its_own(house: House):
    """What was grouped wrongly is put right by an editor, with its counts and its title."""
    house.asks(DRONE)
    house.rates(house.asks(ROOM, OMAR), OMAR, helpful=False)
    house.sweeps()
    room, drone = sorted(house.open(), key=lambda gap: gap.title)
    assert (room.title, drone.title) == (ROOM, DRONE)
    both = house.gaps.merge(room.id, drone.id, NOOR)
    assert (both.count, both.people, house.only("closed").gap.closed_why) == (2, 2, f"Goes on as gap {drone.id}.")
    mine = next(one for one in house.only().questions if one.text == ROOM)
    alone = house.gaps.move(mine.id, 0, NOOR)
    assert (alone.title, alone.count) == (ROOM, 1)
    assert {(gap.title, gap.count) for gap in house.open()} == {(DRONE, 1), (ROOM, 1)}
    back = house.gaps.move(mine.id, drone.id, NOOR)
    assert (back.count, house.only().gap.id) == (2, drone.id)
    with pytest.raises(BadInput): house.gaps.merge(drone.id, drone.id, NOOR)


ACTS: dict[str, Callable[[House, int, Person, int | None], object]] = {
    "listed": lambda house, _gap, person, _version: house.gaps.listed(person),
    "get": lambda house, gap, person, _version: house.gaps.get(gap, person),
    "assign": lambda house, gap, person, version: house.gaps.assign(gap, NOOR.id, person, seen_version=version),
    "snooze": lambda house, gap, person, version: house.gaps.snooze(
        gap, house.clock() + DAY, person, seen_version=version
    ),
    "link": lambda house, gap, person, version: house.gaps.link(
        gap, "article", "room-zoom", person, seen_version=version
    ),
    "close": lambda house, gap, person, version: house.gaps.close(gap, "Done.", person, seen_version=version),
    "reopen": lambda house, gap, person, version: house.gaps.reopen(gap, person, seen_version=version),
    "merge": lambda house, gap, person, version: house.gaps.merge(gap, gap + 1, person, seen_version=version),
    "move": lambda house, _gap, person, _version: house.gaps.move(1, 0, person),
    "begin": lambda house, gap, person, _version: house.gaps.begin(gap, person),
}  # fmt: skip


def test_editors_alone_see_and_change_gaps(house: House):
    """Neither who asked, nor staff, nor the manager."""
    gap, before = drones(house).gap, facts(house)
    for name, act in ACTS.items():
        for person in (EMMA, LIAM, BOSS):
            with pytest.raises(NotAllowed): act(house, gap.id, person, None)
            assert facts(house) == before, name
    assert house.only().gap == gap


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(house: House):
    """A click that was drawn for an earlier state is refused."""
    gap = drones(house).gap
    house.gaps.assign(gap.id, MAYA.id, MAYA, seen_version=gap.version)
    for name in ("assign", "snooze", "link", "close", "reopen"):
        with pytest.raises(Stale): ACTS[name](house, gap.id, NOOR, gap.version)
    assert house.only().gap.assignee == MAYA.id


def test_a_gap_that_is_not_there(house: House):
    """Is told in one line."""
    for name in ("get", "assign", "snooze", "link", "close", "reopen", "move", "begin"):
        with pytest.raises(NotFound): ACTS[name](house, 77, NOOR, None)


def test_sweeps_at_once_count_each_question_once(house: House):
    """Whoever finds the mark moved gives way."""
    for person in (EMMA, OMAR, LIAM): house.asks(DRONE, person)
    house.clock.advance(SETTLED)
    assert sum(at_once(*[house.gaps.look] * 4)) == 3
    assert house.only().gap.count == 3
    house.gaps.look()
    assert facts(house).count("gap.grew") == 3


def test_a_broken_fact_stops_nothing(house: House, caplog: pytest.LogCaptureFixture):
    """It is logged; what comes after it is taken in."""
    with house.database.transaction() as session:
        for wrong in ({"turn": 999, "feedback": "helpful"}, {}):
            events.record(session, "answer.rated", "conversation:1", actor=EMMA.id, at=house.clock(), **wrong)
    house.asks(DRONE)
    assert house.sweeps() == 1
    assert [record.message.partition(" could")[0] for record in caplog.records if record.levelname == "ERROR"] == [
        "fact 1", "fact 2"
    ]  # fmt: skip
