"""The history sealed, on a real database: whatever is done to it behind Firstline's back is found."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.assistant.auditing import Auditing
from bot.cli.main import cli
from core import audit, events, migrate, noted
from core.audit import BEGINNING, Left, SealRow, Verdict
from core.db import Database
from core.erasing import ERASED
from core.errors import BadInput, ConfigProblem
from core.events import Event
from core.marks import MarkRow
from core.noted import Known
from tests.fakes import FakeClock
from tests.killing import assistant_over

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KEY = b"a company's own key"
Tamper = Callable[[Database], object]


def happened(database: Database, count: int, first: int = 1) -> None:
    """So many events."""
    with database.transaction() as session:
        for number in range(first, first + count):
            facts = {"note": "ä", "share": 0.1, "number": number}
            events.record(session, "ticket.opened", f"ticket:{number}", actor="U1", at=NOW, **facts)


def sealed(database: Database, key: bytes = KEY) -> int:
    """Seal what there is."""
    with database.transaction() as session: return audit.seal(session, key)


def verdict(database: Database, key: bytes = KEY, head: str = "", now: datetime = NOW) -> Verdict:
    """Check the chain."""
    with database.reading() as session: return audit.verify(session, now, key, head)


def do(database: Database, what: object) -> None:
    """Change the database behind Firstline's back, as somebody can who may take its triggers away."""
    with database.transaction() as session:
        if session.connection().dialect.name == "sqlite":
            for action in ("update", "delete"): session.execute(text(f"DROP TRIGGER IF EXISTS events_no_{action}"))
        else:
            for name in ("stay", "erase"): session.execute(text(f"DROP TRIGGER IF EXISTS events_{name} ON events"))
        session.execute(what)  # type: ignore[call-overload]


def test_what_nobody_touched_holds(database: Database) -> None:
    """In as many parts as it was sealed, and the head grows with it."""
    assert verdict(database) == Verdict()
    heads = [BEGINNING]
    for first in (1, 4, 7):
        happened(database, 3, first)
        assert verdict(database).waiting == 3
        assert sealed(database) == 3
        heads.append(verdict(database, head=heads[-1] if first > 1 else "").head)
    assert len(set(heads)) == 4
    assert verdict(database, head=heads[1]) == Verdict(sealed=9, head=heads[-1])
    assert sealed(database) == 0


TAMPERS: dict[str, tuple[object, str]] = {
    "changed": (update(Event).where(Event.id == 2).values(actor="U9"), r"Event 2 \(ticket.opened, .*\) was changed"),
    "its words": (update(Event).where(Event.id == 2).values(data={"note": "other"}), "Event 2 .* was changed"),
    "its time": (update(Event).where(Event.id == 2).values(at=NOW - timedelta(days=1)), "Event 2 .* was changed"),
    "taken out": (delete(Event).where(Event.id == 2), "Event 2 was taken out"),
    "the seal too": (delete(SealRow).where(SealRow.place == 2), "place 2 is missing"),
    "a seal": (update(SealRow).where(SealRow.place == 2).values(digest="0" * 64), "seal of event 2 does not follow"),
}


@pytest.mark.parametrize("how", sorted(TAMPERS))
def test_what_was_done_to_it_is_found(database: Database, how: str) -> None:
    """Changed, taken out, with its seal or without it: the first place where it does not hold is told."""
    happened(database, 5)
    sealed(database)
    what, told = TAMPERS[how]
    do(database, what)
    with pytest.raises(AssertionError, match=told): assert verdict(database).problems == []


def test_without_the_key_no_chain_can_be_made_anew(database: Database) -> None:
    """Whoever knows the key's place but not the key makes one that does not hold; nor does an older head fit."""
    happened(database, 3)
    sealed(database)
    head = verdict(database).head
    do(database, delete(SealRow))
    do(database, update(Event).where(Event.id == 1).values(actor="U9"))
    with database.transaction() as session:
        from core import marks

        marks.locked(session, audit.MARK).number = 0
    sealed(database, b"another key")
    assert verdict(database).problems == ["The seal of event 1 does not follow the one before it."]
    assert verdict(database, b"another key", head).problems == [
        "The chain does not contain the hash that was noted earlier."
    ]


def test_an_event_that_was_slipped_in_late(database: Database) -> None:
    """One that nobody sealed for an hour is told: sealing sees to it in seconds."""
    happened(database, 2)
    sealed(database)
    happened(database, 1, 3)
    assert verdict(database).problems == []
    assert verdict(database, now=NOW + timedelta(hours=2)).problems == [
        "1 events have no seal, the oldest since 2026-11-20 09:00."
    ]


def test_an_event_that_no_sealing_would_reach(database: Database) -> None:
    """One that was put in far below the newest, or into the future, is told: it would never be sealed."""
    happened(database, 1)
    do(database, update(Event).where(Event.id == 1).values(id=audit.BEHIND + 10))
    sealed(database)
    for number, at in ((5, NOW), (audit.BEHIND + 11, NOW + timedelta(days=300))):
        with database.transaction() as session:
            session.add(Event(id=number, at=at, kind="action.approved", subject="action:1", actor="U9", data={}))
        words = f"Events have no seal that were put in later, or in the future; the first is {number}."
        assert verdict(database).problems == [words]
        do(database, delete(Event).where(Event.id == number))


def rewritten(database: Database) -> None:
    """Somebody who may write to the database, and has no key, changes an event and takes every seal away."""
    do(database, update(Event).where(Event.id == 2).values(actor="U9"))
    do(database, delete(SealRow))
    do(database, update(MarkRow).where(MarkRow.name == audit.MARK).values(number=0))


def test_a_history_that_somebody_rewrote_is_not_sealed_for_them(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The newest seal is kept in a file: when it is gone from the database, nothing is sealed, and that is told."""
    file, clock = tmp_path / noted.FILE, FakeClock(NOW)
    assistant = assistant_over(database, clock)
    parts = replace(assistant.parts, audit_key=KEY, seals=file)
    happened(database, 3)
    assert Auditing(parts).look() == 3
    known = noted.read(file)
    rewritten(database)
    clock.advance(timedelta(minutes=1))
    assert [Auditing(parts).look(), database_seals(database)] == [0, 0]
    assert "The history was cut off or rewritten" in caplog.text
    assert noted.read(file) == known
    sealed(database)  # by hand, with the key
    with database.reading() as session: found = audit.verify(session, clock(), KEY, known=known)
    assert found.problems == ["The seal at place 3 is not the one that was kept outside the database."]


def test_seals_without_their_mark_are_not_followed(database: Database) -> None:
    """Where the newest seal is not at the place where it should be, nothing is sealed."""
    happened(database, 2)
    sealed(database)
    do(database, delete(SealRow).where(SealRow.place == 2))
    with pytest.raises(audit.Gone, match="at place 1, and should be at 2"): sealed(database)


def test_the_file_of_seals_stays_short_and_says_what_is_wrong(tmp_path: Path) -> None:
    """Lines are added and the oldest go; one that cannot be read is no reason to believe that there was none."""
    file = tmp_path / noted.FILE
    assert noted.read(file) is None
    for place in range(noted.LONGEST + 2): noted.keep(file, Known(place, "a" * 64), NOW)
    assert noted.read(file) == Known(noted.LONGEST + 1, "a" * 64)
    assert len(file.read_text().splitlines()) == noted.KEPT + 2
    assert file.stat().st_mode & 0o077 == 0
    for words in ("", "garbage\n", f"{NOW.isoformat()} x {'a' * 64}\n"):
        file.write_text(words)
        with pytest.raises(ConfigProblem, match="cannot be read"): noted.read(file)


def test_looking_changes_no_tables(tmp_path: Path) -> None:
    """A database of an earlier version, or one that is empty, is refused, and stays as it is."""
    database = Database(f"sqlite:///{tmp_path}/f.db")
    with pytest.raises(BadInput, match="nothing in it; is it the right one"): migrate.must_be_current(database)
    migrate.upgrade(database, to="0003")
    for arguments in (["audit", "verify"], ["person", "erase", "UEVA", "--as", "mona@brightwater.example"]):
        env = {"FIRSTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/f.db", "FIRSTLINE_STATE_DIR": str(tmp_path)}
        ran = CliRunner().invoke(cli, arguments, env=env)
        assert isinstance(ran.exception, BadInput)
        assert "is not at this version" in str(ran.exception)
    assert migrate.current(database) == "0003"
    database.close()


def database_seals(database: Database) -> int:
    """How many seals there are."""
    with database.reading() as session: return session.scalar(select(func.count(SealRow.place))) or 0


def emptied(database: Database, number: int = 2, **more: object) -> None:
    """The content of an event is taken out."""
    do(database, update(Event).where(Event.id == number).values(data={ERASED: True}, **more))


def told(database: Database, number: int = 2) -> None:
    """An event tells of it."""
    with database.transaction() as session:
        left = {str(number): audit.digest(session.get_one(Event, number))}
        events.record(session, audit.ERASURE, audit.ERASING, actor="firstline", at=NOW, of=left)


def test_erased_on_request(database: Database) -> None:
    """What a person had erased breaks nothing: its seal stays, and a later event tells of it, once that is sealed."""
    happened(database, 3)
    sealed(database)
    emptied(database)
    told(database)
    assert verdict(database).problems == ["Event 2 was emptied, and no later event tells of it."]
    sealed(database)
    found = verdict(database)
    assert (found.sealed, found.erased, found.problems) == (4, 1, [])


def test_an_emptied_event_of_which_nothing_tells(database: Database) -> None:
    """It was changed like any other; one erasure stands for one event, and for what it left of that."""
    happened(database, 4)
    sealed(database)
    emptied(database, 2)
    told(database, 2)
    sealed(database)
    emptied(database, 3)
    assert verdict(database).problems == ["Event 3 was emptied, and no later event tells of it."]
    told(database, 3)
    sealed(database)
    assert verdict(database).problems == []
    emptied(database, 3, actor="U9")
    assert verdict(database).problems == ["Event 3 was emptied, and no later event tells of it."]


def test_an_event_that_was_emptied_only_in_part(database: Database) -> None:
    """What stands beside the mark of an erasure has to be told of as it stands: nobody can change it later."""
    happened(database, 3)
    sealed(database)
    do(database, update(Event).where(Event.id == 2).values(data={ERASED: True, "note": ""}))
    told(database)
    sealed(database)
    assert (verdict(database).erased, verdict(database).problems) == (1, [])
    do(database, update(Event).where(Event.id == 2).values(data={ERASED: True, "note": "other"}))
    assert verdict(database).problems == ["Event 2 was emptied, and no later event tells of it."]


def test_two_who_seal_at_once(database: Database) -> None:
    """Every event gets one seal, and the chain holds."""
    happened(database, 40)
    racers = [threading.Thread(target=sealed, args=(database,)) for _ in range(4)]
    for racer in racers: racer.start()
    for racer in racers: racer.join()
    assert verdict(database).sealed == 40
    with database.reading() as session: assert len(session.scalars(select(SealRow.event_id)).all()) == 40


def test_firstline_seals_as_it_goes(database: Database, clock: FakeClock) -> None:
    """Every half minute, what has come since."""
    use = assistant_over(database, clock).auditing
    happened(database, 3)
    assert (use.look(), use.look()) == (3, 0)
    happened(database, 2, 4)
    assert use.look() == 0
    clock.advance(timedelta(seconds=31))
    assert use.look() == 2
    assert verdict(database, b"").sealed == 5


def take_out(database: Database, number: int, data: dict[str, object], actor: str = "erased") -> None:
    """Take facts out of an event as the product does it."""
    with database.transaction() as session:
        event = session.get_one(Event, number)
        session.expunge(event)
        audit.erase(session, [Left(event=event, actor=actor, data=data)], at=NOW)


GOOD: dict[str, dict[str, object]] = {
    "all": {}, "words": {"note": "erased", "share": 0.1, "number": 2}, "some": {"number": 2, "note": ""},
}  # fmt: skip
BAD: dict[str, dict[str, object]] = {
    "other words": {"note": "other", ERASED: True}, "a new fact": {"erased by": "erased", ERASED: True},
    "another number": {"number": 3, ERASED: True}, "no word of it": {"note": "erased"},
}  # fmt: skip


@pytest.mark.parametrize("how", sorted(GOOD))
def test_what_an_erasure_may_do(database: Database, how: str) -> None:
    """Facts go or become blanks, the rest stays; the history holds, also if it is done again."""
    happened(database, 3)
    sealed(database)
    take_out(database, 2, GOOD[how] | {ERASED: True})
    sealed(database)
    assert (verdict(database).erased, verdict(database).problems) == (1, [])
    take_out(database, 2, {ERASED: True})
    sealed(database)
    with database.reading() as session: of = session.get_one(Event, 4).data
    take_out(database, 4, of | {ERASED: True})
    sealed(database)
    assert verdict(database).problems == []
    with database.reading() as session: assert session.get_one(Event, 2).actor == "erased"


@pytest.mark.parametrize("how", sorted(BAD))
def test_what_an_erasure_may_not_do(database: Database, how: str) -> None:
    """The database itself refuses to add or change a fact, even when an event tells of it."""
    happened(database, 3)
    with pytest.raises(IntegrityError, match="events are facts"): take_out(database, 2, BAD[how])
    with pytest.raises(IntegrityError, match="events are facts"): take_out(database, 2, {ERASED: True}, actor="U9")


def test_an_erasure_of_which_nothing_tells_is_refused(database: Database) -> None:
    """The newest event that tells of erasures has to name the one that is changed; and none is deleted."""
    happened(database, 3)
    take_out(database, 2, {ERASED: True})
    for statement in (update(Event).where(Event.id == 3).values(data={ERASED: True}), delete(Event)):
        with pytest.raises(IntegrityError, match="events are facts"), database.transaction() as session:
            session.execute(statement)
