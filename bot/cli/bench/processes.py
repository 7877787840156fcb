"""Processes of their own: how long one takes to its first answer, and how many questions several answer at once."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bot.bootstrap import Note
from core.errors import Unavailable

FIRST = "how do I book a meeting room with a screen?"  # what a fresh process is asked
NONE: Mapping[str, str] = {}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PER_MB = 1024 if sys.platform == "linux" else 1024 * 1024  # Linux counts memory in kilobytes here, macOS in bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many processes, each on one thread, judged so many questions per second together."""

    processes: int
    per_second: float


def fresh(number: int, all_: int, note: Note) -> tuple[float, float]:
    """Seconds from nothing to the first answer, and the megabytes that the process had at its highest."""
    note("starting fresh", number, all_)
    command = [sys.executable, "-m", "bot.cli", "ask", FIRST, "--json"]
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode: raise Unavailable("A fresh `firstline ask` failed; run it by hand to see why.")
    note("starting fresh", number + 1, all_)
    return time.perf_counter() - begin, used.ru_maxrss / PER_MB


def rate(processes: int, seconds: float, questions: int, note: Note) -> Rate:
    """Let so many processes begin at once, and add up what each did per second in at least `seconds`."""
    what = "asking in one process" if processes == 1 else f"asking in {processes} processes"
    note(what, 0, 1)
    with ExitStack() as stack:
        askers = [stack.enter_context(helper("asker", str(seconds), str(questions))) for _ in range(processes)]
        for asker in askers: hear(asker)  # it is ready
        for asker in askers: go(asker)
        found = sum(float(hear(asker)) for asker in askers)
    note(what, 1, 1)
    return Rate(processes=processes, per_second=found)


@contextmanager
def helper(module: str, *arguments: str, settings: Mapping[str, str] = NONE) -> Iterator["subprocess.Popen[str]"]:
    """A module beside this one as a process on one thread; ended at the end of the block, whatever happens.

    `settings` are variables of its environment: the command line would show a password to everybody.
    """
    command: Sequence[str] = [sys.executable, "-m", f"bot.cli.bench.{module}", *arguments]
    process = subprocess.Popen(  # noqa: S603 - our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, **ONE_THREAD, **settings},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def hear(process: "subprocess.Popen[str]") -> str:
    """The next line that a helper says."""
    line = process.stdout.readline() if process.stdout else ""
    if line: return line
    command = " ".join(map(str, process.args)) if isinstance(process.args, list) else str(process.args)
    raise Unavailable(f"A process that measures failed; run `{command}` by hand to see why.")


def go(process: "subprocess.Popen[str]", word: str = "go") -> None:
    """Let a helper that waits go on, with a word of one line."""
    if process.stdin is None: return
    process.stdin.write(f"{word}\n")
    process.stdin.flush()
