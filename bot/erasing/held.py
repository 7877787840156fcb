"""Everything that is held about somebody, machine-readable: data subject access, Articles 15 and 20 of the GDPR.

Where others are named beside them in a row that is not theirs, only what tells of them is shown (Article 15(4)).
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.orm import Session

from bot.erasing.declared import TABLES, How, Table
from bot.erasing.rows import IDS, sql
from bot.erasing.scope import AT_ONCE, Scope, of_person
from core.events import Event
from core.outbox import OutboxItem
from core.people import Person
from core.received import Received

Rows = list[dict[str, Any]]
UNNAMED = (How.PLAIN, How.BY_HAND)
SECRET = ("token", "form_token")  # of a session: whoever has them is signed in


def held(session: Session, person: Person) -> dict[str, Any]:
    """What is theirs, row by row; where else they are named; and what they did, as the history has it."""
    scope = of_person(session, person)
    own = {table.of.__tablename__: rows for table in TABLES if (rows := _own(session, table, scope))}
    named = {table.of.__tablename__: rows for table in TABLES if (rows := _named(session, table, scope))}
    return {
        "person": {"id": person.id, "name": person.name, "email": person.email},
        "own": own | _history(session, scope), "named": named, "waiting": _waiting(session, scope),
    }  # fmt: skip


def _own(session: Session, table: Table, scope: Scope) -> Rows:
    if table.own is None: return []
    made = sql(table)
    parts = scope.parts(table.own[1])
    return [_plain(row) for part in parts
            for row in session.execute(select(made).where(made.c[table.own[0]].in_(part))).mappings()]  # fmt: skip


def _named(session: Session, table: Table, scope: Scope) -> Rows:
    """Rows of others in which they stand: by what the row is found, and the columns that name them."""
    made, how = sql(table), table.columns()
    tests = [made.c[name] == scope.person for name, one in how.items() if one in IDS]
    named = scope.named
    if named: tests += [named.found_in(made.c[name]) for name, one in how.items() if one not in (*IDS, *UNNAMED)]
    if not tests: return []
    rows = session.execute(select(made).where(or_(*tests))).mappings()
    own = scope.of(table.own[1]) if table.own else frozenset[Any]()
    others = (row for row in rows if not (table.own and row[table.own[0]] in own))
    key = [column.name for column in made.primary_key.columns]
    return [found for row in others if (found := _telling(row, key, scope))]


def _telling(row: RowMapping, key: list[str], scope: Scope) -> dict[str, Any]:
    told = [name for name, value in row.items() if scope.named and scope.named.within(value)]
    return _plain({name: row[name] for name in (*key, *told)}) if told else {}


def _history(session: Session, scope: Scope) -> dict[str, Rows]:
    subjects, found = scope.subjects(), dict[int, Event]()
    parts = [Event.subject.in_(subjects[n : n + AT_ONCE]) for n in range(0, len(subjects), AT_ONCE)]
    for part in (*parts, Event.actor == scope.person):
        found |= {event.id: event for event in session.scalars(select(Event).where(part))}
    own = set(subjects)
    told = [_told(event, scope, whole=event.subject in own) for _, event in sorted(found.items())]
    return {"events": told} if told else {}


def _told(event: Event, scope: Scope, *, whole: bool) -> dict[str, Any]:
    """An event; of one that is about others' things, what they did and when."""
    facts = {"id": event.id, "at": event.at, "kind": event.kind, "subject": event.subject}
    who = {"by_them": event.actor == scope.person}
    return _plain(facts | who | ({"data": event.data} if whole else {}))


def _waiting(session: Session, scope: Scope) -> Rows:
    """What is kept of what went out, or came in."""
    named = scope.named
    if named is None: return []
    items = session.scalars(select(OutboxItem).where(named.found_in(OutboxItem.payload)).order_by(OutboxItem.id))
    sent = [_plain({"at": one.created_at, "kind": one.kind, "payload": one.payload}) for one in items]
    keys = session.scalars(select(Received).where(named.found_in(Received.key)))
    return [*sent, *(_plain({"at": one.at, "kind": "received", "key": one.key}) for one in keys)]


def _plain(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    return dict(_values(row))


def _values(row: Mapping[str, Any] | RowMapping) -> Iterator[tuple[str, Any]]:
    """As JSON has it: times in ISO 8601, bytes in base64."""
    for name, value in row.items():
        if name in SECRET: continue
        if isinstance(value, datetime | date): yield name, value.isoformat()
        else: yield name, b64encode(value).decode() if isinstance(value, bytes) else value
