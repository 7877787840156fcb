"""How articles do, counted over what really happened, in both databases; and verifications that lapse, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot import conversations
from bot.assistant import Assistant
from bot.assistant.editorial.health import UNREAD_AFTER
from bot.assistant.editorial.lapses import LOOK_EVERY, NEWS
from bot.confidence import NAMES, TRAITS, Confidence
from bot.decide import Limits
from bot.question import Question, Surface
from classifier.model import Classifier
from core import events, people
from core.db import Database
from core.errors import BadInput, NotAllowed, NotFound
from core.events import Event
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import ending, ladder, tickets
from handoff.brief import Brief, Found, Tried
from handoff.tickets import Kind, NewTicket
from kb import runs
from kb.articles import ARTICLE, RUNBOOK
from kb.cookbook import Book, End, Recipe, begin, leave, parse_recipe
from kb.index import SearchIndex
from kb.runs import Start
from kb.tables import ItemRow
from kb.writing import RECIPE, Draft, article_draft, recipe_draft
from tests.fakes import FakeClock
from tests.functional.office import at_once
from tests.killing import assistant_over
from tests.making import prediction

EDITOR = Person(id="U5", name="Noor", email="noor@x.example", roles=frozenset({Role.EMPLOYEE, Role.EDITOR}))
ADMIN = replace(EDITOR, id="U9", roles=frozenset({Role.ADMIN}))
LIAM = Person(id="U2", name="Liam", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=2)
MARCUS = Person(id="U8", name="Marcus", roles=frozenset({Role.EMPLOYEE, Role.MANAGER}))
EMMA = Person(id="U1", name="Emma")
PUMP = """---
title: The pump
owner: noor@x.example
verified: 2026-11-01
review_every: 90d
aliases: [wet pump, how do I dry it]
---
Dry it with a cloth, see [the valve](valve.md#gone) and [it](none.md).
"""
VALVE = "---\ntitle: The valve\naliases: [valve handle]\n---\nTurn the handle.\n"
BOOK = "---\ntitle: Pump orders\nkind: runbook\naudience: staff\n---\nOrder a pump.\n"
FIX = "title: Mend the pump\ntriggers: [pump broken]\nstart: a\nsteps: {a: {say: a, choices: {x: solved}}}\n"
DAY = timedelta(days=1)


class World:
    """The use cases, and what happens to people."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        """Three articles, a run-book and a recipe."""
        self.clock = clock
        labels = SimpleNamespace(predict=lambda _vector, _text: prediction())  # every text is the same to it
        weights = tuple(1.0 if name == "cosine" else 0.0 for name in TRAITS)
        sure = Confidence(
            order=weights, weights=(0.0,) * len(NAMES), bias=2.0, limits=Limits(answer=0.6, clarify=0.3), data="test"
        )
        parts = replace(
            assistant_over(database, clock).parts, classifier=cast("Classifier", labels), confidence=sure
        )
        self.use, self.database, self.turns = Assistant(parts), database, 0
        with database.transaction() as session:
            for one in (EDITOR, EMMA, LIAM, MARCUS): people.save(session, one, clock())
        for slug, source in (("pump", PUMP), ("valve", VALVE), ("orders", BOOK)):
            self.publish(article_draft(f"{slug}.md", source))
        self.publish(recipe_draft("mend.yaml", FIX))

    def publish(self, draft: object) -> None:
        """Publish a draft."""
        assert isinstance(draft, Draft), draft
        self.use.parts.kb.save(draft, by="U5")

    def shown(self, person: str = "U1", kind: str = ARTICLE, slug: str = "pump", text: str = "wet pump") -> int:
        """Somebody asks, and is shown something; the turn."""
        self.turns += 1
        ts = f"{self.turns}.0"
        asked = Question(
            person=person, text=text, channel=f"D{person}", ts=ts, thread_ts=ts, surface=Surface.DM, keys=()
        )
        trace = {"shown": [[kind, slug]], "candidates": []}
        with self.database.transaction() as session:
            talk = conversations.begin(session, asked, self.clock())
            return conversations.add_turn(session, talk, asked, "answer", trace=trace, now=self.clock())

    def rated(self, person: str, feedback: str, **what: str) -> None:
        """The same, and they say whether it helped."""
        turn = self.shown(person, **what)
        self.say(turn, person, feedback)

    def say(self, turn: int, person: str, feedback: str) -> None:
        """Somebody rates an answer."""
        self.clock.advance(timedelta(seconds=1))
        with self.database.transaction() as session:
            conversations.rate(session, turn, feedback, by=person, now=self.clock())

    def ticket(self, person: str, slug: str = "pump", conversation: int | None = None) -> int:
        """Somebody whom an article did not help has a ticket."""
        found = Found(kind=ARTICLE, slug=slug, title=slug, score=1.0, rejected=True)
        other = Found(kind=ARTICLE, slug="valve", title="valve", score=0.2)
        brief = Brief(asked=("wet",), reason="x", found=(found, other), tried=(Tried(recipe="mend", step="a", answer="x"),))
        new = NewTicket(
            kind=Kind.INCIDENT, requester=person, category="other", impact="low", urgency="low", brief=brief,
            conversation_id=conversation,
        )
        with self.database.transaction() as session:
            return tickets.open_ticket(session, self.use.parts.desk, new, by=person, now=self.clock()).id

    def escalated(self, ticket: int, reason: str) -> None:
        """Staff move it up."""
        with self.database.transaction() as session:
            ladder.escalate(
                session, self.use.parts.desk, ticket, seen_tier=2, reason=reason, note="", reviewed=True, by=LIAM,
                now=self.clock(),
            )

    def reopened(self, ticket: int, person: str, documented: str = "") -> None:
        """Staff resolve it, and its requester says that it is not fixed."""
        with self.database.transaction() as session:
            desk, now = self.use.parts.desk, self.clock()
            how = {"code": next(iter(desk.resolution_codes)), "note": "Done.", "documented": documented}
            ending.resolve(session, desk, ticket, seen_tier=2, by=LIAM, now=now, **how)
            ending.reopen(session, desk, ticket, by=Person(id=person, name=person), now=now)

    def of(self, slug: str = "pump", kind: str = ARTICLE) -> Any:
        """How something does."""
        return self.use.health.of(kind, slug, EDITOR)

    def look(self) -> int:
        """A look of the sweep, a while later."""
        self.clock.advance(LOOK_EVERY)
        return self.use.health.look()

    def news(self) -> list[dict[str, str]]:
        """What the outbox has to tell of lapses."""
        with self.database.reading() as session:
            rows = session.scalars(select(OutboxItem).where(OutboxItem.kind == NEWS).order_by(OutboxItem.id))
            return [one for row in rows for one in row.payload["lapses"]]


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
        """Tickets that came of it, moved up after it and opened again after it, each once; what was only found is not."""
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
        world.clock.advance(31 * DAY)
        assert [one.shown for one in world.use.health.listed(EDITOR, by="shown", days=30)] == [0] * 4
        assert world.use.health.listed(EDITOR, by="shown", days=40)[0].slug == "pump"

    def test_orders(self, world):
        """The worst first is what is surely bad: three of three before one of one, and both before what is unknown."""
        for person in "ABC": world.rated(person, "not_helpful")
        world.rated("A", "not_helpful", slug="valve")
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

    def test_a_quiet_look_counts_nothing(self, world, monkeypatch):
        """Where nothing has happened since, a look asks for three numbers and no more."""
        assert world.look() == 0
        monkeypatch.setattr("bot.assistant.editorial.lapses.standing", None)
        assert world.look() == 0
        with world.database.transaction() as session:
            events.record(session, "x", "x:1", actor="x", at=world.clock())
        with pytest.raises(TypeError): world.look()


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
        assert [(one.address, [slug for _, slug, _ in one.items]) for one in found] == [("https://x.example/a", ["a", "b"])]


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
