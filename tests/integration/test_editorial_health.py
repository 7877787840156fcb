"""How articles do, counted over what really happened, in both databases; for editors alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest

from bot import conversations
from bot.assistant import Assistant
from core.db import Database
from core.errors import BadInput, NotAllowed, NotFound
from core.people import Person
from kb import runs
from kb.articles import ARTICLE, RUNBOOK
from kb.cookbook import Book, End, Recipe, begin, leave, parse_recipe
from kb.runs import Start
from kb.writing import RECIPE
from tests.editors import ADMIN, DAY, EDITOR, EMMA, FIX, LIAM, MARCUS, World
from tests.fakes import FakeClock


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    """A small knowledge base in each database."""
    return World(database, clock)


class TestFigures:
    """What is counted."""

    def test_people_count_once(self, world):
        """Whoever rates twice counts once, with the last word, on the same answer and on a later one."""
        turn = world.shown("A")
        world.say(turn, "A", "not_helpful")
        world.say(turn, "A", "helpful")
        world.rated("B", "helpful")
        world.rated("B", "not_helpful")
        world.shown("C")
        own = world.of()
        assert (own.shown, own.confirmed, own.not_helpful, own.assumed) == (4, 1, 1, 1)
        assert own.why == "Helped 1 of the 2 people who were heard of."
        assert world.of("valve").score is None

    def test_tickets(self, world):
        """Tickets that came of it, moved up and were opened again after it, each once; what was only found has none."""
        turn = world.shown("A")
        with world.database.reading() as session: talk = conversations.turn(session, turn).conversation_id
        ticket = world.ticket("A", conversation=talk)
        world.reopened(ticket, "A")
        other = world.ticket("B")
        world.escalated(other, "followed-but-failed")
        own = world.of()
        assert (own.tickets, own.reopened, dict(own.escalations)) == (1, 1, {"followed-but-failed": 1})
        assert (own.assumed, own.score) == (0, 0)
        assert world.of("valve").reopened == 0
        assert world.of("mend", RECIPE).reopened == 1

    def test_what_documents_a_fix(self, world):
        """A ticket that was resolved with an article named, and opened again, counts for that article, too."""
        world.reopened(world.ticket("A"), "A", "article:valve")
        world.reopened(world.ticket("B"), "B", "no: a one-off")
        assert (world.of("valve").reopened, world.of("pump").reopened) == (1, 2)

    def test_recipes_and_run_books(self, world):
        """A run that its person confirmed counts, one that came back does not; a run-book is judged by staff."""
        book = Book(recipes={"mend": cast("Recipe", parse_recipe("mend.yaml", FIX))})
        first = begin(book, "mend")
        for owner in ("A", "B"):
            with world.database.transaction() as session:
                start = Start(owner=owner, conversation_id=1, revisions={"mend": 1})
                run = runs.begin(session, book, first, start, world.clock())
                runs.move(session, run, book, leave(book, first, End.SOLVED), seen=0, now=world.clock(), by=owner)
                session.refresh(run)
                if owner == "B": runs.came_back(session, run, world.clock())
        own = world.of("mend", RECIPE)
        assert (own.confirmed, own.not_helpful) == (1, 1)
        world.use.runbooks.not_helpful("orders", LIAM, 0)
        assert world.of("orders", RUNBOOK).not_helpful == 1

    def test_only_the_window(self, world):
        """What is older than the days asked for does not count."""
        world.rated("A", "helpful")
        world.settle()
        world.clock.advance(31 * DAY)
        assert [one.shown for one in world.use.health.listed(EDITOR, by="shown", days=30)] == [0] * 4
        assert world.use.health.listed(EDITOR, by="shown", days=40)[0].slug == "pump"

    def test_orders(self, world):
        """The worst first is what is surely bad: three of three before one of one, and both before what is unknown."""
        for person in "ABC": world.rated(person, "not_helpful")
        world.rated("A", "not_helpful", slug="valve")
        world.settle()
        assert [one.slug for one in world.use.health.listed(EDITOR)][:2] == ["pump", "valve"]
        with pytest.raises(BadInput, match="no such order"): world.use.health.listed(EDITOR, by="colour")
        with pytest.raises(NotFound): world.of("none")


class TestRoles:
    """Figures are for editors."""

    CALLS: tuple[tuple[str, Callable[[Assistant, Person], object]], ...] = (
        ("listed", lambda use, who: use.health.listed(who)),
        ("of", lambda use, who: use.health.of(ARTICLE, "pump", who)),
        ("lapsed", lambda use, who: use.health.lapsed(who)),
        ("unread", lambda use, who: use.health.unread(who)),
        ("alike", lambda use, who: use.health.alike(who)),
        ("collisions", lambda use, who: use.health.collisions(who)),
        ("picture", lambda use, who: use.health.picture(who)),
        ("dead links", lambda use, who: use.health.dead_links(who)),
        ("web links", lambda use, who: use.health.web_links(who)),
    )

    def test_each_call_with_each_role(self, world):
        """Editors and admins may; employees, agents and managers may not, nor do they learn what there is."""
        for _, call in self.CALLS:
            for person in (EDITOR, ADMIN): call(world.use, person)
            for person in (EMMA, LIAM, replace(LIAM, level=3), MARCUS):
                with pytest.raises(NotAllowed, match="Your roles do not let you"): call(world.use, person)
        with pytest.raises(NotAllowed): world.use.health.of(ARTICLE, "none", EMMA)


