"""Every error Firstline raises on purpose, in one tree.

FirstlineError
├── BadInput         what a person or a file gave us cannot be used; names what and where
│   └── Stale        it was drawn for a state that has passed; the current state is shown instead
├── ConfigProblem    settings or a data file stop Firstline from starting; lists every problem at once
├── NotFound         the named thing does not exist
├── NotAllowed       this person's roles do not permit the action
├── CannotDeliver    something outside refused for good; trying again cannot help
└── Unavailable      something outside did not answer; trying again later may help
    └── TryLater     the same of one delivery, with the wait that was asked for

A message is one sentence: what happened, then what to do next. People see the message, never a traceback.
"""

import secrets
from datetime import timedelta


class FirstlineError(Exception):
    """The root: catch this at the edges."""


class BadInput(FirstlineError):
    """What was given cannot be used; the message names what and where."""


class Stale(BadInput):
    """A click or a save was made on a state that has passed."""


class ConfigProblem(FirstlineError):
    """Settings or data files are wrong; `problems` holds one line each."""

    def __init__(self, problems: list[str]) -> None:
        """Keep every problem, and show them as one message with a line each."""
        super().__init__("\n".join(problems))
        self.problems = problems


class NotFound(FirstlineError):
    """The named thing does not exist."""


class NotAllowed(FirstlineError):
    """The person's roles do not permit this."""


class Unavailable(FirstlineError):
    """Something outside Firstline did not answer."""


class TryLater(Unavailable):
    """One delivery cannot be made now.

    `wait` is how long the other side asked us to wait, if it did; `harmless`: this attempt surely did nothing.
    """

    def __init__(self, message: str, wait: timedelta | None = None, *, harmless: bool = False) -> None:
        """Keep what is known beside the message."""
        super().__init__(message)
        self.wait, self.harmless = wait, harmless


class CannotDeliver(FirstlineError):
    """Something outside refused for good."""


def new_reference() -> str:
    """A short reference a person can read out, which is in the log too (such as `E-7F3A2C`)."""
    return f"E-{secrets.token_hex(3).upper()}"
