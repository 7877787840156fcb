"""Trying a target: many cases, each watched for what must never happen; what fails is shrunk and kept."""

import base64
import hashlib
import json
import logging
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

CORPUS = Path(__file__).parents[1] / "corpus"
HANGS = 10.0  # seconds of the processor's time for one case; the slowest honest one takes under one
CHUNK = 2_000  # cases that Hypothesis plans at once; it remembers them all


class Wrong(AssertionError):
    """Something happened that must not: an error that is no refusal, a line at ERROR, a row of somebody else's."""


class Hang(Wrong):
    """A case took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing that is tried: where its cases come from, and what is done with each.

    `run` raises what must not happen; refusals are its own business. `weight` is its part of all cases.
    """

    name: str
    cases: st.SearchStrategy[Any]
    run: Callable[[Any], None]
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One way in which a target failed, with the smallest case that showed it."""

    sign: str
    case: Any
    told: str


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of a target. `slowest` in seconds of the processor's time."""

    target: str
    cases: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: dict[str, Failure] = field(default_factory=dict)

    def add(self, other: "Result") -> None:
        """Take another's in."""
        self.cases += other.cases
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.failures |= other.failures


def tried(target: Target, cases: int, start: int) -> Result:
    """Try a number of cases, by a seed."""
    result, begun = Result(target=target.name), time.perf_counter()
    while result.cases < cases:
        _chunk(target, result, min(CHUNK, cases - result.cases), start + result.cases)
    result.seconds = time.perf_counter() - begun
    return result


def _chunk(target: Target, result: Result, cases: int, start: int) -> None:
    """One run of Hypothesis; a failure ends it, and is let pass from then on."""
    last: list[Any] = []

    def one(case: Any) -> None:
        result.cases += 1
        begun = time.process_time()
        try:
            watched(target, case)
        except Exception as error:
            if sign(error) in result.failures: return
            last[:] = [case, error]
            raise
        finally:
            result.slowest = max(result.slowest, time.process_time() - begun)

    of = settings(
        max_examples=cases, database=None, deadline=None, phases=(Phase.generate, Phase.shrink), print_blob=False,
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    before = result.cases
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HypothesisWarning)  # of long cases
            seed(start)(of(given(target.cases)(one)))()
    except Exception as error:  # noqa: BLE001 - whatever it was, it is told in the table
        case, error = (last[0], last[1]) if last else (None, error)
        result.failures[sign(error)] = Failure(sign=sign(error), case=case, told=_told(error))
    if result.cases == before: result.cases += cases  # nothing is left to try


def watched(target: Target, case: Any) -> None:
    """Run one case; raises what must not happen.

    Raises:
        Hang: it took too long.
        Wrong: it logged an error.
    """
    with _errors() as logged, _in_time():
        try:
            target.run(case)
        except Wrong:  # an error in the log tells more
            if not logged: raise
    if logged: raise _logged(logged[0])


def _logged(record: logging.LogRecord) -> Exception:
    """The error that a line in the log tells of."""
    if record.exc_info and isinstance(record.exc_info[1], Exception): return record.exc_info[1]
    return Wrong(f"logged: {record.name}: {record.msg}")


class _Keep(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record)


@contextmanager
def _errors() -> Iterator[list[logging.LogRecord]]:
    """The lines that are logged as errors meanwhile."""
    handler, root = _Keep(), logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler.kept
    finally:
        root.removeHandler(handler)


@contextmanager
def _in_time() -> Iterator[None]:
    """Stop what takes too long. It counts the processor's time: a busy machine is no hang."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise Hang(f"more than {HANGS:.0f} seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def sign(error: BaseException) -> str:
    """What two failures of one bug have in common: the kind, and the line of ours that it came through last."""
    if isinstance(error, Wrong) and not isinstance(error, Hang): return f"Wrong: {error}"[:200]
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "/site-packages/" not in one.filename and "/fuzz/" not in one.filename
            and "/lib/python" not in one.filename]  # fmt: skip
    last = (ours or frames or [None])[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.name}" if last else type(error).__name__


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))[-3_000:]


# -- the corpus ----------------------------------------------------------------------------------------------------


def keep(target: str, failure: Failure, folder: Path = CORPUS) -> Path:
    """Write the case of a failure into the corpus."""
    text = written(failure.case)
    path = folder / target / f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def kept(target: str, folder: Path = CORPUS) -> list[Any]:
    """The cases of a target in the corpus."""
    return [read(path.read_text("utf-8")) for path in sorted((folder / target).glob("*.json"))]


def written(case: Any) -> str:
    """A case as a file holds it."""
    return json.dumps(case, default=lambda data: {"base64": base64.b64encode(data).decode()}, indent=1) + "\n"


def read(text: str) -> Any:
    """The case in a file."""
    return json.loads(text, object_hook=lambda one: base64.b64decode(one["base64"]) if set(one) == {"base64"} else one)
