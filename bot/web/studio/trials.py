"""Dry runs that take a while: begun once, looked at until they are done. They are kept in this process alone."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import FirstlineError, new_reference

_log = logging.getLogger(__name__)

MOST = 20  # that are remembered; the oldest is forgotten, and can be run again
Note = Callable[[int, int], None]
FAILED = "The dry run broke off. Please try again. If it happens again, tell IT this reference: {reference}"


@dataclass(slots=True, kw_only=True)
class Trial:
    """One dry run: when it began, how far it is (questions done, and of how many), and a result or what went wrong."""

    at: datetime
    done: int = 0
    of: int = 0
    result: Any = None
    problem: str = ""

    @property
    def over(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.result is not None or bool(self.problem)


class Trials:
    """The dry runs of one process, one at a time: each keeps a core busy."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: OrderedDict[Hashable, Trial] = OrderedDict()
        self._lock, self._turn = threading.Lock(), threading.Lock()

    def find(self, key: Hashable) -> Trial | None:
        """A dry run that was begun; None if there is none, or it was forgotten."""
        with self._lock: return self._known.get(key)

    def begin(self, key: Hashable, run: Callable[[Note], Any], now: datetime) -> Trial:
        """Run it, unless it is under way."""
        with self._lock:
            found = self._known.get(key)
            if found and not found.over: return found
            trial = self._known[key] = Trial(at=now)
            self._known.move_to_end(key)
            while len(self._known) > MOST: self._known.popitem(last=False)
        threading.Thread(target=self._go, args=(trial, run), name="dry-run", daemon=True).start()
        return trial

    def _go(self, trial: Trial, run: Callable[[Note], Any]) -> None:
        def note(done: int, of: int) -> None: trial.done, trial.of = done, of

        with self._turn:
            try:
                trial.result = run(note)
            except FirstlineError as error:
                trial.problem = str(error)
            except Exception:  # noqa: BLE001 - nobody else would ever hear of it
                reference = new_reference()
                _log.exception("A dry run failed: reference=%s", reference)
                trial.problem = FAILED.format(reference=reference)
