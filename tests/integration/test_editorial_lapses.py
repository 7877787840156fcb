"""Verifications that lapse: on their date, and on what came of an article; once, in both databases."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.assistant import Assistant
from bot.assistant.editorial.lapses import LOOK_EVERY
from core import events
from core.db import Database
from core.events import Event
from kb.articles import ARTICLE
from kb.index import SearchIndex
from kb.tables import ItemRow
from kb.writing import RECIPE
from tests.editors import DAY, EDITOR, PUMP, World
from tests.fakes import FakeClock
from tests.functional.office import at_once
from tests.statements import asked


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    """A small knowledge base in each database."""
    return World(database, clock)


class TestLapses:
    """Verifications that do not hold."""

    def test_on_its_date(self, world):
        """The day after its time it lapses, once; it is still there, says so, and the editors hear of it once."""
        assert world.look() == 0
        world.clock.now = world.clock.now.replace(year=2027, month=1, day=30)
        assert world.look() == 0
        world.clock.advance(DAY)
        assert (world.look(), world.look()) == (1, 0)
        assert [(one.slug, one.lapse) for one in world.use.health.lapsed(EDITOR)] == [("pump", "date")]
        assert [(one["slug"], one["why"], one["person"], one["verified"]) for one in world.news()] == [
            ("pump", "date", "U5", "2026-11-01")
        ]
        quote = world.use.parts.quote("pump", frozenset({"employees"}))
        assert quote is not None
        assert quote.due
        world.clock.advance(DAY)
        assert world.look() == 0

    def test_on_bad_outcomes(self, world):
        """Three people whom it did not help end its verification, two do not; one of them twice is one."""
        for person in ("A", "A", "B"): world.rated(person, "not_helpful")
        assert world.look() == 0
        world.rated("C", "not_helpful")
        assert world.look() == 1
        assert world.use.health.lapsed(EDITOR)[0].lapse == "not_helpful:3"
        with world.database.reading() as session:
            found = session.scalars(select(Event).where(Event.kind == "article.lapsed")).all()
        assert [(one.data["why"], one.data["count"], one.actor) for one in found] == [("not_helpful", 3, "firstline")]

    def test_on_tickets(self, world):
        """One that was opened again after it, or moved up because it is wrong, is enough; other reasons are not."""
        world.escalated(world.ticket("A"), "needs-access")
        assert world.look() == 0
        world.escalated(world.ticket("B"), "wrong-article")
        assert world.look() == 1
        assert world.of().lapse == "wrong:1"
        world.reopened(world.ticket("C", "valve"), "C")
        assert world.look() == 1
        assert world.of("valve").lapse == "reopened:1"

    def test_verifying_ends_it(self, world):
        """Checked again it holds; what was bad before does not count a second time, on the same day either."""
        for round_ in range(2):
            for person in "ABC": world.rated(f"{person}{round_}", "not_helpful")
            assert world.look() == 1
            revision = world.use.parts.kb.history.of(ARTICLE, "pump")[0].number
            world.use.keeping.verify(ARTICLE, "pump", EDITOR, seen_revision=revision)
            assert (world.of().lapsed_at, world.of().lapse) == (None, "")
            assert world.look() == 0
        assert len(world.news()) == 2

    def test_an_import_verifies_nothing(self, world, tmp_path: Path):
        """The same file imported again is not looked at by anybody: what has lapsed stays so."""
        for person in "ABC": world.rated(person, "not_helpful")
        assert world.look() == 1
        (tmp_path / "pump.md").write_text(PUMP, encoding="utf-8")
        report = world.use.parts.kb.import_folders(tmp_path, None)
        assert (report.same, world.of().lapse, world.look()) == (["pump"], "not_helpful:3", 0)

    def test_several_processes(self, world):
        """Two that look at once note a lapse once, and tell it once."""
        for person in "ABC": world.rated(person, "not_helpful")
        world.clock.advance(LOOK_EVERY)
        other = Assistant(world.use.parts)
        assert sorted(at_once(world.use.health.look, other.health.look)) == [0, 1]
        assert len(world.news()) == 1

    def test_what_the_desk_file_says(self, world):
        """Limits and codes are the company's; 0 counts for nothing; without a channel nobody is told."""
        rules = {"not_helpful": 1, "reopened": 0, "wrong": 1, "codes": ["needs-access"]}
        desk = world.use.parts.desk
        lapse = type(desk.lapse).model_validate(rules)
        world.use = Assistant(replace(
            world.use.parts, desk=desk.model_copy(update={"lapse": lapse, "editors_channel": ""})
        ))
        world.reopened(world.ticket("A"), "A")
        assert world.look() == 0
        world.escalated(world.ticket("B"), "needs-access")
        world.rated("C", "not_helpful", slug="valve")
        assert world.look() == 2
        assert [one.slug for one in world.use.health.lapsed(EDITOR)] == ["pump", "valve"]
        assert world.news() == []

    def test_drafts_and_retired_ones_do_not_lapse(self, world):
        """What is not published has nothing to lapse; recipes have no verification."""
        for person in "ABC": world.rated(person, "not_helpful", kind=RECIPE, slug="mend")
        for person in "ABC": world.rated(person, "not_helpful")
        world.use.parts.kb.retire(ARTICLE, "pump", by="U5")
        assert world.look() == 0

    def test_a_quiet_look_counts_nothing(self, world):
        """Where nothing has happened since with any item, a look reads some marks, and neither items nor people."""
        world.rated("A", "helpful")
        assert (world.look(), world.look()) == (0, 0)
        with world.database.transaction() as session:
            events.record(session, "x", "x:1", actor="x", at=world.clock())
        with asked(world.database) as statements: assert world.look() == 0
        assert not [one for one in statements if " kb_items" in one or " item_people" in one or " turns" in one]
        world.rated("B", "helpful")
        with asked(world.database) as statements: assert world.look() == 0
        assert [one for one in statements if " item_people" in one]


def test_a_lapse_changes_no_answer(world):
    """What lapsed is found and quoted word for word as before, and the index is not built anew for it."""
    before = world.use.parts.kb.index()
    words = world.use.parts.quote("pump", frozenset({"employees"})).parts
    for person in "ABC": world.rated(person, "not_helpful")
    assert world.look() == 1
    after: SearchIndex = world.use.parts.kb.index()
    assert after is before
    quote = world.use.parts.quote("pump", frozenset({"employees"}))
    assert (quote.parts, quote.due, quote.verified) == (words, True, date(2026, 11, 1))
    with world.database.reading() as session:
        assert session.scalar(select(ItemRow.lapse).where(ItemRow.slug == "pump")) == "not_helpful:3"
