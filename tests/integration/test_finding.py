"""Finding tickets on a real database: one's own, the queues, by words."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import people
from core.db import Database
from core.people import Person, Role
from handoff import ending, finding, ladder, relating, tickets, working
from handoff.brief import Brief
from handoff.desk import Desk, load_desk
from handoff.finding import Show, Wanted
from handoff.tickets import Kind, NewTicket, State, Ticket
from tests.fakes import FakeClock

EMMA = Person(id="U1", name="Emma Larsen", email="emma@x.example")
NOOR = Person(id="U5", name="Noor Haddad", email="noor@x.example")
LIAM = Person(id="U2", name="Liam Okafor", roles=frozenset({Role.AGENT}), level=2)
PRIYA = Person(id="U3", name="Priya Nair", roles=frozenset({Role.AGENT}), level=3)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


class House:
    """A desk at work on a database."""

    def __init__(self, database: Database, desk: Desk, clock: FakeClock) -> None:
        self.database, self.desk, self.clock = database, desk, clock
        with database.transaction() as session:
            for one in (EMMA, NOOR, LIAM, PRIYA): people.save(session, one, clock())

    def opens(self, text: str = "vpn is down", by: Person = EMMA, urgency: Any = "medium") -> Ticket:
        """A new ticket."""
        brief = Brief(asked=(text,), reason="asked")
        new = NewTicket(
            kind=Kind.INCIDENT, requester=by.id, category="other", impact="low", urgency=urgency, brief=brief
        )
        with self.database.transaction() as session:
            return tickets.open_ticket(session, self.desk, new, by=by.id, now=self.clock())

    def does(self, act: Any, ticket: Ticket, **given: Any) -> Any:
        """One change of a ticket."""
        with self.database.transaction() as session:
            return act(session, self.desk, ticket.id, now=self.clock(), **given)

    def resolves(self, ticket: Ticket) -> None:
        """Liam resolves it."""
        self.does(ending.resolve, ticket, seen_tier=2, code="fixed", note="Done.", by=LIAM)

    def finds(self, **wanted: Any) -> list[str]:
        """The summaries of what a search brings up."""
        with self.database.reading() as session: page = finding.search(session, Wanted(**wanted))
        return [one.summary for one in page.tickets]

    def queue(self, person: Person, show: Show = Show.ALL, **place: Any) -> finding.Page:
        """What somebody sees of the queues."""
        with self.database.reading() as session: return finding.queue(session, person, show, self.clock(), **place)

    def own(self, person: Person, **place: Any) -> finding.Page:
        """A person's own tickets."""
        with self.database.reading() as session:
            return finding.own(session, person.id, self.clock() - 14 * DAY, **place)


@pytest.fixture
def house(database: Database, desk: Desk, clock: FakeClock) -> House:
    """A desk with four people."""
    return House(database, desk, clock)


class TestOwn:
    def test_open_ones_come_first_and_what_is_long_over_is_left_out(self, house: House) -> None:
        """The most urgent of the open ones leads; two weeks after its end a ticket is no longer listed."""
        old, done = house.opens("old"), house.opens("done")
        house.resolves(old)
        house.clock.advance(15 * DAY)
        house.resolves(done)
        calm, urgent = house.opens("calm", urgency="low"), house.opens("urgent", urgency="high")
        house.opens("somebody else's", by=NOOR)
        assert [one.id for one in house.own(EMMA).tickets] == [urgent.id, calm.id, done.id]

    def test_a_merged_one_is_open_as_long_as_the_other(self, house: House) -> None:
        """Its requester waits for that one."""
        mine, theirs = house.opens("mine"), house.opens("theirs", by=NOOR)
        with house.database.transaction() as session:
            relating.merge(session, house.desk, mine.id, theirs.id, by=LIAM, now=house.clock())
        house.clock.advance(20 * DAY)
        assert [one.number for one in house.own(EMMA).tickets] == [mine.number]
        house.resolves(theirs)
        house.clock.advance(20 * DAY)
        assert house.own(EMMA).total == 0

    def test_pages(self, house: House) -> None:
        """Each ticket is on one page; a page after the last one is the last one."""
        made = {house.opens(f"no {n}").id for n in range(7)}
        first, second, beyond = (house.own(EMMA, first=n, limit=5) for n in (0, 5, 500))
        assert (len(first.tickets), first.more, len(second.tickets), second.more) == (5, 2, 2, 0)
        assert {one.id for one in (*first.tickets, *second.tickets)} == made
        assert beyond == second


class TestQueue:
    def test_what_breaches_first_is_on_top_and_what_stands_below(self, house: House) -> None:
        """A paused ticket breaks no promise."""
        calm, urgent, rests = house.opens(urgency="low"), house.opens(urgency="high"), house.opens(urgency="high")
        house.does(working.hold, rests, until=house.clock() + DAY, note="The part comes.", by=LIAM)
        assert [one.id for one in house.queue(LIAM).tickets] == [urgent.id, calm.id, rests.id]

    def test_tiers_above_come_last(self, house: House) -> None:
        """Liam sees what he may work on first; Priya sees all by its time."""
        up, here = house.opens(urgency="high"), house.opens(urgency="low")
        facts = {"seen_tier": 2, "reason": "needs-access", "note": "", "reviewed": True, "by": LIAM}
        house.does(ladder.escalate, up, **facts)
        assert [one.id for one in house.queue(LIAM).tickets] == [here.id, up.id]
        assert {one.id for one in house.queue(PRIYA, Show.TIER).tickets} == {up.id}
        assert {one.id for one in house.queue(LIAM, Show.TIER).tickets} == {here.id}

    def test_each_kind_of_look_shows_what_it_counts(self, house: House) -> None:
        """All, mine, late, waiting; what is over is in none."""
        mine, rests, over = house.opens(), house.opens(), house.opens()
        house.does(working.claim, mine, by=LIAM)
        house.does(working.hold, rests, until=house.clock() + 60 * DAY, note="The part comes.", by=LIAM)
        house.resolves(over)
        house.clock.advance(30 * DAY)
        with house.database.reading() as session: counted = finding.counts(session, LIAM, house.clock())
        assert counted == {Show.ALL: 2, Show.MINE: 1, Show.TIER: 2, Show.LATE: 1, Show.WAITING: 1}
        assert {show: house.queue(LIAM, show).total for show in Show} == counted
        with house.database.reading() as session: assert sum(finding.by_queue(session).values()) == 2

    def test_where_a_card_stands(self, house: House) -> None:
        """Only the place in the channel of its present queue counts."""
        ticket = house.opens()
        here = house.desk.queue(ticket.queue).channel
        with house.database.transaction() as session:
            tickets.stands_at(session, ticket.id, queue_channel="elsewhere", channel="C9", ts="9.9")
            tickets.stands_at(session, ticket.id, queue_channel=here, channel="C1", ts="1.5")
        with house.database.reading() as session: places = finding.cards(session, house.desk, [ticket])
        assert {one: (place.channel, place.ts) for one, place in places.items()} == {ticket.id: ("C1", "1.5")}


class TestSearch:
    def test_every_word_counts(self, house: House) -> None:
        """In any case and order, as parts of words."""
        house.opens("VPN drops in Lisbon")
        house.opens("vpn client asks twice")
        assert house.finds(words=("lisb", "vpn")) == ["VPN drops in Lisbon"]
        assert house.finds(words=("printer",)) == []

    @pytest.mark.parametrize("sign", ["%", "_", "\\", "'", "100%_"])
    def test_signs_mean_themselves(self, house: House, sign: str) -> None:
        """A per cent sign is no joker."""
        house.opens("vpn is down")
        house.opens(f"disk at {sign}")
        assert house.finds(words=(sign,)) == [f"disk at {sign}"]

    @pytest.mark.parametrize("form", ["{0}", "inc-{1}", "INC-{1}", "{1}"])
    def test_numbers(self, house: House, form: str) -> None:
        """With or without leading zeros, in any case."""
        house.opens("first")
        wanted = house.opens("second")
        assert house.finds(words=(form.format(wanted.number, int(wanted.number[4:])),)) == ["second"]

    def test_states_and_people(self, house: House) -> None:
        """Somebody is found as requester and as assignee; several people must all have to do with it."""
        taken = house.opens("taken")
        house.opens("waits", by=NOOR)
        house.does(working.claim, taken, by=LIAM)
        assert house.finds(states=frozenset({State.NEW})) == ["waits"]
        assert house.finds(people=(frozenset({EMMA.id}),)) == ["taken"]
        assert house.finds(people=(frozenset({EMMA.id}), frozenset({LIAM.id}))) == ["taken"]
        assert house.finds(people=(frozenset({NOOR.id}), frozenset({LIAM.id}))) == []
        assert house.finds(people=(frozenset(),)) == []
        assert house.finds(requester=NOOR.id) == ["waits"]

    def test_names(self, house: House) -> None:
        """A first name, a last name, the beginning of an address; not any letters of it."""
        with house.database.reading() as session:
            found = {name: finding.people_called(session, name) for name in ("emma", "LARSEN", "noor@x", "arse", "%")}
        assert found == {
            "emma": {"U1"}, "LARSEN": {"U1"}, "noor@x": {"U5"}, "arse": frozenset(), "%": frozenset(),
        }  # fmt: skip
