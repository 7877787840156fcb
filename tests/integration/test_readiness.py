"""Readiness: whether a process can do its work, and each reason why not as one clear line."""

from pathlib import Path

from sqlalchemy import text

from bot.operations import readiness
from bot.web.machine import machine_only
from core.db import Database
from core.errors import BadInput, Unavailable
from tests.fakes import FakeClock
from tests.operated import asking, operated, settings_in


class Working:
    """A worker of a given age."""

    name = "card"

    def __init__(self, idle: float | None) -> None:
        self._idle = idle

    def idle_for(self) -> float | None:
        """See `Lives`."""
        return self._idle


class TestReadiness:
    def test_each_reason_is_a_line(self, sqlite_database: Database, tmp_path: Path, clock: FakeClock):
        """All reasons at once, one clear line each, and 503."""
        with operated(settings_in(tmp_path), sqlite_database, clock) as ops:
            ops.workers += [Working(None), Working(1.0), Working(500.0)]
            ops.also(readiness.slack(lambda: False))
            with asking(machine_only(ops.ready, ops.figures, ops.refusal)) as ask: answer = ask.get("/ready")
        assert answer.status_code == 503
        assert answer.json() == {"ready": False, "reasons": [
            "The worker of card has ended.",
            "The knowledge base is empty.",
            "The trained models cannot be loaded; `firstline classifier history` lists them.",
            "Slack is not connected; it is tried again by itself.",
        ]}

    def test_a_worker_needs_no_knowledge(self, sqlite_database: Database, tmp_path: Path, clock: FakeClock):
        """A process that answers no questions is ready without an index and models, and makes none."""
        with operated(settings_in(tmp_path), sqlite_database, clock, "worker") as ops:
            assert ops.ready() == []
            assert "firstline_kb_items" not in ops.figures().decode()

    def test_a_stuck_worker(self):
        """One that gave no sign of life for two minutes is stuck."""
        assert readiness.workers(lambda: [Working(1.0), Working(500.0)])() == (
            "The worker of card has been stuck for 500 seconds."
        )
        assert readiness.workers(lambda: [Working(1.0)])() == ""

    def test_a_database_without_tables(self, empty_database: Database):
        """It is told what to run."""
        assert "firstline db upgrade" in readiness.database(empty_database)()

    def test_a_newer_database_is_fine(self, database: Database):
        """While a newer version is brought in, the processes of the one before go on taking traffic."""
        assert readiness.database(database)() == ""
        with database.transaction() as session: session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert readiness.database(database)() == ""

    def test_a_database_that_is_away(self):
        """What the database says is on one line, with no address or password in it."""
        away = Database("postgresql://me:secret-word@127.0.0.1:9/none")
        [why] = readiness.reasons([readiness.database(away)])
        assert why.startswith("The database did not answer")
        assert "\n" not in why
        assert "secret-word" not in why

    def test_room_on_the_disk(self, tmp_path: Path):
        """SQLite needs some; PostgreSQL and memory are not asked."""
        url = f"sqlite:///{tmp_path}/firstline.db"
        assert readiness.room(url, lambda _folder: 1_000_000)() == (
            "The disk of the database is nearly full: 1 MB are left."
        )
        assert readiness.room(url, lambda _folder: 10**12)() == ""
        assert readiness.room("postgresql://host/name", lambda _folder: 0)() == ""

    def test_models_are_tried_now_and_then(self):
        """What could be loaded is not loaded again for a minute; what could not, is tried at once."""
        time, tried = [0.0], list[float]()

        def load() -> None:
            tried.append(time[0])
            if time[0] == 0: raise BadInput("damaged: /some/folder")

        check = readiness.models(load, lambda: time[0])
        said = []
        for now in (0.0, 1.0, 2.0, 62.0):
            time[0] = now
            said.append(check())
        assert [bool(why) for why in said] == [True, False, False, False]
        assert tried == [0, 1, 62]
        assert "/some/folder" not in said[0]

    def test_one_that_fails_hides_no_other(self):
        """A check that cannot be made is a reason itself."""
        def fails() -> str: raise Unavailable("It is\naway.")

        checks: list[readiness.Check] = [fails, lambda: "", lambda: "Second.", lambda: "Second."]
        assert readiness.reasons(checks) == ["It is away.", "Second."]
