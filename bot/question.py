"""What a person said, and what Firstline says back, as values that every surface shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.standing import Ended, Standing
from bot.tasking import TaskView
from handoff.finding import Page, Show
from handoff.tickets import Ticket
from kb.cookbook import Done, End, Step
from kb.drafts import Kept


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
    """One message of a person. `keys` make it known again when it is delivered twice; `thread_ts` names the thread.

    `named` are the people of the workspace whom it mentions, as mentions: its text has their names alone.
    """

    person: str
    text: str
    channel: str
    ts: str
    thread_ts: str
    surface: Surface
    keys: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


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


UNSURE = "no answer in time: it may have been done"  # the note of an action that nobody knows the end of


class Doing(StrEnum):
    """How far an action of the company's automation is."""

    ASKS_PERSON = "asks the person"
    ASKS_MANAGER = "asks the manager"
    ASKS_AGENTS = "asks the agents"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """The action at which a run stands.

    `tells` is what it does, in the registry's words; `dry` is one that changes nothing, to try it out.
    """

    title: str
    doing: Doing
    approver: str = ""
    tells: str = ""
    dry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReply:
    """Where a run stands: the step to do now, or how it ended.

    `say` is what the step says, with the facts filled in; `trail` what was done before; `left` how many steps are at
    least ahead; `options` the entries of the list that the step asks to choose from.
    """

    run: int
    seen: int
    title: str
    trail: tuple[Done, ...]
    step: Step | None
    say: str = ""
    end: End | None = None
    article: Quote | None = None
    stale: bool = False
    handed: "TicketReply | None" = None
    can_go_back: bool = False
    left: int = 0
    options: tuple[str, ...] = ()
    deed: Deed | None = None
    waits_until: datetime | None = None
    tz: str = "UTC"
    picture: str = ""
    came_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAskReply:
    """A reply at a step that could mean several of its choices: which? `options` are their places and labels."""

    run: int
    seen: int
    say: str
    options: tuple[tuple[int, str], ...]
    deed: Deed | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideReply:
    """A side question at a step, answered from the recipe (`told`) or from an article; `say` is what the step asks."""

    run: int
    seen: int
    say: str
    told: str = ""
    quote: Quote | None = None


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
    """How tickets are doing; `asked` is the number that was named, if one was, `more` how many are left out."""

    standings: tuple[Standing, ...]
    tz: str
    asked: str = ""
    turn: int = 0
    more: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainReply:
    """A few words: which ones is the name of a text."""

    text: str
    turn: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReply:
    """The requester says that it works again: they may close their ticket, or have just closed it (`ended`)."""

    ticket: Ticket
    ended: Ended | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverReply:
    """What the person wrote was brought to the people of a ticket that is resolved already."""

    ticket: Ticket


Reply = (
    AnswerReply | StepReply | StepAskReply | AsideReply | ClarifyReply | FormReply | TicketReply | OutageReply
    | StatusReply | PlainReply | CloseReply | OverReply
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reply to a message; to a part of it, where `about` has the part's words and `part` says which of how many."""

    reply: Reply
    about: str = ""
    part: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of a message: the replies, and the thread that they belong into."""

    thread_ts: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Which page of a Home somebody is on: the first of their own tickets, and of the queues' those of one kind."""

    own: int = 0
    show: Show = Show.ALL
    queue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """What staff see of the queues.

    `claimable` are the tickets that this person may take, `cards` where their cards stand (channel, ts), by ticket;
    `shows` how many tickets each kind of look has, `queues` each queue.
    """

    page: Page
    now: datetime
    claimable: frozenset[int] = frozenset()
    cards: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    shows: Mapping[Show, int] = field(default_factory=dict)
    queues: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """What a person's App Home shows; `names` are of the people who have their tickets, by id."""

    name: str
    tz: str
    own: Page
    standings: tuple[Standing, ...]
    forms: tuple[tuple[str, str], ...]
    outages: tuple[tuple[int, str], ...]
    is_editor: bool
    at: At = At()
    queue: QueueView | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    reads_runbooks: bool = False
    writes_runbooks: bool = False
    drafts: tuple[Kept, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    recent: tuple[Link, ...] = ()
    contact: str = ""
