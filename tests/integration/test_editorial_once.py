"""What is worked out once for many who look, and what a publish does not look for; in both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from bot import asked as questions
from bot.assistant.editorial.colliding import Colliding, Collisions
from bot.assistant.editorial.health import COLLISIONS_FOR
from core.db import Database
from kb.articles import ARTICLE
from kb.writing import Draft, article_draft
from tests.editors import EDITOR, World
from tests.fakes import FakeClock
from tests.statements import asked

NEW = "---\ntitle: The kiln\n---\nLet it cool.\n"


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    """A small knowledge base in each database."""
    return World(database, clock)


class TestCollisions:
    """The map of who takes whose questions."""

    @pytest.fixture
    def made(self, monkeypatch: pytest.MonkeyPatch) -> list[Collisions]:
        """Every map that was really worked out."""
        maps: list[Collisions] = []
        real = Colliding.collisions

        def counting(own: Colliding) -> Collisions:
            maps.append(real(own))
            return maps[-1]

        monkeypatch.setattr(Colliding, "collisions", counting)
        return maps

    def test_once_a_change(self, world: World, made: list[Any]) -> None:
        """Messages that come in change nothing for some minutes; what is published does at once."""
        look = world.use.health
        look.collisions(EDITOR)
        world.shown("A")
        look.picture(EDITOR)
        assert len(made) == 1
        world.publish(article_draft("kiln.md", NEW))
        assert look.collisions(EDITOR) is look.collisions(EDITOR)
        assert len(made) == 2
        world.clock.advance(COLLISIONS_FOR)
        look.collisions(EDITOR)
        assert len(made) == 3

    def test_one_at_a_time(self, world: World, made: list[Any]) -> None:
        """Several who look at once wait for one map, and get the same."""
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _: world.use.health.collisions(EDITOR), range(4)))
        assert len(made) == 1
        assert all(one is made[0] for one in found)


class TestLosses:
    """Confirmed answers that a change would lose."""

    def test_what_is_not_published_loses_nothing(self, world: World) -> None:
        """For a first revision, and for what is retired, no message is read."""
        world.rated("A", "helpful")
        world.use.parts.kb.retire(ARTICLE, "pump", by="U5")
        for slug in ("pump", "kiln"):
            draft = article_draft(f"{slug}.md", NEW)
            assert isinstance(draft, Draft)
            with asked(world.database) as statements: assert world.use.rehearsing.losses(ARTICLE, slug, draft) == ()
            assert not [one for one in statements if " turns" in one]

    def test_the_newest_are_looked_at(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """However many answers helped, a publish reads so many of them; older ones are left alone."""
        monkeypatch.setattr(questions, "SEARCHED", 2)
        for slug in ("valve", "pump", "pump"):
            world.rated("A", "helpful", slug=slug)
            world.clock.advance(timedelta(minutes=1))
        with world.database.transaction() as session:
            for row in session.query(questions.TurnRow): row.trace = {**row.trace, "prediction": {"intent": "x"}}
        with world.database.reading() as session:
            seen = [
                questions.confirmed(session, ARTICLE, slug, 10, lambda *_: frozenset({"employees"}))
                for slug in ("pump", "valve")
            ]
        assert [[one.times for one in found] for found in seen] == [[2], []]
