"""Backup and restore: made while others write, brought back equal and proven, never over anything."""

import io
import json
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.cli.keeping import backup as backup_command
from bot.cli.keeping import restore as restore_command
from core import audit, events, migrate, noted, outbox, private
from core.backup import DATABASE, MANIFEST, hash_of, make, rows_of
from core.db import Base, Database
from core.errors import BadInput, ConfigProblem
from core.events import Event
from core.outbox import OutboxItem
from core.restoring import AHEAD, DONE, Restored, restore
from handoff.tables import CounterRow
from tests.postgres import PostgresServer

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KEY = b"a key of one's own"
BEFORE, DURING = 100, 30  # events


def write(database: Database, number: int) -> None:
    """One use case: a fact and what follows from it, sealed now and then."""
    with database.transaction() as session: put(session, number)


def put(session: Session, number: int) -> None:
    """The same in a transaction."""
    events.record(session, "ticket.noted", f"ticket:{number}", actor="U1", at=NOW, note="ünïcode ☕", number=number)
    outbox.put(session, "card", key=f"card:{number}", lane="card", now=NOW, ticket=number)
    if number % 50 == 0: audit.seal(session, KEY)


def state(folder: Path) -> Path:
    """A state folder with models in it, and what does not belong into a backup."""
    for name, words in (("models/a/classifier.npz", "numbers"), ("models/live", "a"), ("encoder/model.onnx", "big")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(words, encoding="utf-8")
    return folder


def filled(database: Database) -> Database:
    """A database with a history."""
    with database.transaction() as session:
        for number in range(1, BEFORE + 1): put(session, number)
    return database


def content(database: Database) -> dict[str, list[Any]]:
    """Every row of every table; of the outbox without its attempts, see `test_what_may_have_been_posted_since`."""
    with database.reading() as session:
        tables = {t.name: select(t).order_by(*t.primary_key.columns) for t in Base.metadata.sorted_tables}
        columns = [column for column in OutboxItem.__table__.columns if column.name != "attempts"]
        tables["outbox"] = select(*columns).order_by(OutboxItem.id)
        return {name: [tuple(row) for row in session.execute(rows)] for name, rows in tables.items()}


def brought_back(file: Path, url: str, state_dir: Path, key: bytes = KEY) -> tuple[Restored, dict[str, list[Any]]]:
    """Restore into a database, and tell what is in it."""
    database = Database(url)
    try:
        back = restore(file, database, state_dir, NOW, key)
        assert not migrate.pending(database)
        found = content(database)
        found["events"] = [row for row in found["events"] if row[2] != DONE]
        return back, found
    finally:
        database.close()


@pytest.mark.parametrize(("old", "new"), [("sqlite", "postgres"), ("postgres", "sqlite"), ("sqlite", "sqlite")])
def test_equal(request: pytest.FixtureRequest, tmp_path: Path, old: str, new: str):
    """From either database to either: every row is the same, the history holds, and the models are back."""
    database: Database = request.getfixturevalue(f"{old}_database")
    server: PostgresServer = request.getfixturevalue("postgres")
    url = f"sqlite:///{tmp_path}/new.db" if new == "sqlite" else server.url(server.create())
    file = tmp_path / "company.backup"
    told = make(filled(database), state(tmp_path / "state"), file, NOW)
    back, found = brought_back(file, url, tmp_path / "new")
    assert found == content(database)
    assert back == Restored(rows=sum(told.rows.values()), sealed=BEFORE, models=2, made_at=NOW.isoformat())
    assert (tmp_path / "new/models/a/classifier.npz").read_text() == "numbers"
    assert not (tmp_path / "new/encoder").exists()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("new", ["sqlite", "postgres"])
def test_what_was_given_out_after_a_backup_is_not_given_out_again(
    request: pytest.FixtureRequest, tmp_path: Path, new: str
):
    """Numbers of tickets and ids of events go on far ahead: other systems know those of tickets that are lost here."""
    source = Database(f"sqlite:///{tmp_path}/old.db")
    migrate.upgrade(source)
    with filled(source).transaction() as session: session.add(CounterRow(prefix="INC", value=41))
    make(source, tmp_path, tmp_path / "b", NOW)
    server: PostgresServer = request.getfixturevalue("postgres")
    back = Database(f"sqlite:///{tmp_path}/new.db" if new == "sqlite" else server.url(server.create()))
    restore(tmp_path / "b", back, tmp_path / "state", NOW, KEY)
    known = noted.read(tmp_path / "state" / noted.FILE)
    with back.transaction() as session:
        events.record(session, "ticket.noted", "ticket:1", actor="U1", at=NOW)
        assert session.get_one(CounterRow, "INC").value == 41 + AHEAD
        last = session.scalars(select(Event).order_by(Event.id.desc()).limit(2)).all()
        assert [(one.id, one.kind) for one in last] == [
            (BEFORE + AHEAD + 1, "ticket.noted"), (BEFORE + AHEAD, DONE)]
        assert audit.seal(session, KEY, known) == 2
        assert audit.verify(session, NOW, KEY, known=known).problems == []
    for one in (source, back): one.close()


def test_what_may_have_been_posted_since(tmp_path: Path):
    """An item that was open in the backup counts as tried: before it is posted it is looked for in Slack."""
    old, new = (Database(f"sqlite:///{tmp_path}/{name}.db") for name in ("old", "new"))
    migrate.upgrade(old)
    with old.transaction() as session:
        for number in range(3): put(session, number)
        outbox.done(session, outbox.claim(session, NOW, 1)[0], NOW)
    make(old, tmp_path, tmp_path / "b", NOW)
    restore(tmp_path / "b", new, tmp_path / "state", NOW, KEY)
    with new.transaction() as session:
        items = session.scalars(select(OutboxItem).order_by(OutboxItem.id))
        assert [(one.attempts, one.done_at is None) for one in items] == [(1, False), (1, True), (1, True)]
        assert [one.attempts for one in outbox.claim(session, NOW, 1)] == [2]
    for one in (old, new): one.close()


def test_a_backup_during_training_can_be_brought_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Models that are replaced after they were looked at are in it as they were."""
    database, folder, file = Database(f"sqlite:///{tmp_path}/old.db"), state(tmp_path / "state"), tmp_path / "b"
    migrate.upgrade(database)

    def trained(*found: Any) -> int:
        (folder / "models/live").write_text("b", encoding="utf-8")
        return len(found)

    monkeypatch.setattr("core.backup.rows_of", lambda one, real=rows_of: trained() or real(one))
    make(database, folder, file, NOW)
    database.close()
    brought_back(file, f"sqlite:///{tmp_path}/new.db", tmp_path / "new")
    assert (tmp_path / "new/models/live").read_text() == "a"


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What is whole is copied there; nothing is overwritten, and nothing is left that is not whole."""
    def unable(*_of: Any) -> None: raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", unable)
    whole, name = tmp_path / "whole", tmp_path / "name"
    whole.write_text("all of it", encoding="utf-8")
    private.place(whole, name)
    assert name.read_text() == "all of it"
    assert name.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError): private.place(whole, name)
    monkeypatch.setattr("shutil.copyfileobj", unable)
    with pytest.raises(PermissionError): private.place(whole, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_while_others_write(database: Database, tmp_path: Path):
    """Writers go on during a backup; it holds one moment, in which each use case is there whole or not at all."""
    filled(database)
    begun, enough = threading.Event(), threading.Event()

    def writing() -> None:
        for number in range(BEFORE + 1, 100_000):
            write(database, number)
            begun.set()
            if enough.is_set() and number > BEFORE + DURING: return

    writer = threading.Thread(target=writing)
    writer.start()
    try:
        assert begun.wait(30)
        make(database, tmp_path, tmp_path / "b", NOW)
    finally:
        enough.set()
        writer.join()
    _, found = brought_back(tmp_path / "b", f"sqlite:///{tmp_path}/new/firstline.db", tmp_path / "new")
    numbers = [json.loads(row[5])["number"] if isinstance(row[5], str) else row[5]["number"] for row in found["events"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(found["outbox"]) == len(numbers) > BEFORE
    with database.reading() as session: assert len(numbers) < (session.scalar(select(func.count(Event.id))) or 0)


class TestRefusals:
    @pytest.fixture
    def file(self, sqlite_database: Database, tmp_path: Path) -> Path:
        """A backup."""
        make(filled(sqlite_database), state(tmp_path / "state"), tmp_path / "b", NOW)
        return tmp_path / "b"

    def test_nothing_is_overwritten(self, file: Path, sqlite_database: Database, tmp_path: Path):
        """Neither a file by a backup, nor a database or models by a restore."""
        with pytest.raises(BadInput, match="exists already"): make(sqlite_database, tmp_path, file, NOW)
        with pytest.raises(BadInput, match="exists already"):
            restore(file, sqlite_database, tmp_path / "new", NOW, KEY)
        with pytest.raises(BadInput, match=r"state/models exists already"):
            brought_back(file, f"sqlite:///{tmp_path}/new.db", tmp_path / "state")
        assert not (tmp_path / "new.db").exists()

    def test_a_filled_postgres(self, file: Path, postgres_database: Database, tmp_path: Path):
        """The same where the database is a server's; no models are left behind either."""
        write(postgres_database, 1)
        with pytest.raises(BadInput, match="not empty"): restore(file, postgres_database, tmp_path / "new", NOW, KEY)
        assert not (tmp_path / "new/models").exists()

    def test_another_key(self, file: Path, tmp_path: Path):
        """A history that does not hold is not brought back."""
        with pytest.raises(BadInput, match="another key"):
            brought_back(file, f"sqlite:///{tmp_path}/new.db", tmp_path / "new", b"wrong")
        assert sorted(path.name for path in tmp_path.glob("new*")) == ["new"]

    @pytest.mark.parametrize("where", [0.05, 0.5, 0.98])
    def test_damage(self, file: Path, tmp_path: Path, where: float):
        """A byte that changed anywhere is found, whatever it is in, and nothing is brought back."""
        content = bytearray(file.read_bytes())
        place = next(n for n in range(int(len(content) * where), len(content)) if content[n])
        content[place] ^= 0x55
        file.write_bytes(content)
        with pytest.raises(BadInput): brought_back(file, f"sqlite:///{tmp_path}/new.db", tmp_path / "new")
        assert not (tmp_path / "new.db").exists()

    @pytest.mark.parametrize("content", [b"", b"no archive", b"\0" * 20_480])
    def test_no_backup(self, content: bytes, tmp_path: Path):
        """Another file is one clear line."""
        (tmp_path / "other").write_bytes(content)
        with pytest.raises(BadInput, match="no backup of Firstline"):
            brought_back(tmp_path / "other", f"sqlite:///{tmp_path}/new.db", tmp_path / "new")

    @pytest.mark.parametrize(("name", "kind"), [
        ("models/../../out", tarfile.REGTYPE), ("/out", tarfile.REGTYPE), ("other", tarfile.REGTYPE),
        ("models/link", tarfile.SYMTYPE), ("models/hard", tarfile.LNKTYPE), ("models/fifo", tarfile.FIFOTYPE),
    ])
    def test_an_archive_that_reaches_out(self, file: Path, tmp_path: Path, name: str, kind: bytes):
        """No path outside, no link, no device, nothing that a backup does not hold: not one file of it is written."""
        bad = tmp_path / "bad"
        repacked(file, bad, lambda told: told["files"].update({name: "0" * 64}), name, kind)
        with pytest.raises(BadInput, match=r"no backup does|damaged"):
            brought_back(bad, f"sqlite:///{tmp_path}/new.db", tmp_path / "new")
        assert [path for path in tmp_path.iterdir() if path.name == "out"] == []
        assert not list((tmp_path / "new").iterdir())

    def test_rows_that_are_missing(self, file: Path, tmp_path: Path):
        """What the manifest promises must be there."""
        repacked(file, tmp_path / "bad", lambda told: told["rows"].update(events=BEFORE + 1))
        with pytest.raises(BadInput, match="rows that it should"):
            brought_back(tmp_path / "bad", f"sqlite:///{tmp_path}/new.db", tmp_path / "new")

    def test_a_newer_version(self, file: Path, sqlite_database: Database, tmp_path: Path):
        """A database of a later version needs that version."""
        with sqlite3.connect(sqlite_database.engine.url.database or "") as raw:
            raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.close()
        with pytest.raises(ConfigProblem, match="9999"): make(sqlite_database, tmp_path, tmp_path / "later", NOW)
        assert file.exists()


def repacked(
    file: Path, new: Path, change: Callable[[dict[str, Any]], object], name: str = "", kind: bytes = tarfile.REGTYPE
) -> None:
    """A backup with another manifest, and one member more."""
    with tarfile.open(file) as old, tarfile.open(new, "x") as made:
        for member in old:
            opened = old.extractfile(member)
            data = opened.read() if opened else b""
            if member.name == MANIFEST:
                told = json.loads(data)
                change(told)
                data = json.dumps(told).encode()
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
        if not name: return
        more = tarfile.TarInfo(name)
        more.type, more.linkname, more.size = kind, DATABASE, 0
        made.addfile(more, io.BytesIO(b""))


def test_an_earlier_version(tmp_path: Path):
    """A backup of the version before is brought to this one."""
    before = migrate.revisions()[-2]
    old = Database(f"sqlite:///{tmp_path}/old.db")
    migrate.upgrade(old, before)
    with old.transaction() as session: events.record(session, "ticket.noted", "ticket:1", actor="U1", at=NOW)
    old.close()
    again = Database(f"sqlite:///{tmp_path}/old.db")
    told = {"made_at": "", "revision": before, "rows": rows_of(again)}
    again.close()
    with tarfile.open(tmp_path / "b", "x") as archive:
        said = json.dumps(told | {"files": {DATABASE: hash_of(tmp_path / "old.db")}}).encode()
        about = tarfile.TarInfo(MANIFEST)
        about.size = len(said)
        archive.addfile(about, io.BytesIO(said))
        archive.add(tmp_path / "old.db", DATABASE)
    _, found = brought_back(tmp_path / "b", f"sqlite:///{tmp_path}/new.db", tmp_path / "new", b"")
    assert [row[2] for row in found["events"]] == ["ticket.noted"]


def test_the_commands(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`firstline backup` and `firstline restore` tell what they did, and that the history holds."""
    filled(sqlite_database)
    monkeypatch.setenv("FIRSTLINE_AUDIT_KEY", KEY.decode())
    for url, folder, command, said in (
        (str(sqlite_database.engine.url), state(tmp_path / "old"), backup_command, "302 rows and 2 files"),
        (f"sqlite:///{tmp_path}/new.db", tmp_path / "new", restore_command, "100 events of the history are sealed"),
    ):
        monkeypatch.setenv("FIRSTLINE_DATABASE_URL", url)
        monkeypatch.setenv("FIRSTLINE_STATE_DIR", str(folder))
        ran = CliRunner().invoke(command, [str(tmp_path / "b")], catch_exceptions=False)
        assert ran.exit_code == 0
        assert said in ran.stdout, ran.stdout
