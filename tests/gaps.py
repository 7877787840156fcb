"""A small Firstline with its real models, over any database, whose people ask, rate and hand on."""

import shutil
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.assistant import Assistant
from bot.bootstrap import Core, make_assistant
from bot.gaps.views import Gap, GapView
from bot.question import Question, Reply, Surface
from core import people
from core.db import Database
from core.encoder import Encoder
from core.people import Person, Role
from core.settings import Settings
from handoff import ending, ladder
from handoff.tickets import Ticket
from kb.service import KnowledgeBase
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock

DATA = Path(__file__).parents[1] / "data"
ARTICLES = ("calendar-room", "room-screen", "room-zoom", "bluetooth-not-pairing", "mouse-keyboard-pair", "it-contact")
EMMA = Person(id="U0EMMALARS", name="Emma Larsen", email="emma.larsen@brightwater.example")
OMAR = Person(id="U0OMARHADD", name="Omar Haddad", email="omar.haddad@brightwater.example")
LIAM = Person(id="U0LIAMOKAF", name="Liam Okafor", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=2)
NOOR = Person(id="U0NOORHADD", name="Noor Haddad", roles=frozenset({Role.EMPLOYEE, Role.EDITOR}))
MAYA = Person(id="U0MAYAPATE", name="Maya Patel", roles=frozenset({Role.EMPLOYEE, Role.EDITOR}))
BOSS = Person(id="U0MARCUSWE", name="Marcus Webb", roles=frozenset({Role.EMPLOYEE, Role.MANAGER}))
SETTLED = timedelta(seconds=11)
DAY = timedelta(days=1)
DRONE = "the survey drone will not pair with my tablet"
DRONE_TOO = "pairing the drone and the tablet fails"
ROOM = "how do I book a meeting room with a screen?"
UNCLEAR = "is there a screen in the meeting room"
DRONES = """---
title: Pair the survey drone with a tablet
category: hardware
aliases: [the survey drone will not pair with my tablet, connect the drone to a new tablet, pairing drone and tablet]
---

Hold the drone's button for five seconds, then tap its name on the tablet.

## What to do

Switch the tablet's Bluetooth on and hold the survey drone's button until its light blinks. Tap the drone's name.
"""


class House:
    """Firstline, its clock, and what people do."""

    def __init__(self, settings: Settings, database: Database, encoder: Encoder, clock: FakeClock, place: Path) -> None:
        kb = KnowledgeBase(database, encoder, clock)
        for slug in ARTICLES: shutil.copy(DATA / "articles" / f"{slug}.md", place)
        kb.import_folders(place, None)
        core = Core(settings=settings, database=database, encoder=encoder, kb=kb, clock=clock)
        self.assistant: Assistant = make_assistant(core, "http://help")
        self.clock, self.gaps, self.database = clock, self.assistant.gaps, database
        self._number, self.thread = count(1), ""
        with database.transaction() as session:
            for one in (EMMA, OMAR, LIAM, NOOR, MAYA, BOSS): people.save(session, one, clock())

    def asks(self, text: str, by: Person = EMMA, thread: str = "", surface: Surface = Surface.DM) -> Reply:
        """A message, and the reply to it."""
        self.clock.advance(timedelta(minutes=1))
        ts = f"{next(self._number)}.0"
        question = Question(
            person=by.id, text=text, channel=f"D{by.id}", ts=ts, thread_ts=thread or ts, surface=surface, keys=(ts,)
        )
        self.thread = question.thread_ts
        return self.assistant.answering.ask(question).told[0].reply

    def sweeps(self, later: timedelta = SETTLED) -> int:
        """Some time later, the facts are taken in."""
        self.clock.advance(later)
        return self.gaps.look()

    def open(self) -> tuple[Gap, ...]:
        """The open gaps."""
        return self.gaps.listed(NOOR).gaps

    def only(self, show: Any = "open") -> GapView:
        """The one gap that there is of a kind, with its questions."""
        [gap] = self.gaps.listed(NOOR, show).gaps
        return self.gaps.get(gap.id, NOOR)

    def whys(self) -> dict[str, str]:
        """Why each question is in an open gap."""
        found = [self.gaps.get(gap.id, NOOR) for gap in self.open()]
        return {one.text: one.why for view in found for one in view.questions}

    def publishes(self, text: str = DRONES, slug: str = "drone-pair") -> None:
        """Noor publishes an article."""
        draft = article_draft(f"{slug}.md", text)
        assert isinstance(draft, Draft)
        self.assistant.parts.kb.save(draft, by=NOOR.id)

    def rates(self, reply: Any, by: Person = EMMA, *, helpful: bool = True) -> None:
        """How an answer did."""
        self.clock.advance(timedelta(minutes=1))
        self.assistant.tickets.rate(reply.turn, helpful, by)

    def does(self, act: Any, ticket: Ticket, **given: Any) -> Any:
        """One change of a ticket."""
        with self.database.transaction() as session:
            return act(session, self.assistant.parts.desk, ticket.id, now=self.clock(), **given)

    def resolves(self, ticket: Ticket, note: str = "Held its button for five seconds.") -> None:
        """Liam resolves it."""
        self.does(ending.resolve, ticket, seen_tier=ticket.tier, code="fixed", note=note, by=LIAM)

    def escalates(self, ticket: Ticket, reason: str) -> None:
        """Liam hands it on."""
        self.does(ladder.escalate, ticket, seen_tier=ticket.tier, reason=reason, note="", reviewed=True, by=LIAM)
