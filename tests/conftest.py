"""Fixtures that every kind of test shares. Nothing starts before a test asks for it."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from core.db import Database
from core.encoder import HashingEncoder, SentenceEncoder
from core.encoders import load_encoder, reference_encoder
from core.migrate import upgrade
from core.onnx_encoder import OnnxEncoder
from tests.fakes import FakeClock
from tests.postgres import Lending, PostgresServer
from tests.sharing import shared_folder

FILE = "firstline.db"
# What runs when: one file makes the models that most functional tests need, while the others do without them; at the
# end short files share out the rest evenly.
FIRST, TURNS = "test_actions_approvals.py", {"unit": 1, "contract": 1, "functional": 2, "property": 2}

# No deadline: a busy machine is slow now and then, and that is no failure. Every run tries the same cases, so that only
# a change turns a test red; `make explore` looks for new ones.
settings.register_profile("firstline", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "firstline"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files into an order in which no worker waits for another."""
    items.sort(key=lambda one: 0 if one.path.name == FIRST else TURNS.get(one.path.parent.name, 3))


@pytest.fixture
def clock() -> FakeClock:
    """A clock that a test sets."""
    return FakeClock()


@pytest.fixture
def hashing_encoder() -> HashingEncoder:
    """An encoder that needs no model."""
    return HashingEncoder()


@pytest.fixture(scope="session")
def sentence_encoder() -> SentenceEncoder:
    """The bundled model as sentence-transformers runs it; loading it takes seconds, so all tests share it."""
    return reference_encoder()


@pytest.fixture(scope="session")
def exported_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder that holds an export of the bundled model and nothing else; not to be changed."""
    return shared_folder(tmp_path_factory, "exported", partial(load_encoder, ""))


@pytest.fixture(scope="session")
def onnx_encoder(exported_state: Path) -> OnnxEncoder:
    """The bundled model as it serves."""
    found = load_encoder("", exported_state)
    assert isinstance(found, OnnxEncoder)
    return found


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, one for all tests."""
    with PostgresServer() as server: yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""

    def migrate(folder: Path) -> None:
        database = Database(f"sqlite:///{folder / FILE}")
        upgrade(database)
        database.close()

    return shared_folder(tmp_path_factory, "migrated", migrate) / FILE


@pytest.fixture(scope="session")
def migrated_name(postgres: PostgresServer) -> str:
    """A PostgreSQL database with all tables and no rows, to be copied."""
    name = postgres.create()
    database = Database(postgres.url(name))
    upgrade(database)
    database.close()
    return name


@pytest.fixture
def sqlite_database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database with all tables."""
    file = tmp_path / FILE
    shutil.copy(migrated_file, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def lending(postgres: PostgresServer, migrated_name: str) -> Lending:
    """PostgreSQL databases with all tables and no rows."""
    return Lending(postgres, migrated_name)


@pytest.fixture
def postgres_database(postgres: PostgresServer, lending: Lending) -> Iterator[Database]:
    """A fresh PostgreSQL database with all tables."""
    name = lending.lend()
    database = Database(postgres.url(name))
    yield database
    database.close()
    lending.take_back(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database with all tables: the test runs on SQLite and on PostgreSQL."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it: the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def empty_database(empty_url: str) -> Iterator[Database]:
    """A database with nothing in it."""
    database = Database(empty_url)
    yield database
    database.close()
