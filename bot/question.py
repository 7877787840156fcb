"""What a person said, and what Firstline says back, as values that every surface shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from handoff.tickets import Ticket
from kb.cookbook import End, Step
from kb.service import Kept


class Surface(StrEnum):
    """Where a message came from."""

    DM = "dm"
    MENTION = "mention"
    CHANNEL = "channel"
    COMMAND = "command"
    SHORTCUT = "shortcut"
    TERMINAL = "terminal"

    @property
    def private(self) -> bool:
        """Whether only the person reads what is said there."""
        return self not in (Surface.MENTION, Surface.CHANNEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One message of a person. `keys` make it known again when it is delivered twice; `thread_ts` names the thread."""

    person: str
    text: str
    channel: str
    ts: str
    thread_ts: str
    surface: Surface
    keys: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Passages of an approved article, word for word, with what it takes to trust them.

    `parts` are (heading, text): the opening, which answers in short, and the section that fits best.
    """

    slug: str
    title: str
    parts: tuple[tuple[str, str], ...]
    url: str
    verified: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A further article, by title and address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One reading of an unclear question."""

    kind: str
    slug: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReply:
    """An article's passages that answer; `confidence` is None when the person chose the article."""

    turn: int
    quote: Quote
    others: tuple[Link, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReply:
    """Where a run stands: the step to do now, or how it ended. `trail` is (what was said, what was answered)."""

    run: int
    seen: int
    title: str
    trail: tuple[tuple[str, str], ...]
    step: Step | None
    end: End | None = None
    article: Quote | None = None
    stale: bool = False
    handed: "TicketReply | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarifyReply:
    """One short question: which of these is meant?"""

    turn: int
    options: tuple[Option, ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReply:
    """A form of the catalogue to fill in."""

    turn: int
    slug: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReply:
    """People have it: number, queue, promised time; what came closest; what to do until then."""

    ticket: Ticket
    reason: str
    tz: str
    goal_question: str = ""
    nearest: Link | None = None
    confidence: float = 0.0
    advice: Quote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageReply:
    """A known outage, and the how-manieth person this is."""

    turn: int
    text: str
    since: datetime
    place: int
    tz: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReply:
    """How tickets are doing; `asked` is the number that was named, if one was."""

    tickets: tuple[Ticket, ...]
    tz: str
    asked: str = ""
    turn: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainReply:
    """A few words: which ones is the name of a text."""

    text: str
    turn: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReply:
    """The requester says that it works again: they may close their ticket, or have just closed it."""

    ticket: Ticket


Reply = (
    AnswerReply | StepReply | ClarifyReply | FormReply | TicketReply | OutageReply | StatusReply | PlainReply
    | CloseReply
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reply to a message; to a part of it, where `about` has the part's words and `part` says which of how many."""

    reply: Reply
    about: str = ""
    part: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """What a person's App Home shows."""

    name: str
    tz: str
    tickets: tuple[Ticket, ...]
    waiting: tuple[Ticket, ...]
    forms: tuple[tuple[str, str], ...]
    outages: tuple[tuple[int, str], ...]
    is_staff: bool
    is_editor: bool
    reads_runbooks: bool = False
    writes_runbooks: bool = False
    drafts: tuple[Kept, ...] = ()
    recent: tuple[Link, ...] = ()
    contact: str = ""
