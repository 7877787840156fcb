"""What a process may do alone, and what it needs for that."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from click.testing import CliRunner

from bot import duties
from bot.cli import running as start
from bot.cli.main import cli
from bot.duties import ALL, Duty, check, check_clock
from core import logs, private
from core.alone import in_turn, in_turn_at, only_one
from core.db import Database
from core.errors import ConfigProblem, Unavailable
from core.settings import Settings, load_settings, need_slack

SHARED = "postgresql://firstline@db/firstline"


def settings(url: str = SHARED, public: str = "https://it.example.com") -> Settings:
    """Settings of a process that may share its work."""
    return load_settings(database_url=url, public_url=public)


def test_on_sqlite_one_process_does_everything() -> None:
    """A role is refused there in one line; all roles in one process are not."""
    alone = settings("sqlite:///f.db", public="")
    check(alone, ALL)
    for duty in Duty:
        with pytest.raises(ConfigProblem) as caught: check(alone, {duty})
        assert [line.partition(":")[0].partition(" ")[0] for line in caught.value.problems] == [
            "FIRSTLINE_DATABASE_URL", "FIRSTLINE_PUBLIC_URL"
        ]


def test_the_log_says_what_a_process_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve` has the roles that it was given written into each line, before anything else is done."""
    told = []
    monkeypatch.setattr(logs, "configure", lambda _level, form, roles=(): told.append((form, list(roles))))

    @contextmanager
    def stopped(_settings: Settings) -> Iterator[None]:
        raise Unavailable
        yield

    monkeypatch.setattr("bot.cli.running.opened", stopped)
    env = {
        "FIRSTLINE_DATABASE_URL": SHARED, "FIRSTLINE_PUBLIC_URL": "https://it.example.com",
        "FIRSTLINE_LOG_FORMAT": "json", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1",
    }  # fmt: skip
    for roles in ((), ("worker", "bot")):
        CliRunner().invoke(cli, ["serve", *(f"--role={one}" for one in roles)], env=env)
    assert told == [("json", []), ("json", ["bot", "worker"])]


def test_on_postgresql_any_share_will_do() -> None:
    """Any choice of roles is taken, if links lead to whoever shows the pages."""
    for duty in Duty: check(settings(), {duty})
    with pytest.raises(ConfigProblem, match="FIRSTLINE_PUBLIC_URL is not set"): check(settings(public=""), {Duty.BOT})


def test_whoever_does_not_hear_needs_no_app_token() -> None:
    """A worker has no connection of its own, so it is not given the token for one."""
    told = load_settings(slack_bot_token="xoxb-1")
    need_slack(told, connects=False)
    with pytest.raises(ConfigProblem, match="SLACK_APP_TOKEN"): need_slack(told)


@pytest.mark.parametrize(("arguments", "said"), [
    (["--role", "bot", "--role", "web"], "on SQLite one process does everything; leave out --role"),
    (["--role", "cook"], "'cook' is not one of 'bot', 'web', 'worker'"),
])
def test_the_command_refuses_in_a_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    """Before anything is prepared."""
    variables = {
        "FIRSTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/f.db", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"
    }
    ran = CliRunner(env=variables).invoke(cli, ["serve", *arguments])
    assert ran.exit_code != 0
    assert said in ran.output + str(ran.exception)
    assert not (tmp_path / "f.db").exists()


def test_a_second_process_on_one_file_is_refused(sqlite_database: Database, postgres_database: Database) -> None:
    """Until the first has ended; on PostgreSQL there may be any number."""
    refused = pytest.raises(Unavailable, match="Another Firstline serves from this SQLite file")
    with only_one(sqlite_database), refused: only_one(sqlite_database).__enter__()
    with only_one(sqlite_database): pass
    with only_one(postgres_database), only_one(postgres_database): pass


def test_others_wait_for_their_turn(postgres_database: Database, database: Database) -> None:
    """What one process prepares at its first start, no other begins meanwhile."""
    with in_turn(database): pass
    with in_turn(postgres_database), postgres_database.transaction() as session:
        taken = session.connection().exec_driver_sql("SELECT pg_try_advisory_lock(7163442092)").scalar()
    assert taken is False


@pytest.mark.parametrize(("off", "said"), [(9, "9 seconds ahead of"), (-60, "60 seconds behind"), (2, "")])
def test_clocks_must_agree(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch, off: int, said: str
) -> None:
    """A machine whose clock is more than five seconds off the database's is told by how much."""
    monkeypatch.setattr(duties, "ahead_of", lambda _session: timedelta(seconds=off))
    if not said:
        check_clock(postgres_database)
        return
    with pytest.raises(ConfigProblem, match=said): check_clock(postgres_database)


def test_clocks_of_one_machine_agree(database: Database) -> None:
    """The database's time is this machine's."""
    check_clock(database)
    with database.reading() as session: assert abs(duties.ahead_of(session)) < timedelta(seconds=5)


def test_who_shares_a_folder_waits_for_their_turn(tmp_path: Path) -> None:
    """Where processes have folders of their own, none waits for another."""
    import fcntl

    with in_turn_at(tmp_path), (tmp_path / "turn").open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with in_turn_at(tmp_path), in_turn_at(private.folder(tmp_path / "own")): pass


def test_waiting_for_a_turn_is_no_idling(postgres_database: Database) -> None:
    """A server that ends transactions that do nothing leaves the one that holds the turn."""
    with postgres_database.engine.begin() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar()
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET idle_in_transaction_session_timeout = 50')
    postgres_database.close()
    with in_turn(postgres_database), postgres_database.engine.connect() as other:
        other.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("SELECT pg_sleep(0.2)")
        assert other.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").scalar() == 1


def test_only_the_import_takes_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Processes with state folders of their own train at the same time; what they share is imported by one."""
    held: list[str] = []
    seen: list[tuple[str, tuple[str, ...]]] = []

    @contextmanager
    def holding(name: str) -> Iterator[None]:
        held.append(name)
        yield
        held.remove(name)

    monkeypatch.setattr(start, "in_turn", lambda _database: holding("database"))
    monkeypatch.setattr(start, "in_turn_at", lambda _folder: holding("folder"))
    monkeypatch.setattr(start, "import_content", lambda *_: seen.append(("import", tuple(held))))
    monkeypatch.setattr(start, "train_models", lambda *_: seen.append(("train", tuple(held))))
    start.prepare(cast("Any", SimpleNamespace(database=None, settings=SimpleNamespace(state_dir=tmp_path))))
    assert seen == [("import", ("database",)), ("train", ("folder",))]
