"""Migrations on SQLite and PostgreSQL: from nothing, twice, by several at once, and equal to the tables in the code."""

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, inspect, text

from core.db import Base, Database
from core.errors import ConfigProblem
from core.migrate import FOLDER, current, pending, upgrade
from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "kb", "classifier", "handoff", "bot")
LATEST = max(file.stem.partition("_")[0] for file in (FOLDER / "versions").glob("*.py"))
RACERS = 3  # processes
UPGRADE = "import sys; from core.db import Database; from core.migrate import upgrade; upgrade(Database(sys.argv[1]))"


def every_table() -> set[str]:
    """The names of all tables in the code, found without the list that the migrations keep."""
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            if "migrations" not in file.parts and re.search(r"^class \w+\(Base\)", file.read_text(), re.MULTILINE):
                import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    return set(Base.metadata.tables)


def run_python(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Another process of the same Python, in the project's folder."""
    return subprocess.Popen(  # noqa: S603 - this Python, with what stands in this file
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **variables},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_from_an_empty_database(empty_database: Database) -> None:
    """An empty database gets every table of the code, and is then up to date."""
    assert current(empty_database) == ""
    assert pending(empty_database)
    upgrade(empty_database)
    assert current(empty_database) == LATEST
    assert not pending(empty_database)
    with empty_database.reading() as session: found = set(inspect(session.connection()).get_table_names())
    assert found == every_table() | {"alembic_version"}


def test_schema_equals_the_code(database: Database) -> None:
    """Alembic finds nothing that a further migration would have to change."""
    every_table()
    with database.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), Base.metadata) == []


def test_the_migrations_know_every_table(tmp_path: Path) -> None:
    """`alembic check`, as a contributor runs it, imports every tables module and finds nothing to do."""
    url = f"sqlite:///{tmp_path / 'checked.db'}"
    database = Database(url)
    upgrade(database)
    database.close()
    command = run_python("-m", "alembic", "-c", str(FOLDER / "alembic.ini"), "check", FIRSTLINE_DATABASE_URL=url)
    said, _ = command.communicate(timeout=60)
    assert command.returncode == 0, said
    assert "No new upgrade operations detected" in said
    every_table()
    modules = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    listed = (FOLDER.parent / "migrate.py").read_text()
    assert [module for module in modules if f'"{module}"' not in listed] == []


def test_twice_is_once(database: Database) -> None:
    """Upgrading what is up to date changes nothing, and asks the database next to nothing."""
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *details: statements.append(details[2]))
    upgrade(database)
    assert not any(re.match("CREATE|INSERT|UPDATE|ALTER|DROP|BEGIN IMMEDIATE", sql) for sql in statements)
    assert len(statements) <= 4


def test_several_processes_at_once(empty_url: str) -> None:
    """Processes that start together on an empty database all end well, and it is upgraded once."""
    racers = [run_python("-c", UPGRADE, empty_url) for _ in range(RACERS)]
    for racer in racers:
        said, _ = racer.communicate(timeout=60)
        assert racer.returncode == 0, said
        assert said == ""
    database = Database(empty_url)
    assert current(database) == LATEST
    database.close()


def test_data_outlives_an_upgrade(database: Database) -> None:
    """What is stored is still there after upgrading again."""
    with database.transaction() as session: session.execute(text("INSERT INTO ticket_counters VALUES ('INC', 7)"))
    upgrade(database)
    with database.reading() as session: assert session.scalar(text("SELECT value FROM ticket_counters")) == 7


def test_a_newer_database_is_left_alone(database: Database) -> None:
    """A database that a later version has used is refused in one clear line."""
    with database.transaction() as session: session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for action in (pending, upgrade):
        with pytest.raises(ConfigProblem, match="revision 9999") as caught: action(database)
        assert len(caught.value.problems) == 1
    assert current(database) == "9999"


def test_somebody_elses_tables(empty_database: Database) -> None:
    """A database with tables of the same names is refused in one clear line, and nothing is added to it."""
    with empty_database.transaction() as session: session.execute(text("CREATE TABLE tickets (id INTEGER)"))
    with pytest.raises(ConfigProblem, match="tables that Firstline did not make") as caught: upgrade(empty_database)
    assert len(str(caught.value).splitlines()) == 1
    with empty_database.reading() as session:
        assert inspect(session.connection()).get_table_names() == ["tickets"]


def test_a_user_who_may_not_make_tables(postgres: PostgresServer) -> None:
    """A PostgreSQL user without the right to make tables is told so in one clear line."""
    name = postgres.create()
    owner = Database(postgres.url(name))
    with owner.transaction() as session: session.execute(text("CREATE ROLE reader LOGIN"))
    owner.close()
    reader = Database(postgres.url(name).replace("postgres@", "reader@"))
    with pytest.raises(ConfigProblem, match="may not make tables") as caught: upgrade(reader)
    assert len(str(caught.value).splitlines()) == 1
    reader.close()
    postgres.drop(name)


def test_a_folder_with_a_percent_sign(tmp_path: Path) -> None:
    """The migrations are found wherever Firstline is installed."""
    place = tmp_path / "100% ours"
    place.mkdir()
    for package in PACKAGES: (place / package).symlink_to(ROOT / package)
    url = f"sqlite:///{tmp_path / 'here.db'}"
    started = run_python("-c", f"import os; os.chdir({str(place)!r}); {UPGRADE}", url, PYTHONPATH=str(place))
    said, _ = started.communicate(timeout=60)
    assert started.returncode == 0, said
