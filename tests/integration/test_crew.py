"""Who works in a process: what is given up counts, whoever gave it up; all end within one and the same time."""

from pathlib import Path
from typing import Any, cast

import pytest

from bot import carrying, crew
from bot.bootstrap import Core
from bot.carrying import AutomationOutbound
from bot.worker import Worker
from core import outbox
from core.db import Database
from core.encoder import HashingEncoder
from core.errors import CannotDeliver
from handoff.actions.effects import CALL
from kb.service import KnowledgeBase
from tests.fakes import FakeClock
from tests.operated import operated, settings_in


class Refusing:
    """An automation that refuses for good."""

    def carry_out(self, request: int) -> None:
        """Refuse."""
        raise CannotDeliver(f"{request} is not allowed.")


class Slow(Worker):
    """A worker that takes nine seconds to end, by the clock of the test."""

    now, ended = 0.0, list[tuple[str, float]]()

    def finish(self) -> None:
        """Be told."""
        self.ended.append(("told", Slow.now))

    def stop(self, seconds: float = 30.0) -> None:
        """Take them."""
        self.ended.append(("stop", seconds))
        Slow.now += 9


def test_an_action_that_is_given_up_counts(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> None:
    """Like everything else that ends undelivered."""
    kb = KnowledgeBase(sqlite_database, HashingEncoder(), clock)
    settings = settings_in(tmp_path)
    core = Core(settings=settings, database=sqlite_database, encoder=HashingEncoder(), kb=kb, clock=clock)
    with operated(settings, sqlite_database, clock) as ops:
        first, *_ = crew.callers(core, AutomationOutbound(cast("Any", Refusing())), ops)
        with sqlite_database.transaction() as session:
            outbox.put(session, CALL, key="call:1", lane="call:1", now=clock(), request=1)
        assert first.work_once() == 1
        assert f'firstline_outbox_given_up_total{{kind="{CALL}"}} 1.0' in ops.figures().decode()
    assert CALL in carrying.ACTIONS


def test_all_end_within_one_time(
    sqlite_database: Database, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is told before the first is waited for; later ones have what is left of the time."""
    monkeypatch.setattr(crew, "monotonic", lambda: Slow.now)
    with operated(settings_in(tmp_path), sqlite_database, clock) as ops:
        ops.workers += [Slow(sqlite_database, cast("Any", None), clock) for _ in range(4)]
        crew.stop(ops)
        assert Slow.ended == [*[("told", 0.0)] * 4, ("stop", 25.0), ("stop", 16.0), ("stop", 7.0), ("stop", -2.0)]
        crew.stop(ops)
        assert (len(Slow.ended), ops.workers) == (8, [])
