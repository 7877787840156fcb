"""Runs in the database: what is kept, who wins, and what has to be looked after."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.db import Database
from core.encoder import HashingEncoder
from core.errors import NotFound
from core.events import Event
from kb import cookbook, runs
from kb.books import Books
from kb.cookbook import OVER, Book, End, Progress, Recipe, advance, back, begin, leave, parse_recipe
from kb.service import KnowledgeBase
from kb.tables import RunRow
from kb.writing import Draft, recipe_draft
from tests.fakes import FakeClock
from tests.recipes import books, some_answer

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TEXT = """title: It is slow
triggers: [it is slow]
start: a
steps:
  a: {say: "Restart it. Better?", choices: {"Yes": solved, "No": w}}
  w: {say: Leave it on., wait: 10m, next: b}
  b: {say: "And now?", choices: {"Yes": solved, "No": handoff}}
"""

INNER = "title: Deep\ntriggers: [deep]\nstart: i\nsteps:\n  i: {say: Deep., choices: {Ok: solved, Nope: handoff}}\n"
OUTER = """title: It is slow
triggers: [it is slow]
start: a
steps:
  a: {say: "Restart it. Better?", choices: {"Yes": solved, "No": w}}
  w: {recipe: inner, on: {solved: b}}
  b: {say: "And now?", choices: {"Yes": solved, "No": handoff}}
"""


def parsed(text: str = TEXT, slug: str = "slow") -> Recipe:
    """A sound recipe."""
    recipe = parse_recipe(f"{slug}.yaml", text)
    assert isinstance(recipe, Recipe), recipe
    return recipe


BOOK = Book(recipes={"slow": parsed()})


def start(book: Book = BOOK) -> runs.Start:
    """Somebody who begins."""
    return runs.Start(owner="U1", conversation_id=7, revisions=dict.fromkeys(book.recipes, 3))


def begun(database: Database, clock: FakeClock, book: Book = BOOK, slug: str = "slow") -> int:
    """A run that was just begun."""
    with database.transaction() as session:
        return runs.begin(session, book, begin(book, slug), start(book), clock()).id


def run_of(database: Database, run_id: int) -> RunRow:
    """A run as it is kept."""
    with database.reading() as session:
        run = runs.get(session, run_id)
        assert run
        return run


def taken(database: Database, clock: FakeClock, run_id: int, progress: Progress, *, seen: int | None = None) -> bool:
    """Whether a run was taken to a place."""
    with database.transaction() as session:
        run = runs.get(session, run_id)
        assert run
        at = run.seen if seen is None else seen
        return runs.move(session, run, BOOK, progress, seen=at, now=clock(), by="U1")


def answered(database: Database, clock: FakeClock, run_id: int, *answers: str) -> Progress:
    """A run after these answers."""
    for answer in answers:
        assert taken(database, clock, run_id, advance(BOOK, runs.progress_of(run_of(database, run_id)), answer))
    return runs.progress_of(run_of(database, run_id))


class TestKept:
    """What is kept of a run."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(book=books(), dice=st.randoms(use_true_random=False), known=st.dictionaries(
        st.sampled_from(["platform", "goal"]), st.text(st.characters(exclude_characters="\0", codec="utf-8"))
    ))  # fmt: skip
    def test_everything(self, database, clock, book: Book, dice: random.Random, known: dict[str, str]):
        """Wherever a run stands, what is read again is what was written: on both databases, after every move."""
        progress = begin(book, "r0", known)
        with database.transaction() as session:
            run = runs.begin(session, book, progress, start(book), clock())
            for _ in range(dice.randrange(10)):
                session.expire(run)
                assert runs.progress_of(run) == progress
                assert runs.revisions(run) == dict.fromkeys(book.recipes, 3)
                if progress.end: break
                before, answer = progress, some_answer(book, progress, dice)
                progress = advance(book, progress, answer, at=clock().isoformat(), results={"found": "ü 2"}, note="n")
                assert runs.move(session, run, book, progress, seen=before.seen, now=clock(), by="U1")

    def test_events(self, database, clock):
        """Each move is an event that names who did it, at which step, and what came of it."""
        run_id = begun(database, clock)
        answered(database, clock, run_id, "No", OVER, "Yes")
        with database.reading() as session:
            rows = session.scalars(select(Event).where(Event.subject == f"run:{run_id}").order_by(Event.id))
            told = [(row.kind, row.data.get("step"), row.data.get("answer"), row.data.get("end")) for row in rows]
        assert told == [
            ("run.began", None, None, None), ("run.moved", "a", "No", ""), ("run.moved", "w", "over", ""),
            ("run.moved", "b", "Yes", "solved"),
        ]  # fmt: skip

    def test_an_older_run(self, database, clock):
        """A run that was kept before recipes could hold others is read with what it has."""
        with database.transaction() as session:
            row = RunRow(
                recipe="slow", revision=2, owner="U1", conversation_id=7, seen=1, started_at=clock(), moved_at=clock(),
                progress={"step": "b", "answers": {}, "end": "", "article": "",
                          "trail": [{"step": "a", "said": "Restart it.", "answer": "No"}]},
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.expire(row)
            progress = runs.progress_of(row)
            assert runs.revisions(row) == {"slow": 2}
        assert (progress.root, progress.recipe, progress.step, progress.seen) == ("slow", "slow", "b", 1)
        assert advance(BOOK, progress, "Yes").end is End.SOLVED

    def test_of_a_conversation(self, database, clock):
        """A conversation's runs are in their order; it is in the newest one that has not ended."""
        first, second, third = (begun(database, clock) for _ in range(3))
        answered(database, clock, third, "Yes")
        with database.reading() as session:
            assert [run.id for run in runs.of_conversation(session, 7)] == [first, second, third]
            current = runs.current(session, 7)
            assert current
            assert current.id == second
            assert runs.current(session, 8) is None


class TestMoves:
    """Who moves a run."""

    def test_a_stale_move(self, database, clock):
        """A move that was drawn for an earlier state changes nothing, and so does one after the end."""
        run_id = begun(database, clock)
        there = answered(database, clock, run_id, "No")
        assert not taken(database, clock, run_id, advance(BOOK, begin(BOOK, "slow"), "Yes"), seen=0)
        assert runs.progress_of(run_of(database, run_id)) == there
        answered(database, clock, run_id, OVER, "No")
        assert not taken(database, clock, run_id, leave(BOOK, there, End.STOPPED))
        assert run_of(database, run_id).end == End.HANDOFF

    @pytest.mark.parametrize("count", [2, 6])
    def test_several_at_once(self, database, clock, count):
        """Of several who move a run at once one wins; the others are told, and nothing is done twice."""
        run_id, gate = begun(database, clock), threading.Barrier(count)

        def click(number: int) -> bool:
            with database.reading() as session: seen = runs.progress_of(session.get_one(RunRow, run_id))
            gate.wait()
            return taken(database, clock, run_id, advance(BOOK, seen, ("Yes", "No")[number % 2]), seen=seen.seen)

        with ThreadPoolExecutor(count) as pool: won = list(pool.map(click, range(count)))
        assert won.count(True) == 1
        progress = runs.progress_of(run_of(database, run_id))
        assert (progress.seen, len(progress.trail)) == (1, 1)
        assert progress.trail[0].answer == ("Yes", "No")[won.index(True) % 2]

    def test_back(self, database, clock):
        """Back is a move: the count goes on, and a click on the old message is stale."""
        run_id = begun(database, clock)
        there = answered(database, clock, run_id, "No")
        assert taken(database, clock, run_id, back(BOOK, there))
        kept = runs.progress_of(run_of(database, run_id))
        assert (kept.step, kept.trail, kept.seen) == ("a", (), 2)
        assert not taken(database, clock, run_id, advance(BOOK, there, OVER), seen=1)


class TestLookedAfter:
    """What happens to runs that nobody touches."""

    def woken(self, database: Database, clock: FakeClock) -> list[int]:
        """The runs that are due now."""
        with database.reading() as session: return runs.due(session, clock(), 10)

    def test_the_end_of_a_wait(self, database, clock):
        """A run that waits is due when its time has come, not before, and is not once it goes on."""
        run_id = begun(database, clock)
        answered(database, clock, run_id, "No")
        clock.advance(10 * MINUTE - timedelta(seconds=1))
        assert self.woken(database, clock) == []
        clock.advance(timedelta(seconds=1))
        assert self.woken(database, clock) == [run_id]
        answered(database, clock, run_id, OVER)
        assert self.woken(database, clock) == []

    def test_a_long_silence(self, database, clock):
        """After a week a run is due; once reminded, three days later again; an answer begins the week anew."""
        run_id = begun(database, clock)
        clock.advance(7 * DAY)
        assert self.woken(database, clock) == [run_id]
        with database.transaction() as session:
            run = session.get_one(RunRow, run_id)
            assert runs.remind(session, run, clock())
            assert not runs.remind(session, run, clock())
        assert self.woken(database, clock) == []
        clock.advance(3 * DAY)
        assert self.woken(database, clock) == [run_id]
        answered(database, clock, run_id, "No", OVER)
        assert run_of(database, run_id).reminded_at is None
        clock.advance(7 * DAY - MINUTE)
        assert self.woken(database, clock) == []

    def test_an_answer_at_the_same_moment(self, database, clock):
        """Whoever answered while the reminder was on its way is not reminded; nor is a run that ended."""
        run_id = begun(database, clock)
        seen_before = run_of(database, run_id)
        answered(database, clock, run_id, "No")
        with database.transaction() as session: assert not runs.remind(session, seen_before, clock())
        ended = answered(database, clock, run_id, OVER, "Yes")
        assert ended.end is End.SOLVED
        with database.transaction() as session:
            assert not runs.remind(session, session.get_one(RunRow, run_id), clock())

    def test_what_has_ended(self, database, clock):
        """A run that ended is never due, however it ended."""
        for end in End:
            run_id = begun(database, clock)
            assert taken(database, clock, run_id, leave(BOOK, begin(BOOK, "slow"), end))
            assert run_of(database, run_id).wakes_at is None
        clock.advance(100 * DAY)
        assert self.woken(database, clock) == []

    def test_the_longest_due_first(self, database, clock):
        """Of more than can be looked at, those that are due the longest come first."""
        ids = []
        for _ in range(3):
            ids.append(begun(database, clock))
            clock.advance(MINUTE)
        clock.advance(7 * DAY)
        with database.reading() as session: assert runs.due(session, clock(), 2) == ids[:2]

    def test_messages_that_lag_behind(self, database, clock):
        """A run that moved and whose message does not show it is found until it was drawn; old drawings stay out."""
        run_id, unposted = begun(database, clock), begun(database, clock)
        with database.transaction() as session:
            session.get_one(RunRow, run_id).message_ts = "1.0"
            runs.drawn(session, run_id, 0)

        def behind() -> list[int]:
            with database.reading() as session: return runs.stale(session, clock() - DAY, clock() + MINUTE, 10)

        assert behind() == []
        answered(database, clock, run_id, "No")
        answered(database, clock, unposted, "No")
        assert behind() == [run_id]
        with database.transaction() as session:
            runs.drawn(session, run_id, 1)
            runs.drawn(session, run_id, 0)
        assert behind() == []
        assert run_of(database, run_id).shown == 1
        answered(database, clock, run_id, OVER)
        clock.advance(2 * DAY)
        assert behind() == []


class TestCameBack:
    """Fixes that did not last."""

    @pytest.mark.parametrize(("days", "noted"), [(0, True), (14, True), (14.1, False)])
    def test_within_two_weeks(self, database, clock, days, noted):
        """It is noted once, for fourteen days after the fix."""
        run_id = begun(database, clock)
        answered(database, clock, run_id, "Yes")
        clock.advance(days * DAY)
        with database.transaction() as session:
            run = session.get_one(RunRow, run_id)
            assert runs.came_back(session, run, clock()) is noted
            assert not runs.came_back(session, run, clock())
        assert (run_of(database, run_id).came_back_at is not None) is noted

    def test_only_a_fix(self, database, clock):
        """What was never fixed cannot come back."""
        running, stopped = begun(database, clock), begun(database, clock)
        assert taken(database, clock, stopped, leave(BOOK, begin(BOOK, "slow"), End.STOPPED))
        with database.transaction() as session:
            for run_id in (running, stopped):
                assert not runs.came_back(session, session.get_one(RunRow, run_id), clock())


class TestRevisions:
    """A run keeps the recipes that it began with."""

    @pytest.fixture
    def kb(self, database, clock) -> KnowledgeBase:
        """A knowledge base with one recipe within another."""
        kb = KnowledgeBase(database, HashingEncoder(), clock)
        for slug, text in (("inner", INNER), ("slow", OUTER)): save(kb, slug, text)
        return kb

    def test_changed_or_retired(self, kb):
        """Neither a change of the recipe, nor one of a recipe within it, nor that it is retired reaches a run."""
        books_ = Books(kb, {})
        book, revisions = books_.newest("slow")
        assert revisions == {"slow": 1, "inner": 1}
        save(kb, "slow", OUTER.replace("Restart it.", "Turn it off."))
        save(kb, "inner", INNER.replace("Deep.", "Deeper."))
        assert books_.newest("slow")[1] == {"slow": 2, "inner": 2}
        kb.retire("recipe", "slow", by="test")
        with pytest.raises(NotFound, match="no longer there"): books_.newest("slow")
        for kept in (books_.at(revisions), Books(kb, {}).at(revisions), book):
            inside = advance(kept, begin(kept, "slow"), "No")
            assert cookbook.said_at(kept, begin(kept, "slow")).startswith("Restart it.")
            assert cookbook.said_at(kept, inside) == "Deep."
            assert replace(advance(kept, inside, "Ok"), trail=()).step == "b"

    def test_one_within_that_is_gone(self, kb):
        """A recipe within that was retired is left out of new runs: there it hands over."""
        kb.retire("recipe", "inner", by="test")
        book, revisions = Books(kb, {}).newest("slow")
        assert revisions == {"slow": 1}
        assert advance(book, begin(book, "slow"), "No").end is End.HANDOFF


def save(kb: KnowledgeBase, slug: str, text: str) -> None:
    """Publish a recipe."""
    draft = recipe_draft(f"{slug}.yaml", text)
    assert isinstance(draft, Draft), draft
    kb.save(draft, by="test")
