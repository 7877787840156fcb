"""Several people's lives with Firstline in every table, each with words of their own that can be looked for."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from bot import tables as bot
from bot.gaps import rows as gap_rows
from core import events, outbox, people, received
from core.db import Base, Database
from core.people import Person
from handoff import mirrors, tables, tickets
from handoff.actions.tables import ActionRow, ApprovalPlaceRow
from handoff.brief import Brief, Found
from handoff.tickets import Kind, NewTicket
from kb import tables as kb
from tests.lives import BEGIN, CATEGORIES, LEVELS, Life, shipped_desk

EVA = Person(id="UEVA", name="Eva Zoë Brandt-Lund", email="Eva.Brandt@brightwater.example")
EMIL = Person(id="UEMIL", name="Emil Ross", email="emil.ross@brightwater.example")
LIAM = Person(id="ULIAM", name="Liam Berg", email="liam.berg@brightwater.example")
MONA = Person(id="UMONA", name="Mona Silva", email="mona.silva@brightwater.example",
              roles=frozenset({people.Role.MANAGER}))  # fmt: skip
EVERYBODY = (EVA, EMIL, LIAM, MONA)
WORDS = {EVA.id: "zqpineäpple", EMIL.id: "zqmango", LIAM.id: "zqcherry", MONA.id: "zqlemon"}  # in whatever they write
ROOMS = {EVA.id: "DEVA1", EMIL.id: "DEMIL1", LIAM.id: "DLIAM1", MONA.id: "DMONA1"}
VECTOR = b"\0\0\x80?" * 4


def needles(person: Person) -> list[str]:
    """What must be nowhere once somebody is erased."""
    return [person.id, person.name, person.email, person.email.lower(), WORDS[person.id], ROOMS[person.id]]


class Peopled(Life):
    """Lives in which everybody writes words of their own."""

    def open(self, session: Session) -> None:
        """Somebody opens a ticket."""
        self._open(session)

    def _open(self, session: Session) -> None:
        who = self._any((EVA, EMIL))
        said = WORDS[who.id]
        found = (Found(kind="article", slug="vpn", title="VPN", score=0.5),)
        brief = Brief(asked=(f"It is {said} broken.",), reason="asked", goal=f"a {said}", found=found,
                      answers={"Where?": said}, files=(f"F{said}",), named=(f"<@{who.id}>",))  # fmt: skip
        new = NewTicket(
            kind=Kind.INCIDENT, requester=who.id, category=self._any(CATEGORIES), impact=self._any(LEVELS),
            urgency=self._any(LEVELS), brief=brief, channel=ROOMS[who.id], thread_ts="1.0", tier=self._any((2, 3)),
        )
        self.ids.append(tickets.open_ticket(session, self.desk, new, by="firstline", now=self.now).id)

    def _do_say(self, session: Session) -> None:
        ticket = self._ticket(session)
        said, room = f"{len(self.done)}.{len(self.refused)}", ROOMS[ticket.requester]
        text = f"More {WORDS[ticket.requester]}."
        tickets.requester_said(session, self.desk, ticket, text, ts=said, now=self.now, files=["F1"], channel=room)
        mirrors.remember(session, ticket.id, (room, said), ("CSTAFF", said))


def lived(database: Database, seed: int, steps: int = 25) -> Peopled:
    """Their tickets, by chance, and something of each in every other table."""
    with database.transaction() as session:
        for person in EVERYBODY: people.save(session, person, BEGIN)
        _knowledge(session)
    life = Peopled(database, shipped_desk(), Random(seed), opens=0.1)
    with database.transaction() as session:
        for _ in range(4): life.open(session)
    for _ in range(steps):
        life.step()
        life.pass_time()
    with database.transaction() as session:
        for n, person in enumerate((EVA, EMIL, LIAM), 1): session.add_all(_rows(session, person, n, life))
        for one in life.ids:
            session.add(tables.ReferenceRow(ticket_id=one, system="jira", reference=f"IT-{one}", url=""))
    return life


def going_on(database: Database, life: Peopled) -> Peopled:
    """The same lives over a copy of their database."""
    copy = Peopled(database, shipped_desk(), Random(7))
    copy.now, copy.ids = life.now, list(life.ids)
    return copy


def _rows(session: Session, person: Person, n: int, life: Peopled) -> Iterator[Base]:
    """One person's rows."""
    yield from _talked(session, person, n)
    yield from _gap(session, person, n)
    yield from _walked(person, n)
    yield from _told(person, n, life)
    _queued(session, person, n)


def _talked(session: Session, person: Person, n: int) -> Iterator[Base]:
    word, now = WORDS[person.id], BEGIN
    for number, room, thread in ((n, ROOMS[person.id], f"{n}.5"), (30 + n, "CHELP", f"3{n}.5")):
        talk = {"channel": room, "thread_ts": thread, "person": person.id, "surface": "dm", "opened_at": now}
        session.add(bot.ConversationRow(id=number, **talk))
    session.flush()
    seen = {"intent": "incident", "category": "vpn", "intent_p": 0.5}
    trace = {"read": word, "message": word, "decision": "answer", "why": "sure", "confidence": 0.5, "prediction": seen}
    session.add(bot.TurnRow(
        id=n, conversation_id=n, ts=f"{n}.6", text=f"my {word}", files=[f"F{word}"], decision="answer", confidence=0.5,
        trace=trace | {"shown": [["article", "vpn"]]}, at=now,
    ))  # fmt: skip
    session.flush()
    answered = {"turn": n, "decision": "answer", "shown": [["article", "vpn"]]}
    events.record(session, "turn.answered", f"conversation:{n}", actor=person.id, at=now, **answered)
    yield bot.WebSessionRow(
        token=f"t{n}", person=person.id, form_token=f"f{n}", opened_at=now, seen_at=now, expires_at=now
    )
    yield bot.ItemPersonRow(
        item="article:vpn", person=person.id, shown_at=now, helped=True, said_at=now, ticket_at=None, failed_at=None
    )


def _walked(person: Person, n: int) -> Iterator[Base]:
    """A run, what it asked for, and what was asked of them."""
    word, now, other = WORDS[person.id], BEGIN, EMIL if person is EVA else EVA
    trail = [{"step": "a", "answer": word, "outcome": "done"}]
    progress = {"step": "s", "trail": trail, "answers": {"who": word}, "end": "", "known": {"name": person.name}}
    yield kb.RunRow(
        id=n, recipe="vpn", revision=1, owner=person.id, conversation_id=n, seen=1, shown=1, progress=progress, end="",
        channel=ROOMS[person.id], message_ts="2.0", started_at=now, moved_at=now, wakes_at=now, reminded_at=None,
        came_back_at=None,
    )
    asked = {"seen": 1, "name": "reset", "approval": "manager", "dry_run": False, "counts": True, "requested_at": now}
    yield ActionRow(
        id=n, run=n, requester=person.id, given={"who": word}, about=word, state="waiting", approver=MONA.id,
        decided_at=None, results={"was": word}, ended_at=None, **asked,
    )
    yield ApprovalPlaceRow(request_id=n, channel=ROOMS[MONA.id], ts=f"{n}.7")
    yield ActionRow(
        id=10 + n, run=10 + n, requester=other.id, given={}, state="done", approver=person.id, decided_by=person.id,
        decided_at=now, results={}, ended_at=now, **asked,
    )
    yield ApprovalPlaceRow(request_id=10 + n, channel=ROOMS[person.id], ts=f"{n}.8")


def _told(person: Person, n: int, life: Peopled) -> Iterator[Base]:
    """Outages, replies, drafts, and where cards stand."""
    now, room = BEGIN, ROOMS[person.id]
    yield tables.OutageRow(
        id=n, text=f"The VPN is down, says {person.name}.", encoder="e", vector=VECTOR, declared_by=person.id,
        declared_at=now, ended_at=None,
    )
    yield tables.AffectedRow(outage_id=n, person=person.id, channel=room, thread_ts="1.0", at=now)
    yield tables.ReplyRow(
        ticket_id=life.ids[-1], by=person.id, text=f"Ask {person.email}", files=[], state="sent", key=f"k{n}",
        written_at=now, due_at=now,
    )
    yield kb.DraftRow(
        item_id=n, based_on=0, state="writing", version=1, title="A draft", source=f"Ask {person.name}.",
        begun_by=person.id, saved_by=person.id, saved_at=now, writers=[person.id, MONA.id],
    )
    yield received.Received(key=f"{room}:{n}.6", at=now)
    yield tables.PlaceRow(ticket_id=life.ids[n], queue_channel="it-l2", channel="CSTAFF", ts=f"{n}.9")


def _queued(session: Session, person: Person, n: int) -> None:
    """What waits in the outbox."""
    word, room = WORDS[person.id], ROOMS[person.id]
    event = {"type": "message", "user": person.id, "text": word, "channel": "CHELP"}
    items: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("staff_note", f"x:{room}:{n}", f"in:{room}", {"person": person.id, "text": word, "ticket": 0}),
        ("incoming", f"in:E{n}", "in:CHELP:1.0", {"event": event, "removed": []}),
        ("reply", f"r{n}", "r", {"channel": "CHELP", "thread_ts": f"3{n}.5", "message": {"text": f"About {word}"}}),
        ("staff_news", f"y:{person.id}:{n}", "card:0", {"by": person.id, "ticket": 0}),
    )
    for kind, key, lane, payload in items: outbox.put(session, kind, key=key, lane=lane, now=BEGIN, **payload)


def _gap(session: Session, person: Person, n: int) -> Iterator[Base]:
    """A gap of one's own, with their words for its title, and one in common with everybody."""
    for number, title in ((n, f"my {WORDS[person.id]}"), (9, f"my {WORDS[EVA.id]}")):
        known = session.get(bot.GapRow, number)
        if known is None:
            session.add(bot.GapRow(
                id=number, title=title, state="open", encoder="e", vector=VECTOR, size=0, opened_at=BEGIN,
                last_at=BEGIN, snoozed_until=None, closed_at=None, assignee=LIAM.id,
            ))  # fmt: skip
            session.flush()
    turn = bot.TurnRow(id=20 + n, conversation_id=n, ts=f"{n}.7", text=f"my {WORDS[person.id]}", files=[], trace={},
                       decision="handoff", confidence=0.1, at=BEGIN)  # fmt: skip
    session.add(turn)
    session.flush()
    for gap, asked in ((n, n), (9, 20 + n)):
        question = bot.GapQuestionRow(turn_id=asked, person=person.id, why="unanswered", vector=VECTOR, at=BEGIN)
        gap_rows.take_in(session, session.get_one(bot.GapRow, gap), question)
    yield bot.ItemDayRow(item=f"article:{n}", day=date(2026, 3, 26), shown=1)


def _knowledge(session: Session) -> None:
    for n, person in enumerate((EVA, EMIL, LIAM), 1):
        item = {"kind": "article", "slug": f"a{n}", "state": "published", "hash": "h", "lapsed_at": None}
        session.add(kb.ItemRow(id=n, revision=1, **item))
        session.flush()
        source = f"---\ntitle: A\nowner: {person.email}\n---\nAsk {person.name}."
        fields = {"owner": person.email, "category": "vpn", "audience": "employees"}
        session.add(kb.RevisionRow(
            item_id=n, number=1, title="A", source=source, fields=fields, saved_by=person.id,
            saved_at=BEGIN - timedelta(days=1),
        ))  # fmt: skip
        text = f"Ask {person.name}."
        session.add(kb.EntryRow(item_id=n, kind="passage", ordinal=0, heading="", text=text, hash="h"))


def dump(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every cell of every table."""
    with database.reading() as session:
        return {table.name: [dict(row) for row in session.execute(table.select()).mappings()]
                for table in Base.metadata.sorted_tables}  # fmt: skip


def left(rows: dict[str, list[dict[str, Any]]], person: Person) -> list[str]:
    """Where somebody still stands: tables with the rows."""
    told = [(table, json.dumps(row, default=repr, ensure_ascii=False)) for table, all_ in rows.items() for row in all_]
    return [f"{table}: {row}" for table, row in told if any(one in row for one in needles(person))]


