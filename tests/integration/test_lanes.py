"""Replies to requesters and what is brought to the staff, on a real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from bot.assistant.desk.replying import Replying
from bot.assistant.parts import Parts
from bot.slack import texts
from bot.slack.lanes.replying import Filled, form
from core import events, outbox
from core.db import Database
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.people import Person, Role
from handoff import ending, lanes, mirrors, relating, tickets, working
from handoff.brief import Brief
from handoff.desk import Desk, load_desk
from handoff.lanes import Over, Reply, ReplyState
from handoff.mirrors import StaffFile
from handoff.tickets import Kind, NewTicket, State, Ticket
from tests.fakes import FakeClock

LIAM = Person(id="ULIAM", name="Liam Okafor", roles=frozenset({Role.AGENT}), level=2)
OTHER = Person(id="UOTHER", name="Other", roles=frozenset({Role.AGENT}), level=2)
MARCUS = Person(id="UMARCUS", name="Marcus", roles=frozenset({Role.MANAGER}), level=3)
EMMA = Person(id="UEMMA", name="Emma")
PLACE = ("D1", "2.0")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.fixture
def ticket(database: Database, desk: Desk, clock: FakeClock) -> Ticket:
    """A new ticket of Emma's."""
    new = NewTicket(
        kind=Kind.INCIDENT, requester=EMMA.id, category="vpn", impact="low", urgency="low", channel="D1",
        thread_ts="1.0", brief=Brief(asked=("vpn is down",), reason="may not wait"),
    )  # fmt: skip
    with database.transaction() as session: return tickets.open_ticket(session, desk, new, by=EMMA.id, now=clock())


class Staff:
    """What staff do, each in a transaction of its own."""

    def __init__(self, database: Database, desk: Desk, clock: FakeClock, ticket: Ticket) -> None:
        self.database, self.desk, self.clock, self.ticket = database, desk, clock, ticket

    def write(self, text: str = "Hello", *, by: Person = LIAM, key: str = "V1", asks: bool = False) -> Reply:
        """A reply that waits to go out."""
        with self.database.transaction() as session:
            return lanes.write(session, self.desk, self.ticket.id, text, asks=asks, by=by, key=key, now=self.clock())

    def draft(self, text: str = "Hello", *, by: Person = LIAM, key: str = "V1") -> Reply:
        """A reply that is looked at."""
        with self.database.transaction() as session:
            return lanes.draft(session, self.desk, self.ticket.id, text, by=by, key=key, now=self.clock())

    def send(self, *, by: Person = LIAM, key: str = "V1") -> Reply:
        """Let a draft go."""
        with self.database.transaction() as session:
            return lanes.send(session, self.desk, key, by=by, now=self.clock())

    def withdraw(self, reply: Reply, by: Person = LIAM) -> Reply:
        """Take it back."""
        with self.database.transaction() as session:
            return lanes.withdraw(session, reply.id, by=by, now=self.clock())

    def take(self, reply: Reply) -> Reply | None:
        """What the worker does first."""
        with self.database.transaction() as session: return lanes.take(session, reply.id)

    def sent(self, reply: Reply) -> Reply:
        """What it does last."""
        with self.database.transaction() as session: return lanes.sent(session, self.desk, reply.id, self.clock())

    def now(self) -> Ticket:
        """The ticket as it is."""
        with self.database.reading() as session: return tickets.get(session, self.ticket.id)

    def kinds(self) -> list[str]:
        """What has happened to it."""
        with self.database.reading() as session:
            return [event.kind for event in events.history(session, f"ticket:{self.ticket.id}")]

    def waiting(self, kind: str) -> list[outbox.OutboxItem]:
        """What is to be delivered."""
        with self.database.reading() as session: return [one for one in outbox.waiting(session) if one.kind == kind]

    def resolve(self) -> None:
        """Say that it is done."""
        with self.database.transaction() as session:
            code = next(iter(self.desk.resolution_codes))
            ending.resolve(session, self.desk, self.ticket.id, seen_tier=2, code=code, note="x", by=LIAM,
                           now=self.clock())


@pytest.fixture
def staff(database: Database, desk: Desk, clock: FakeClock, ticket: Ticket) -> Staff:
    """Staff at work."""
    return Staff(database, desk, clock, ticket)


class TestReplies:
    def test_it_goes_out_in_ten_seconds(self, staff: Staff, clock: FakeClock):
        """Not before; and only then it counts as the first answer of a person."""
        reply = staff.write("Please try again")
        [item] = staff.waiting(lanes.OUT)
        assert (item.payload, item.due_at) == ({"reply": reply.id}, clock() + timedelta(seconds=10))
        assert staff.now().responded_at is None
        taken = staff.take(reply)
        assert taken
        assert taken.text == "Please try again"
        assert staff.sent(reply).state is ReplyState.SENT
        assert staff.now().responded_at == clock()
        assert staff.kinds()[-2:] == ["ticket.reply_written", "ticket.replied"]

    def test_the_same_form_twice_is_one_reply(self, staff: Staff):
        """One row, one delivery, one fact."""
        assert staff.write().id == staff.write("Something else").id
        assert len(staff.waiting(lanes.OUT)) == staff.kinds().count("ticket.reply_written") == 1

    def test_a_draft_goes_nowhere(self, staff: Staff):
        """It can be changed as often as one likes; what is sent is its last text."""
        staff.draft("One")
        reply = staff.draft("Two")
        assert staff.waiting(lanes.OUT) == []
        assert staff.take(reply) is None
        assert staff.send().text == "Two"
        with pytest.raises(Stale, match="sent this already"): staff.draft("Three")

    def test_nobody_else_sends_or_changes_my_draft(self, staff: Staff):
        """The key of a form is of use to its owner alone."""
        staff.draft("Mine")
        with pytest.raises(NotFound): staff.send(by=OTHER)
        with pytest.raises(Stale): staff.draft("Theirs", by=OTHER)
        assert staff.send().text == "Mine"

    @pytest.mark.parametrize("text", ["", " \n\t ", "\x00"])
    def test_no_words_are_refused(self, staff: Staff, text: str):
        """One clear line."""
        with pytest.raises(BadInput, match="Please write what"): staff.draft(text)

    def test_too_many_words_are_refused(self, staff: Staff):
        """As many as one input of Slack takes are fine."""
        assert len(staff.draft("x" * lanes.MOST_TEXT).text) == lanes.MOST_TEXT
        with pytest.raises(BadInput, match="under 3,000"): staff.draft("x" * (lanes.MOST_TEXT + 1))

    def test_a_ticket_that_is_over_takes_none(self, staff: Staff):
        """Neither a draft nor one that was looked at meanwhile; the text is kept."""
        staff.draft("Too late")
        staff.resolve()
        with pytest.raises(Over, match="resolved by now"): staff.send()
        with pytest.raises(Over): staff.draft("Still too late", key="V2")
        with staff.database.reading() as session:
            kept = lanes.drafted(session, "V1", LIAM)
        assert kept
        assert kept.text == "Too late"

    def test_only_staff_write(self, staff: Staff):
        """The requester does not reply to themselves."""
        with pytest.raises(NotAllowed): staff.draft(by=EMMA)

    def test_an_answer_that_is_needed_stops_the_clock_when_it_was_asked_for(self, staff: Staff, desk: Desk):
        """Not while the question could still be taken back; and the answer starts it again."""
        with staff.database.transaction() as session:
            working.claim(session, desk, staff.ticket.id, by=LIAM, now=staff.clock())
        reply = staff.write("Which room?", asks=True)
        assert staff.now().state is State.CLAIMED
        staff.take(reply)
        staff.sent(reply)
        assert staff.now().state is State.WAITING
        with staff.database.transaction() as session:
            tickets.requester_said(session, desk, staff.now(), "4.12", ts="2.0", channel="D1", now=staff.clock())
        assert staff.now().state is State.CLAIMED

    def test_an_answer_that_was_faster_leaves_nothing_to_wait_for(
        self, staff: Staff, desk: Desk, clock: FakeClock
    ):
        """It came between Slack's post and the note of it; what was said before the question is no answer."""
        for at, ts, state in ((0, "2.0", State.WAITING), (12, "3.0", State.NEW)):
            reply = staff.write("Which room?", asks=True, key=ts)
            staff.take(reply)
            clock.advance(timedelta(seconds=at))
            with staff.database.transaction() as session:
                tickets.requester_said(session, desk, staff.now(), "4.12", ts=ts, channel="D1", now=clock())
            clock.advance(timedelta(seconds=12))
            staff.sent(reply)
            assert staff.now().state is state


class TestMerged:
    """A ticket of Emma's that goes on as one of Ana's."""

    @pytest.fixture
    def main(self, staff: Staff, desk: Desk) -> Ticket:
        """What hers was merged into."""
        new = NewTicket(
            kind=Kind.INCIDENT, requester="UANA", category="vpn", impact="low", urgency="low", channel="D2",
            thread_ts="1.0", brief=Brief(asked=("vpn is down",), reason="may not wait"),
        )  # fmt: skip
        with staff.database.transaction() as session:
            main = tickets.open_ticket(session, desk, new, by="UANA", now=staff.clock())
            relating.merge(session, desk, staff.ticket.id, main.id, by=LIAM, now=staff.clock())
        return main

    @staticmethod
    def state(staff: Staff, main: Ticket) -> tuple[State, bool]:
        """Of the other one; and whether somebody has answered it."""
        with staff.database.reading() as session: now = tickets.get(session, main.id)
        return now.state, now.responded_at is not None

    def test_she_is_answered_as_long_as_the_other_one_is_open(self, staff: Staff, main: Ticket, desk: Desk):
        """Which counts for neither of them."""
        reply = staff.write("It is known")
        staff.take(reply)
        assert staff.sent(reply).state is ReplyState.SENT
        assert self.state(staff, main) == (State.NEW, False)
        assert (staff.now().state, staff.now().responded_at) == (State.CLOSED, None)
        with staff.database.transaction() as session:
            ending.resolve(session, desk, main.id, seen_tier=2, code="fixed", note="x", by=LIAM, now=staff.clock())
        with pytest.raises(Stale, match=f"goes on as {main.number}, which is resolved") as refused:
            staff.write("Too late", key="V2")
        assert not isinstance(refused.value, Over)

    def test_while_she_is_asked_the_other_one_waits(self, staff: Staff, main: Ticket, desk: Desk):
        """For her answer, not for what somebody else says."""
        reply = staff.write("Which room?", asks=True)
        staff.take(reply)
        staff.sent(reply)
        assert (self.state(staff, main), staff.now().state) == ((State.WAITING, False), State.CLOSED)
        for by, state in (("UOTHER", State.WAITING), (EMMA.id, State.NEW)):
            with staff.database.transaction() as session:
                other = tickets.get(session, main.id)
                tickets.requester_said(session, desk, other, "4.12", ts=by, by=by, channel="D1", now=staff.clock())
            assert self.state(staff, main)[0] is state

    def test_its_form_says_so(self, staff: Staff, main: Ticket, desk: Desk):
        """The number of the other one."""
        parts = SimpleNamespace(database=staff.database, desk=desk, clock=staff.clock)
        of = Replying(cast("Parts", parts)).form(staff.ticket.id, LIAM)
        assert of.into == main.number
        assert texts.REPLY_MERGED.format(number=staff.ticket.number, into=main.number) in str(form(of, Filled()))


class TestTakingBack:
    def test_what_was_taken_back_never_goes_out(self, staff: Staff):
        """Twice is once."""
        reply = staff.write()
        assert staff.withdraw(reply).state is ReplyState.WITHDRAWN
        assert staff.withdraw(reply).state is ReplyState.WITHDRAWN
        assert staff.take(reply) is None
        assert staff.kinds().count("ticket.reply_withdrawn") == 1
        assert "ticket.replied" not in staff.kinds()

    @pytest.mark.parametrize("posted", [False, True])
    def test_too_late_is_too_late(self, staff: Staff, posted: bool):  # noqa: FBT001 - pytest gives it
        """Also while it is on its way."""
        reply = staff.write()
        staff.take(reply)
        if posted: staff.sent(reply)
        with pytest.raises(Stale, match="gone out already"): staff.withdraw(reply)

    def test_only_its_writer_or_a_manager(self, staff: Staff):
        """A colleague is told whose it is."""
        reply = staff.write()
        with pytest.raises(NotAllowed, match="<@ULIAM> wrote this"): staff.withdraw(reply, OTHER)
        with pytest.raises(NotAllowed): staff.withdraw(reply, EMMA)
        assert staff.withdraw(reply, MARCUS).state is ReplyState.WITHDRAWN

    def test_of_two_at_once_one_wins(self, staff: Staff):
        """Taken back or taken to be sent, never both."""
        for n in range(12):
            reply = staff.write(key=f"V{n}")

            def back(reply: Reply = reply) -> bool:
                try:
                    return staff.withdraw(reply).state is ReplyState.WITHDRAWN
                except Stale:
                    return False

            with ThreadPoolExecutor(2) as pool:
                taken, withdrawn = pool.submit(staff.take, reply), pool.submit(back)
                assert (taken.result() is None) == withdrawn.result()


class TestDelivery:
    def test_a_worker_that_died_before_it_knew_sends_again(self, staff: Staff):
        """Nothing is lost; what is known to be sent is not sent twice."""
        reply = staff.write()
        assert staff.take(reply)
        assert staff.take(reply)
        staff.sent(reply)
        staff.sent(reply)
        assert staff.take(reply) is None
        assert staff.kinds().count("ticket.replied") == 1

    def test_what_slack_refuses_is_told(self, staff: Staff):
        """The line says so; the ticket has not been answered."""
        reply = staff.write()
        staff.take(reply)
        with staff.database.transaction() as session: lanes.lost(session, reply.id, "user_not_found", staff.clock())
        assert staff.now().responded_at is None
        assert [item.key for item in staff.waiting(lanes.LINE)][-1] == f"{lanes.LINE}:{reply.id}:lost"
        assert staff.take(reply) is None


    def test_what_slack_did_not_take_for_hours_is_told_once(self, staff: Staff):
        """The worker gives an item up, also one that was refused before; the others of the lanes mean nothing here."""
        reply = staff.write()
        staff.take(reply)
        for _ in range(2):
            with staff.database.transaction() as session:
                for item in outbox.waiting(session): lanes.gave_up(session, item, staff.clock())
        with staff.database.reading() as session:
            known, last = lanes.get(session, reply.id), lanes.last_event(session, reply)
        assert (known.state, last.kind, last.data["why"]) == (ReplyState.LOST, "ticket.reply_lost", lanes.GAVE_UP)
        assert staff.kinds().count("ticket.reply_lost") == 1


class TestMirrors:
    def say(self, staff: Staff, text: str = "It is the laptop") -> None:
        """Emma writes."""
        with staff.database.transaction() as session:
            tickets.requester_said(
                session, staff.desk, staff.ticket, text, ts=PLACE[1], channel=PLACE[0], now=staff.clock()
            )

    def change(self, staff: Staff, text: str | None, at: str) -> None:
        """Emma changes what she wrote."""
        with staff.database.transaction() as session:
            mirrors.change(session, staff.ticket.id, origin=PLACE, text=text, at=at, by=EMMA.id, now=staff.clock())

    def says(self, staff: Staff) -> mirrors.Said:
        """What it says now."""
        with staff.database.reading() as session: return mirrors.now_says(session, staff.ticket.id, PLACE, EMMA.id)

    def test_the_newest_edit_counts_in_whatever_order_they_come(self, staff: Staff):
        """And the first text stays in its event."""
        self.say(staff)
        self.change(staff, "second", "30.0")
        self.change(staff, "first", "20.0")
        now = self.says(staff)
        assert (now.text, now.edited, now.deleted, now.known) == ("second", True, False, True)
        with staff.database.reading() as session:
            texts = [one.data.get("text") for one in events.history(session, f"ticket:{staff.ticket.id}")]
        assert "It is the laptop" in texts

    def test_what_was_deleted_is_kept_for_staff(self, staff: Staff):
        """Also when an older edit comes after it."""
        self.say(staff)
        self.change(staff, None, "30.0")
        self.change(staff, "edit", "20.0")
        assert self.says(staff).deleted

    def test_places_are_remembered_once(self, staff: Staff):
        """A second delivery of the same note finds the first."""
        for ts in ("5.0", "5.0"):
            with staff.database.transaction() as session:
                mirrors.remember(session, staff.ticket.id, PLACE, ("C1", ts))
        with staff.database.reading() as session:
            assert mirrors.copies(session, staff.ticket.id, PLACE) == [("C1", "5.0")]

    def test_files_of_the_staff_thread(self, staff: Staff):
        """Each once, the newest first, of this ticket alone."""
        with staff.database.transaction() as session:
            for name in ("a", "b", "a"):
                mirrors.staff_file(session, staff.ticket.id, StaffFile(id=name, name=name), LIAM.id, staff.clock())
        with staff.database.reading() as session:
            assert [file.id for file in mirrors.staff_files(session, staff.ticket.id)] == ["b", "a"]
            assert mirrors.staff_files(session, staff.ticket.id + 1) == []

    def test_a_file_is_brought_across_once_and_no_more_than_ten(self, staff: Staff):
        """However often it is asked for."""
        files = [f"F{n:08}" for n in range(12)]
        for _ in range(2):
            with staff.database.transaction() as session:
                mirrors.bring_files(session, staff.ticket.id, files, by=EMMA.id, now=staff.clock())
        assert [item.payload["file"] for item in staff.waiting(mirrors.COPY)] == files[: mirrors.MOST_FILES]
