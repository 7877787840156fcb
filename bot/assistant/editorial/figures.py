"""The figures of one item, and what they say. Pure.

People are counted, not clicks: whoever rates twice counts once, with their last word; whoever says that it did not
help, and has a ticket that is opened again or moved up for it, counts once as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.assistant.editorial.scoring import wilson


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
