"""Telling how far a long piece of work is, on a terminal and in a log."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.bootstrap import Core, Note, open_core
from core.settings import Settings


@contextmanager
def progress() -> Iterator[Note]:
    """A function to be told (what, done, all): a bar on a terminal, a line for each new thing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, int] = {}

        def note(what: str, done: int, all_: int) -> None:
            if what not in tasks: tasks[what] = int(bars.add_task(f"{what[0].upper()}{what[1:]}", total=max(all_, 1)))
            bars.update(tasks[what], completed=done, total=max(all_, 1))  # type: ignore[arg-type]  # rich's TaskID is an int

        yield note


@contextmanager
def opened(settings: Settings) -> Iterator[Core]:
    """`open_core`, telling what the first start has to prepare."""
    with ExitStack() as stack:
        with progress() as note: core = stack.enter_context(open_core(settings, note=note))
        yield core


class _Lines:
    """Without a terminal: one line when something begins."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def __call__(self, what: str, done: int, all_: int) -> None:  # noqa: ARG002 - a line says that it began, not how far it is
        if what in self._said: return
        self._said.add(what)
        sys.stderr.write(f"{what[0].upper()}{what[1:]} ...\n")
        sys.stderr.flush()
