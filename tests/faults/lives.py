"""A Firstline in a process of its own, which is killed and begun anew.

Threads do not survive a fork, so the processes come from one that has none: it is forked off first, holds the encoder
that all of them share, and forks each life when it is told to.
"""

import ctypes
import logging
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection as DatabaseConnection

from bot.bootstrap import open_core
from bot.starting import running
from core.db import Database
from core.encoder import Encoder
from core.errors import Unavailable
from core.settings import Settings
from tests.faults.steps import Steps
from tests.faults.troubles import PATIENCE
from tests.killing import kill

WRITES = ("INSERT", "UPDATE", "DELETE")
GAVE_UP = -os.EX_TEMPFAIL  # how a life ends that did not reach Slack when it began, and that is begun anew
Json = dict[str, Any]


class Nursery:
    """The process from which lives are forked. `begin` starts one; whether it is over, and how, is heard later."""

    def __init__(self, encoder: Encoder, clock: Steps) -> None:
        """Fork it off: no thread may run in this process yet."""
        self._pipe, theirs = Pipe()
        self.pid, self.life, self.how = os.fork(), 0, 0
        if self.pid == 0:
            self._pipe.close()
            _nurse(theirs, encoder, clock)
        theirs.close()

    def begin(self, settings: Settings, kill_at: Json | None) -> None:
        """Start a life; it is killed at a commit, if it is to be."""
        self._pipe.send((settings, kill_at))
        self.life = self._pipe.recv()

    def over(self) -> bool:
        """Whether the life was killed meanwhile, or never came up, as `how` tells.

        Raises:
            RuntimeError: it ended in another way.
        """
        return bool(self.life) and self._pipe.poll() and self._ended()

    def kill(self) -> None:
        """End the life as `kill -9` does, and wait until it is over."""
        if not self.life: return
        with suppress(ProcessLookupError): os.kill(self.life, signal.SIGKILL)  # it may have ended just now
        self._ended()

    def close(self) -> None:
        """End the process and the life in it."""
        self.kill()
        self._pipe.close()
        os.waitpid(self.pid, 0)

    def _ended(self) -> bool:
        self.life, self.how = 0, self._pipe.recv()
        if self.how not in (signal.SIGKILL, GAVE_UP): raise RuntimeError(f"Firstline ended by itself ({self.how}).")
        return True


def _die_with_parent() -> None:
    """Leave nothing behind when the process above is killed (prctl(2), PR_SET_PDEATHSIG; Linux alone has it)."""
    if sys.platform == "linux": ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _nurse(pipe: Connection, encoder: Encoder, clock: Steps) -> None:
    """Fork a life for each order, one at a time, and say how it ended."""
    _die_with_parent()
    with suppress(EOFError, OSError):  # the process above has ended
        while order := pipe.recv():
            pid = os.fork()
            if pid == 0: _live(*order, encoder, clock)
            pipe.send(pid)
            _, status = os.waitpid(pid, 0)
            pipe.send(os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status))
    os._exit(0)


def _live(settings: Settings, kill_at: Json | None, encoder: Encoder, clock: Steps) -> None:
    """Be a Firstline until the end."""
    _die_with_parent()
    logging.disable(logging.CRITICAL)
    try:
        with ExitStack() as stack:
            core = stack.enter_context(open_core(settings, encoder=encoder, clock=clock))
            if kill_at: mortal(core.database, **kill_at)
            up = stack.enter_context(running(core))
            up.app.client.timeout = PATIENCE  # type: ignore[assignment]  # a part of a second does as well
            signal.pause()
    except Unavailable:
        os._exit(-GAVE_UP)
    except BaseException:  # noqa: BLE001 - told here, where the process ends
        traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(1)


def mortal(database: Database, commit: int, *, before: bool) -> None:
    """End this process at the commit with this number, of those that write something; before it or after it."""
    wrote, over = set[int](), set[int]()
    numbers: Iterator[int] = count()

    @event.listens_for(database.engine, "before_cursor_execute")
    def write(connection: DatabaseConnection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(WRITES): wrote.add(id(connection))

    @event.listens_for(database.engine, "commit")
    def committing(connection: DatabaseConnection) -> None:
        if id(connection) not in wrote: return
        wrote.discard(id(connection))
        if next(numbers) != commit: return
        if before: kill()
        over.add(1)

    @event.listens_for(database.engine, "rollback")
    def undone(connection: DatabaseConnection) -> None:
        wrote.discard(id(connection))

    @event.listens_for(database.engine, "checkin")
    def given_back(_connection: object, _record: object) -> None:
        if over: kill()


