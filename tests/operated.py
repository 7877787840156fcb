"""A process's figures and readiness, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from bot.operations.operations import Operations, operating
from core.clock import Clock
from core.db import Database
from core.encoder import HashingEncoder
from core.settings import Settings, load_settings
from kb.service import KnowledgeBase

DATA = Path(__file__).parents[1] / "data"


def settings_in(folder: Path) -> Settings:
    """Settings that keep everything in one folder."""
    return load_settings(state_dir=folder, database_url=f"sqlite:///{folder}/firstline.db", data_dir=DATA)


@contextmanager
def operated(settings: Settings, database: Database, clock: Clock, role: str = "bot") -> Iterator[Operations]:
    """The operations of one process over an empty knowledge base."""
    kb = KnowledgeBase(database, HashingEncoder(), clock)
    with operating(settings, database, kb, "hashing", clock, [role]) as made: yield made


def asking(app: Any) -> TestClient:
    """Somebody who asks an application."""
    return TestClient(app, raise_server_exceptions=False)
