"""What a reply is read against, and what it can mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way on from a step: its label, and other ways to say it."""

    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The step that waits: its text (Markdown) and its choices, none at a step that wants something typed."""

    say: str
    choices: tuple[Choice, ...] = ()
    help: str = ""
    notes: str = ""


class Command(StrEnum):
    """What always works, at every step."""

    BACK = "back"
    START_OVER = "start over"
    STOP = "stop"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One choice, by its place; `sure` is the probability (0 to 1) that it was meant."""

    place: int
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Probably one of these choices, likelier first: ask back between them."""

    places: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A question in between: the step stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """None of all that; at a step that wants something typed, this is what was typed."""


Meaning = Chosen | Close | Aside | Unclear | Command


def choices_of(labels: Sequence[str]) -> tuple[Choice, ...]:
    """Choices that are labels only."""
    return tuple(Choice(label=label) for label in labels)
