"""What is read, what says the same, who takes whose questions, and where links lead; in both databases."""


import pytest

from bot.assistant.editorial.health import UNREAD_AFTER
from core.db import Database
from kb.articles import ARTICLE
from kb.writing import article_draft
from tests.editors import DAY, EDITOR, PUMP, World
from tests.fakes import FakeClock


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    """A small knowledge base in each database."""
    return World(database, clock)


class TestReads:
    """What is read on the web."""

    def test_counted_a_day(self, world):
        """Each read counts once; of an item that is not there nothing is kept."""
        for _ in range(3): world.use.parts.kb.reads.note(ARTICLE, "pump")
        world.use.parts.kb.reads.note(ARTICLE, "none")
        world.clock.advance(DAY)
        world.use.parts.kb.reads.note(ARTICLE, "pump")
        assert (world.of().reads, world.of("valve").reads) == (4, 0)

    def test_unread(self, world):
        """Published long ago, and neither read nor shown since; what is new has time yet."""
        assert world.use.health.unread(EDITOR) == []
        world.clock.advance(UNREAD_AFTER)
        world.publish(article_draft("new.md", "---\ntitle: New\n---\nText.\n"))
        assert [one.slug for one in world.use.health.unread(EDITOR)] == ["pump", "valve"]
        world.shown(slug="valve")
        world.use.parts.kb.reads.note(ARTICLE, "pump")
        world.settle()
        assert world.use.health.unread(EDITOR) == []
        world.clock.advance(UNREAD_AFTER + DAY)
        assert [one.slug for one in world.use.health.unread(EDITOR)] == ["new", "pump", "valve"]


class TestBesideEachOther:
    """Likeness, collisions, links."""

    def test_near_duplicates(self, world):
        """The same article under another name is found, with what both say; a change of it is seen at once."""
        assert world.use.health.alike(EDITOR) == []
        world.publish(article_draft("pump-2.md", PUMP.replace("The pump", "The pumps")))
        found = world.use.health.alike(EDITOR)
        assert [(one.first.slug, one.second.slug) for one in found] == [("pump", "pump-2")]
        assert len(found[0].repeated) == 1
        world.use.parts.kb.retire(ARTICLE, "pump-2", by="U5")
        assert world.use.health.alike(EDITOR) == []

    def test_a_stolen_name(self, world):
        """An alias that another article answers is told with whose it is; the picture shows both."""
        world.publish(article_draft("handle.md", "---\ntitle: Valve handle\n---\nvalve handle\n"))
        found = world.use.health.collisions(EDITOR)
        met = {(one.first.slug, one.second.slug): one for one in found.pairs}
        assert "valve handle" in [one.text for one in met["valve", "handle"].questions]
        assert found.names == 8
        assert "Valve handle" in world.use.health.picture(EDITOR)

    def test_a_confirmed_question_that_another_answers(self, world):
        """A question that an article once answered well, and that finds another one now, is taken."""
        world.rated("U1", "helpful", slug="valve", text="wet pump how do I dry it")
        found = world.use.health.collisions(EDITOR)
        pair = next(one for one in found.pairs if (one.first.slug, one.second.slug) == ("valve", "pump"))
        first = pair.questions[0]
        assert (first.source, first.taken, first.text) == ("confirmed", True, "wet pump how do I dry it")
        assert (pair.taken, found.asked) == (1, 1)

    def test_what_others_may_not_read_takes_nothing(self, world):
        """A staff article with the same name takes no question from what everybody reads; theirs may be taken."""
        world.publish(article_draft("secret.md", "---\ntitle: Wet pump\naudience: staff\n---\nwet pump\n"))
        pairs = {(one.first.slug, one.second.slug) for one in world.use.health.collisions(EDITOR).pairs}
        assert ("pump", "secret") not in pairs
        assert ("secret", "pump") in pairs

    def test_dead_links(self, world):
        """A place that is not on the page, and a page that is not there; one that was retired is told as such."""
        assert [(one.target, one.why, one.line) for one in world.use.health.dead_links(EDITOR)] == [
            ("valve.md#gone", "anchor", 1), ("none.md", "nothing", 1)
        ]
        world.use.parts.kb.retire(ARTICLE, "valve", by="U5")
        assert world.use.health.dead_links(EDITOR)[0].why == "retired"

    def test_web_links(self, world):
        """Each address once, with everything that links to it."""
        for slug in ("a", "b"):
            body = "See <https://x.example/a#top> and [it](https://x.example/a)."
            world.publish(article_draft(f"{slug}.md", f"---\ntitle: {slug}\n---\n{body}\n"))
        found = world.use.health.web_links(EDITOR)
        linking = [(one.address, [slug for _, slug, _ in one.items]) for one in found]
        assert linking == [("https://x.example/a", ["a", "b"])]
