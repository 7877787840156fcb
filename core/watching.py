"""What watches a piece of work: how long its stages take, and which event or request it belongs to.

Nobody watches by default, and then a stage costs one look at a variable. Who watches is set at the edge (a Slack event,
an HTTP request, a delivery) for the work that begins there, in this thread and in those that take its context along.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar, Token, copy_context
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

Told = str | int | float | bool  # what may be known of a stage; never a person's words
P = ParamSpec("P")
R = TypeVar("R")


class Watch(Protocol):
    """Somebody who wants to know how long stages take."""

    def stage(self, name: str, **told: Told) -> AbstractContextManager[object]:
        """A stage, from its beginning to its end."""


_WATCH: ContextVar[Watch | None] = ContextVar("firstline_watch", default=None)
_TRACE: ContextVar[str] = ContextVar("firstline_trace", default="")
_NOTHING = nullcontext()


def stage(name: str, **told: Told) -> AbstractContextManager[object]:
    """A stage of the work in hand, told to whoever watches."""
    watch = _WATCH.get()
    return watch.stage(name, **told) if watch else _NOTHING


def staged(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a stage of every call of a function."""

    def around(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def within(*args: P.args, **kwargs: P.kwargs) -> R:
            with stage(name): return function(*args, **kwargs)

        return within

    return around


@contextmanager
def watched(by: Watch | None, trace: str = "") -> Iterator[None]:
    """Work that somebody watches; `trace` is the id of its event or request (empty: the one so far)."""
    tokens: list[tuple[ContextVar[Any], Token[Any]]] = [(_WATCH, _WATCH.set(by))]
    if trace: tokens.append((_TRACE, _TRACE.set(trace)))
    try:
        yield
    finally:
        for variable, token in tokens: variable.reset(token)


def trace() -> str:
    """The id of the event or request that the work in hand belongs to; empty where it belongs to none."""
    return _TRACE.get()


class FollowingThreads(ThreadPoolExecutor):
    """Threads that are watched by whoever watches the work that hands something to them."""

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> "Future[R]":
        """Take the present context along."""
        return super().submit(copy_context().run, fn, *args, **kwargs)
