"""What came of recipes, counted over real runs."""

from datetime import timedelta

import pytest

from core.db import Database
from kb import runs
from kb.cookbook import Book, End, Recipe, begin, leave, parse_recipe
from kb.outcomes import Outcomes, outcomes, together
from kb.runs import Start
from kb.tables import RunRow
from tests.commandline import runner
from tests.fakes import FakeClock

TEXT = "title: A\ntriggers: [a]\nstart: a\nsteps: {a: {say: a, choices: {x: solved}}}\n"
DAY = timedelta(days=1)


def book(*slugs: str) -> Book:
    """Recipes with one step each."""
    found = {slug: parse_recipe(f"{slug}.yaml", TEXT) for slug in slugs}
    return Book(recipes={slug: recipe for slug, recipe in found.items() if isinstance(recipe, Recipe)})


BOOK = book("vpn", "wifi")


def ran(database: Database, clock: FakeClock, slug: str, end: End | None = None, *, back: bool = False) -> None:
    """A run that ended in a way, and perhaps came back."""
    first = begin(BOOK, slug)
    with database.transaction() as session:
        start = Start(owner="U1", conversation_id=1, revisions={slug: 1})
        run = runs.begin(session, BOOK, first, start, clock())
        if end: assert runs.move(session, run, BOOK, leave(BOOK, first, end), seen=0, now=clock(), by="U1")
        session.refresh(run)
        if back: assert runs.came_back(session, run, clock())


def counted(database: Database, days: int | None = None, clock: FakeClock | None = None) -> list[Outcomes]:
    """The outcomes now."""
    since = clock() - days * DAY if days and clock else None
    with database.reading() as session: return outcomes(session, since)


class TestCounts:
    """Each run counts in one place."""

    def test_each(self, database, clock):
        """Every way to end has its count; what came back is no success any more; recipes are counted apart."""
        for end in (*End, None, End.SOLVED, End.SOLVED): ran(database, clock, "vpn", end)
        ran(database, clock, "vpn", End.SOLVED, back=True)
        ran(database, clock, "vpn", End.ARTICLE, back=True)
        ran(database, clock, "wifi")
        vpn, wifi = counted(database)
        assert vpn == Outcomes(
            recipe="vpn", begun=10, confirmed=3, assumed=1, handed_off=1, stopped=1, abandoned=1, came_back=2, running=1
        )
        assert (vpn.ended, vpn.share_confirmed, vpn.share_handled) == (9, pytest.approx(3 / 9), pytest.approx(4 / 9))
        assert wifi == Outcomes(recipe="wifi", begun=1, running=1)
        assert (wifi.share_confirmed, wifi.share_handled) == (None, None)

    def test_nothing_is_counted_twice_or_lost(self, database, clock):
        """All counts together are the runs that were begun."""
        for end in (*End, None):
            for slug in ("vpn", "wifi"): ran(database, clock, slug, end, back=end is End.SOLVED)
        every = together(counted(database))
        assert every.begun == 12
        assert every.begun == sum((every.confirmed, every.assumed, every.handed_off, every.stopped, every.abandoned,
                                   every.came_back, every.running))  # fmt: skip

    def test_since(self, database, clock):
        """Runs that began before the time asked for are left out; the moment itself is in."""
        ran(database, clock, "vpn", End.SOLVED)
        clock.advance(30 * DAY)
        ran(database, clock, "vpn", End.HANDOFF)
        assert [row.begun for row in counted(database, 30, clock)] == [2]
        assert [row.handed_off for row in counted(database, 29, clock)] == [1]

    def test_none(self, database):
        """Before the first run there is nothing, and nothing to divide by."""
        assert counted(database) == []
        assert together([]) == Outcomes(recipe="all")
        assert together([]).share_handled is None


def test_the_command(sqlite_database, tmp_path):
    """It tells a line for each recipe and one for all, or JSON; with nothing begun it says so."""
    run, url = runner(tmp_path), f"sqlite:///{tmp_path / 'firstline.db'}"
    assert run("cookbook", "outcomes", FIRSTLINE_DATABASE_URL=url).out == "No recipe was begun.\n"
    for end in (End.SOLVED, End.SOLVED, End.ARTICLE, End.HANDOFF, None): ran(sqlite_database, FakeClock(), "vpn", end)
    told = run("cookbook", "outcomes", FIRSTLINE_DATABASE_URL=url).out.splitlines()
    assert " ".join(told[0].split()) == "begun confirmed assumed handed off stopped abandoned came back running handled"
    assert [" ".join(line.split()) for line in told[1:3]] == ["vpn 5 2 1 1 0 0 0 1 50 to 75 %",
                                                              "all 5 2 1 1 0 0 0 1 50 to 75 %"]  # fmt: skip
    rows = run("cookbook", "outcomes", "--json", FIRSTLINE_DATABASE_URL=url).json
    assert [(row["recipe"], row["share_confirmed"], row["share_handled"]) for row in rows] == [
        ("vpn", 0.5, 0.75), ("all", 0.5, 0.75),
    ]  # fmt: skip
    with sqlite_database.transaction() as session: session.query(RunRow).delete()
    assert run("cookbook", "outcomes", "--days", "30", "--json", FIRSTLINE_DATABASE_URL=url).json[0]["begun"] == 0
