"""Fills a database with copies of lives: as many as wanted, in the order in which they would have happened."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import column, insert, table, text
from sqlalchemy.orm import Session

from core.db import Database
from core.people import PersonRow
from handoff import agreements
from handoff.desk import Desk
from tests.big.beside import fill_beside
from tests.big.pattern import ASKER, CONVERSATION, HELPER, NUMBER, PARTS, SENIOR, TICKET, TURN, WORDS, Pattern
from tests.lives import BEGIN

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # when somebody looks
YEARS = timedelta(days=730)  # over which it happened
OPEN_FOR = timedelta(days=12)  # since when the oldest ticket that is not closed waits
UNSEALED = 500  # newest events without a seal
WAIT = 300  # newest items of the outbox that are not delivered
AT_ONCE = 1_000  # lives written together
EMPLOYEES, AGENTS = 3_000, 40
STAFF = {"U0LIAM": "liam.okafor", "U0PRIYA": "priya.nair", "U0NOOR": "noor.haddad", "U0MARCUS": "marcus.webb"}
ROLES = {"U0NOOR": ["editor"], "U0MARCUS": ["manager"]}
LONGEST = 120  # characters of what was asked: it is the summary, too
MORE_OFTEN = 1.3  # some ask more often than others: the first of all has 200 tickets of 100,000
RATED = 0.4  # of the answers
Note = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What one copy of a life has of its own."""

    ticket: int
    conversation: int
    turn: int
    shift: timedelta
    texts: Mapping[str, str]


class Cast:
    """One row of a pattern, prepared to be copied."""

    def __init__(self, row: Mapping[str, Any], plain_times: bool) -> None:  # noqa: FBT001 - of the database
        self._row = dict(row)
        self._time = _written if plain_times else _as_it_is
        self._moments = [name for name, value in row.items() if isinstance(value, datetime)]
        self._numbers = [(name, value) for name, value in row.items() if value in (TICKET, CONVERSATION, TURN)]
        marks = (str(TICKET), str(CONVERSATION), str(TURN), ASKER, HELPER, SENIOR, WORDS)
        texts = [(name, value) for name, value in row.items() if isinstance(value, str)]
        self._texts = [(name, [mark for mark in (NUMBER, *marks) if mark in value]) for name, value in texts]

    def copied(self, copy: Copy) -> dict[str, Any]:
        """The row of a copy."""
        row, numbers = dict(self._row), {TICKET: copy.ticket, CONVERSATION: copy.conversation, TURN: copy.turn}
        for name in self._moments: row[name] = self._time(row[name] + copy.shift)
        for name, mark in self._numbers: row[name] = numbers[mark]
        for name, marks in self._texts:
            for mark in marks: row[name] = row[name].replace(mark, copy.texts[mark])
        return row


def fill(
    database: Database, desk: Desk, found: Sequence[Pattern], *, tickets: int, events: int, seed: int = 7,
    note: Note = print
) -> None:
    """Put people, so many tickets, and talks until there are so many events into an empty, migrated database."""
    random, plain = Random(seed), database.is_sqlite
    with database.transaction() as session:
        agreements.keep(session, desk, BEGIN)
        _people(session)
    lives = _lives(found, tickets, events, random)
    texts, casts = _texts(), {}
    for start in range(0, len(lives), AT_ONCE):
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for number, (begun, pattern, ticket) in enumerate(lives[start : start + AT_ONCE], start + 1):
            copy = _copy(number, ticket, begun, random, random.choice(texts))
            for name, made in casts.setdefault(id(pattern), _casts(pattern, plain)).items():
                rows[name] += (cast.copied(copy) for cast in made)
            rows["received"].append({"key": f"Ev{number}", "at": _written(begun) if plain else begun})
        with database.transaction() as session: _write(session, rows)
        note(min(start + AT_ONCE, len(lives)), len(lives))
    with database.transaction() as session:
        _seal(session, plain)
        if not plain: _go_on_counting(session)
        newest = text("UPDATE outbox SET done_at = NULL WHERE id > (SELECT max(id) - :n FROM outbox)")
        session.execute(newest, {"n": WAIT})
        session.execute(text("INSERT INTO ticket_counters (prefix, value) VALUES ('INC', :n)"), {"n": tickets})
    fill_beside(database, random, NOW)


def _lives(found: Sequence[Pattern], tickets: int, events: int, random: Random) -> list[tuple[datetime, Pattern, int]]:
    """When each begins, in order, and the number of its ticket (0: only an answer)."""
    chosen = random.choices(found, [one.weight for one in found], k=tickets)
    begun = [(_begins(one, random), one) for one in chosen]
    left, answers = events - sum(one.events for one in chosen), _answered(found[0])
    while left > 0:
        one = answers[random.random() < RATED]
        begun.append((_begins(one, random), one))
        left -= one.events
    begun.sort(key=lambda pair: pair[0])
    number, lives = 0, list[tuple[datetime, Pattern, int]]()
    for at, one in begun:
        number += bool(one.rows["tickets"])
        lives.append((at, one, number if one.rows["tickets"] else 0))
    return lives


def _begins(one: Pattern, random: Random) -> datetime:
    back = OPEN_FOR if one.late else YEARS
    return NOW - timedelta(hours=3) - random.random() * back


def _answered(like: Pattern) -> tuple[Pattern, Pattern]:
    """An answer that nobody rates, and one that helped."""
    (turn,) = like.rows["turns"]
    fact = next(one for one in like.rows["events"] if one["kind"] == "turn.answered")
    shown = [["article", "vpn-connect"]]
    said = json.dumps(json.loads(fact["data"]) | {"decision": "answer", "shown": shown})
    rated = {"turn": TURN, "feedback": "helpful", "slugs": ["vpn-connect"]}
    empty = {one.__tablename__: () for one in PARTS} | {"conversations": like.rows["conversations"]}
    plain = empty | {
        "turns": (dict(turn) | {"decision": "answer", "trace": json.dumps({"shown": shown})},),
        "events": (dict(fact) | {"data": said},),
    }
    helped = plain | {
        "turns": (dict(plain["turns"][0]) | {"feedback": "helpful"},),
        "events": (*plain["events"], dict(fact) | {"kind": "answer.rated", "data": json.dumps(rated)}),
    }
    return Pattern(rows=plain, weight=1, late=False), Pattern(rows=helped, weight=1, late=False)


def _copy(number: int, ticket: int, begun: datetime, random: Random, words: str) -> Copy:
    asker = f"UE{int(EMPLOYEES * random.random() ** MORE_OFTEN):05d}"
    helper = random.choice(("U0LIAM", *(f"UA{n:05d}" for n in range(AGENTS))))
    texts = {
        str(TICKET): str(ticket), str(CONVERSATION): str(number), str(TURN): str(number), NUMBER: f"INC-{ticket:06d}",
        ASKER: asker, HELPER: helper, SENIOR: "U0PRIYA", WORDS: words,
    }  # fmt: skip
    return Copy(ticket=ticket, conversation=number, turn=number, shift=begun - BEGIN, texts=texts)


def _casts(pattern: Pattern, plain: bool) -> dict[str, list[Cast]]:  # noqa: FBT001 - of the database
    return {name: [Cast(row, plain) for row in rows] for name, rows in pattern.rows.items() if rows}


def _texts() -> list[str]:
    """What people wrote, as far as it needs no escaping in JSON."""
    lines = (DATA / "training" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    found = (json.loads(line)["text"] for line in lines)
    plain = (one for one in found if one.isascii() and one.isprintable() and '"' not in one and "\\" not in one)
    return [one for one in plain if len(one) <= LONGEST]


def _write(session: Session, rows: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    """Past the types of the columns: what is JSON is text already, and what is a moment is as it is kept."""
    for name in [*(one.__tablename__ for one in PARTS), "received"]:
        own = rows.get(name, ())
        if own: session.execute(insert(table(name, *map(column, own[0]))), own)


def _people(session: Session) -> None:
    common = {"tz": "Europe/Copenhagen", "level": 0, "platforms": [], "groups": [], "title": "", "seen_at": NOW}
    rows = [
        {"id": f"UE{n:05d}", "name": f"Person {n}", "email": f"p{n}@brightwater.example", "roles": ["employee"]}
        for n in range(EMPLOYEES)
    ] + [
        {"id": f"UA{n:05d}", "name": f"Agent {n}", "email": f"a{n}@brightwater.example", "roles": ["employee", "agent"],
         "level": 2} for n in range(AGENTS)
    ] + [
        {"id": one, "name": mail.replace(".", " ").title(), "email": f"{mail}@brightwater.example",
         "roles": ["employee", *ROLES.get(one, ["agent"])], "level": 3 if one == "U0PRIYA" else 2}
        for one, mail in STAFF.items()
    ]  # fmt: skip
    session.execute(insert(PersonRow), [common | row for row in rows])


def _seal(session: Session, plain: bool) -> None:  # noqa: FBT001 - of the database
    """A seal for all but the newest events. The digests are made up: `firstline audit verify` would say so."""
    digest = "printf('%064d', id)" if plain else "lpad(id::text, 64, '0')"
    newest = session.scalar(text("SELECT max(id) FROM events")) or 0
    session.execute(text(
        f"INSERT INTO event_seals (place, event_id, digest, hash) "  # noqa: S608 - nothing from outside
        f"SELECT id, id, {digest}, {digest} FROM events WHERE id <= :last ORDER BY id"
    ), {"last": max(0, newest - UNSEALED)})
    marks = [{"name": one, "number": max(0, newest - UNSEALED)} for one in ("audit", "gaps", "gaps:late", "health")]
    session.execute(text("INSERT INTO marks (name, number) VALUES (:name, :number)"), marks)


def _go_on_counting(session: Session) -> None:
    for one in PARTS:
        name = one.__tablename__
        session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))  # noqa: S608 - our own names


def _written(moment: datetime) -> str:
    """As SQLAlchemy writes it into SQLite."""
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def _as_it_is(moment: datetime) -> datetime:
    return moment

