"""What is kept of what came of items: people count once, and what they say last; in both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot import conversations
from bot.assistant import Assistant
from bot.assistant.editorial import tallies
from bot.assistant.editorial.facts import HELPED, NOT_HELPED, OPENED, REOPENED, SHOWN, Outcome, outcomes
from bot.assistant.editorial.figures import Figures
from bot.assistant.editorial.health import RECENT
from bot.assistant.editorial.tallies import AGAIN
from bot.assistant.editorial.tallying import TAKEN, Tally
from bot.tables import ConversationRow, TurnRow
from core.db import Database
from core.events import Event
from kb.articles import ARTICLE
from tests.editors import DAY, EDITOR, World
from tests.fakes import FakeClock
from tests.functional.office import at_once
from tests.making import NOW
from tests.statements import asked

VPN = ("article", "vpn")


def one(what: str, person: str = "A", ticket: int = 0, at: timedelta = timedelta()) -> Outcome:
    """Something that came of the article."""
    return Outcome(item=VPN, person=person, what=what, at=NOW + at, ticket=ticket)


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    """A small knowledge base in each database."""
    return World(database, clock)


class TestCounting:
    """What is counted, and how often."""

    def counted(self, database: Database, *found: Outcome, since: timedelta = timedelta()) -> Figures:
        """The article's figures when one outcome comes in after the other, some of them together."""
        for part in (found[:3], found[3:]):
            with database.transaction() as session: tallies.keep(session, part)
        with database.reading() as session: return tallies.counted(session, NOW + since)[VPN]

    def test_each_person_in_one_place(self, database: Database) -> None:
        """Confirmed, assumed, not helped; who has a ticket is none of the assumed."""
        own = self.counted(
            database, one(SHOWN), one(SHOWN), one(SHOWN, "B"), one(SHOWN, "C"), one(SHOWN, "D"), one(SHOWN),
            one(HELPED), one(NOT_HELPED, "B"), one(OPENED, "B", 70), one(OPENED, "D", 71),
        )  # fmt: skip
        assert own == Figures(shown=6, confirmed=1, assumed=1, not_helpful=1, tickets=2, failed=1)
        assert own.judged == 2

    def test_one_failure_a_person(self, database: Database) -> None:
        """Not helped, moved up twice and opened again is one failure of one person, with every ticket told once."""
        own = self.counted(
            database, one(SHOWN), one(NOT_HELPED), one("up:wrong-article", ticket=7), one(REOPENED, ticket=7),
            one("up:wrong-article", ticket=8), one("up:wrong-article", ticket=8), one(REOPENED, ticket=7),
        )  # fmt: skip
        assert (own.not_helpful, own.reopened, own.escalations, own.failed) == (1, 1, {"wrong-article": 2}, 1)
        assert own.score == 0

    def test_a_fix_that_did_not_last(self, database: Database) -> None:
        """Whoever confirmed it and had to come back is not helped."""
        own = self.counted(database, one(HELPED), one(REOPENED, ticket=7))
        assert (own.confirmed, own.failed) == (0, 1)

    def test_what_is_older_does_not_count(self, database: Database) -> None:
        """Neither people nor tickets nor how often it was shown."""
        old = [one(SHOWN), one(NOT_HELPED), one(REOPENED, ticket=7), one(OPENED, ticket=7)]
        assert self.counted(database, *old, one(HELPED, "B", at=DAY), since=DAY) == Figures(confirmed=1)


class TestTakingIn:
    """From events to what is kept."""

    def test_a_ticket_of_before(self, world: World) -> None:
        """A ticket that its conversation had before something was shown there did not come of it."""
        turn = world.shown("A")
        with world.database.reading() as session: talk = session.get_one(TurnRow, turn).conversation_id
        world.clock.advance(timedelta(minutes=-1))
        world.ticket("A", conversation=talk)
        world.clock.advance(timedelta(minutes=1))
        assert world.of().tickets == 0

    def test_a_choice_counts_when_it_is_made(self, world: World) -> None:
        """Whoever is asked back was shown nothing yet; what they choose is shown once, and rated as such."""
        turn = world.shown("A", kind="", slug="")
        with world.database.transaction() as session: session.get_one(TurnRow, turn).trace = {"shown": []}
        with world.database.transaction() as session:
            conversations.show(session, turn, ARTICLE, "valve", by="A", now=world.clock())
        world.say(turn, "A", "helpful")
        assert (world.of("valve").shown, world.of("valve").confirmed) == (1, 1)

    def test_what_older_events_do_not_say(self, world: World) -> None:
        """An event of before that does not tell what was shown: the message itself does."""
        turn = world.shown("A", slug="valve")
        old = Event(kind="turn.answered", subject="conversation:1", actor="A", at=NOW, data={"turn": turn})
        new = Event(kind="turn.answered", subject="conversation:1", actor="A", at=NOW, data={"turn": turn, "shown": []})
        with world.database.reading() as session:
            assert [found.item for found in outcomes(session, [old])] == [(ARTICLE, "valve")]
            assert outcomes(session, [new]) == []

    def test_two_at_once(self, world: World) -> None:
        """Two processes that take in the same events count them once."""
        for person in "ABC": world.rated(person, "helpful")
        world.clock.advance(timedelta(minutes=1))
        other = Assistant(world.use.parts)
        at_once(world.use.health.catch_up, other.health.catch_up)
        assert (world.of().shown, world.of().confirmed) == (3, 3)

    def test_many_events_are_taken_in_bit_by_bit(self, world: World) -> None:
        """A look reads so many, and the next one goes on at once where the first left off."""
        now = world.clock()
        with world.database.transaction() as session:
            session.execute(insert(Event), [
                {"kind": "x", "subject": "x:1", "actor": "x", "at": now, "data": {}} for _ in range(TAKEN * 2)
            ])  # fmt: skip
        world.rated("A", "helpful")
        world.clock.advance(timedelta(minutes=1))
        tally = Tally(world.use.parts)
        seen = []
        while taken := tally.take_in(world.clock()): seen.append(taken)
        assert seen[:2] == [TAKEN, TAKEN]
        assert world.of().confirmed == 1

    def test_few_statements_however_many_events(self, world: World) -> None:
        """What events are about is read a kind at a time."""
        for person in "ABCDEFGH":
            world.rated(person, "not_helpful")
            world.reopened(world.ticket(person), person)
        with world.database.reading() as session:
            events = session.query(Event).order_by(Event.id).all()
            with asked(world.database) as statements: found = outcomes(session, events)
        assert len(found) > 16
        assert len(statements) <= 6


class TestHowMuchIsRead:
    """What an editor's Home and the figures cost, however much there is."""

    def test_the_home_reads_no_messages(self, world: World) -> None:
        """Neither turns nor events nor people; drawn again within a minute, not even the figures."""
        for person in "ABC": world.rated(person, "not_helpful")
        world.settle()
        with asked(world.database) as statements: first = world.use.overviews.of(EDITOR)
        assert [row.slug for row in first.worst] == ["pump"]
        assert not [one for one in statements if any(f" {name}" in one for name in ("turns", "events", "item_people"))]
        with asked(world.database) as statements: assert world.use.overviews.of(EDITOR) == first
        assert not [one for one in statements if " item_figures" in one]
        world.clock.advance(RECENT)
        with asked(world.database) as statements: world.use.overviews.of(EDITOR)
        assert [one for one in statements if " item_figures" in one]

    def test_only_what_changed_is_counted_again(self, world: World) -> None:
        """An item with which nothing has happened keeps its figures, for a day at the most."""
        world.rated("A", "helpful")
        world.rated("A", "helpful", slug="valve")
        world.settle()
        tally = Tally(world.use.parts)
        assert tally.recount(world.clock()) == []
        world.rated("B", "helpful")
        world.clock.advance(timedelta(minutes=1))
        tally.take_in(world.clock())
        assert tally.recount(world.clock()) == [(ARTICLE, "pump")]
        world.clock.advance(AGAIN + DAY)
        assert set(tally.recount(world.clock())) == {(ARTICLE, "pump"), (ARTICLE, "valve")}

    def test_days_fall_out_of_the_figures(self, world: World) -> None:
        """After half a year, what is kept says that nobody was shown it."""
        world.rated("A", "helpful")
        assert world.of().confirmed == 1
        world.clock.advance(182 * DAY)
        assert (world.of().confirmed, world.of().shown) == (0, 0)

    def test_a_person_is_kept_once_an_item(self, world: World) -> None:
        """However often somebody asks, one row is read of them."""
        for _ in range(5): world.rated("A", "helpful")
        world.settle()
        with world.database.reading() as session:
            assert len(session.query(tallies.ItemPersonRow).all()) == 1
            assert len(session.query(ConversationRow).all()) == 5
        assert world.of().shown == 5
