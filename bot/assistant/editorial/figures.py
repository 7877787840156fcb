"""The figures of one item, put together from facts. Pure.

People are counted, not clicks: whoever rates twice counts once, with their last word; whoever says that it did not
help, and has a ticket that is opened again or moved up for it, counts once as well.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from bot.assistant.editorial.facts import Named, OnTicket, Shown, Verdict
from bot.assistant.editorial.scoring import wilson

Fact = TypeVar("Fact", Shown, Verdict, OnTicket)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that was read of a time: see `facts`; `opened` are conversation, ticket and moment."""

    shown: Sequence[Shown]
    verdicts: Sequence[Verdict]
    opened: Sequence[tuple[int, int, datetime]]
    on_tickets: Sequence[OnTicket]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of an item.

    `shown` is how often it was; `confirmed`, `assumed` and `not_helpful` are people: who said that it helped, who said
    nothing and needed nobody, who said that it did not; `tickets` and `reopened` are tickets that came after it, and
    those opened again; `escalations` are tickets by the code that they moved up for. `failed` are the people of all
    that is bad, each once; nobody is both confirmed and failed.
    """

    shown: int = 0
    confirmed: int = 0
    assumed: int = 0
    not_helpful: int = 0
    tickets: int = 0
    reopened: int = 0
    escalations: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0

    @property
    def judged(self) -> int:
        """The people from whom it is known how it went."""
        return self.confirmed + self.failed

    @property
    def score(self) -> float | None:
        """The share of the judged who were helped, as it is at the least; None before anybody said something."""
        return wilson(self.confirmed, self.judged).low if self.judged else None

    @property
    def at_best(self) -> float:
        """The same as it is at the most: what is low here is surely bad."""
        return wilson(self.confirmed, self.judged).high


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHealth:
    """An article, run-book or recipe, and how it does; the figures are those of `Figures`.

    `due` is the day of its next check; `lapse` why its verification lapsed at `lapsed_at`, as `kb.lapsing.told` has it;
    `reads` how often its help page was read; `why` the score in a line of words.
    """

    kind: str
    slug: str
    title: str
    category: str
    audience: str
    owner: str
    shown: int
    confirmed: int
    assumed: int
    not_helpful: int
    tickets: int
    reopened: int
    escalations: Mapping[str, int]
    reads: int
    verified: date | None
    due: date | None
    lapsed_at: datetime | None
    lapse: str
    score: float | None
    at_best: float
    why: str


def figures(facts: Facts) -> dict[Named, Figures]:
    """The figures of every item that something happened with."""
    counted = _Counted(facts)
    return {item: counted.of(item) for item in counted.items}


class _Counted:
    """The facts by item."""

    def __init__(self, facts: Facts) -> None:
        self._shown = _by_item(facts.shown)
        self._verdicts, self._on_tickets = _by_item(facts.verdicts), _by_item(facts.on_tickets)
        self._opened: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
        for conversation, ticket, at in facts.opened: self._opened[conversation].append((ticket, at))
        self.items: Collection[Named] = self._shown.keys() | self._verdicts.keys() | self._on_tickets.keys()

    def of(self, item: Named) -> Figures:
        """One item's."""
        seen, said, on = self._shown.get(item, []), self._verdicts.get(item, []), self._on_tickets.get(item, [])
        unhelped = {one.person for one in said if not one.helped}
        failed = unhelped | {one.person for one in on}
        confirmed = {one.person for one in said if one.helped} - failed
        tickets = {one.person: found for one in seen if (found := self._after(one))}
        quiet = {one.person for one in seen} - failed - confirmed - tickets.keys()
        codes = Counter(one.what for one in on if not one.reopened and one.what)
        return Figures(
            shown=sum(one.times for one in seen), confirmed=len(confirmed), assumed=len(quiet),
            not_helpful=len(unhelped), tickets=len({ticket for one in seen for ticket in self._after(one)}),
            reopened=sum(one.reopened for one in on), escalations=dict(sorted(codes.items())), failed=len(failed),
        )

    def _after(self, one: Shown) -> set[int]:
        """The tickets that came out of a conversation after it was shown there."""
        return {ticket for ticket, at in self._opened.get(one.conversation, ()) if at >= one.first}


def _by_item(facts: Iterable[Fact]) -> dict[Named, list[Fact]]:
    found: dict[Named, list[Fact]] = defaultdict(list)
    for one in facts: found[one.item].append(one)
    return found


def in_words(own: Figures) -> str:
    """Why an item stands where it stands, in one line."""
    if not own.judged: return _unjudged(own)
    parts = [f"helped {own.confirmed} of the {own.judged} people who were heard of"]
    if own.judged == 1: parts = ["helped the one person who was heard of" if own.confirmed else "did not help anybody"]
    if own.reopened: parts.append(_counted(own.reopened, "ticket was opened again", "tickets were opened again"))
    up = sum(own.escalations.values())
    if up: parts.append(_counted(up, "ticket moved up", "tickets moved up"))
    line = "; ".join(parts)
    return f"{line[0].upper()}{line[1:]}."


def _unjudged(own: Figures) -> str:
    if not own.shown: return "Nobody was shown it."
    return f"Shown {_counted(own.shown, 'time', 'times')}; nobody said whether it helped."


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
