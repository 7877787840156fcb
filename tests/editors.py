"""A small knowledge base and what happens to people with it: for the tests of how articles do."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import select

from bot import conversations
from bot.assistant import Assistant
from bot.assistant.editorial.lapses import LOOK_EVERY, NEWS
from bot.confidence import NAMES, TRAITS, Confidence
from bot.decide import Limits
from bot.question import Question, Surface
from classifier.model import Classifier
from core import people
from core.db import Database
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import ending, ladder, tickets
from handoff.brief import Brief, Found, Tried
from handoff.tickets import Kind, NewTicket
from kb.articles import ARTICLE
from kb.writing import Draft, article_draft, recipe_draft
from tests.fakes import FakeClock
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
        tried = (Tried(recipe="mend", step="a", answer="x"),)
        brief = Brief(asked=("wet",), reason="x", found=(found, other), tried=tried)
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
        """How something does, as soon as it has been counted."""
        self.settle()
        return self.use.health.of(kind, slug, EDITOR)

    def settle(self) -> None:
        """A while later, what has happened is counted."""
        self.clock.advance(LOOK_EVERY)
        self.use.health.catch_up()

    def look(self) -> int:
        """A look of the sweep, a while later."""
        self.clock.advance(LOOK_EVERY)
        return self.use.health.look()

    def news(self) -> list[dict[str, str]]:
        """What the outbox has to tell of lapses."""
        with self.database.reading() as session:
            rows = session.scalars(select(OutboxItem).where(OutboxItem.kind == NEWS).order_by(OutboxItem.id))
            return [one for row in rows for one in row.payload["lapses"]]


