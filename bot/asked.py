"""Questions that people asked, each once: how often, by people who may see what, and what they said of the answers."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from bot.measure import Slug
from bot.question import Surface
from bot.rehearsal import Asked
from bot.tables import ConversationRow, TurnRow
from kb.cookbook import End
from kb.tables import RunRow

NO_QUESTIONS = ("step", "smalltalk", "status")  # answers to a recipe's step, greetings, and how a ticket is doing
HELPFUL, NOT_HELPFUL = "helpful", "not_helpful"
SEARCHED = 10_000  # answers, the newest of those that helped: years at most companies, and 0.1 s
AT_ONCE = 500  # turns that are read together, and conversations whose runs are looked up together

Audiences = Callable[[str, bool], frozenset[str]]  # of a person, and whether nobody reads along


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    id: int
    conversation: int
    text: str
    trace: dict[str, Any]
    feedback: str
    person: str
    private: bool

    @property
    def shown(self) -> frozenset[Slug]:
        return frozenset((kind, slug) for kind, slug in self.trace.get("shown", []))


def newest(session: Session, last: int, audiences: Audiences) -> list[Asked]:
    """The last so many questions, the newest first, equal ones of people who see the same once."""
    return _together(session, list(islice(_read(session, _TURNS), last)), audiences)


def confirmed(session: Session, kind: str, slug: str, most: int, audiences: Audiences) -> list[Asked]:
    """The last questions whose answer by one item was confirmed: it helped, or the recipe fixed it and that held.

    They are looked for among the newest `SEARCHED` answers that helped, and the newest `most` times it was fixed.
    """
    newest_ = select(TurnRow.id).where(TurnRow.feedback == HELPFUL).order_by(TurnRow.id.desc()).limit(SEARCHED)
    helped = TurnRow.id.in_(newest_) & cast(TurnRow.trace, Text).contains(f'"{slug}"', autoescape=True)
    turns = list(islice(_read(session, _TURNS.where(helped)), most))
    if kind == "recipe":
        fixed = select(RunRow.conversation_id).where(_FIXED, RunRow.recipe == slug).order_by(RunRow.started_at.desc())
        talks = session.scalars(fixed.limit(most)).all()
        turns += islice(_read(session, _TURNS.where(TurnRow.conversation_id.in_(talks))), most)
    own = {one.id: one for one in turns if (kind, slug) in one.shown}
    found = _together(session, list(own.values()), audiences)
    return [one for one in found if (kind, slug) in one.confirmed]


_TURNS = (
    select(TurnRow, ConversationRow.person, ConversationRow.surface)
    .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
    .where(TurnRow.decision.not_in(NO_QUESTIONS)).order_by(TurnRow.id.desc())
)  # fmt: skip
_FIXED = (RunRow.end == End.SOLVED.value) & RunRow.came_back_at.is_(None)


def _read(session: Session, query: Select[TurnRow, str, str]) -> Iterator[_Turn]:
    """The turns that were judged: a remark on an answer was not."""
    for row, person, surface in session.execute(query.execution_options(yield_per=AT_ONCE)):
        if not row.trace.get("prediction") or not row.text.strip(): continue
        yield _Turn(
            id=row.id, conversation=row.conversation_id, text=row.text, trace=row.trace, feedback=row.feedback,
            person=person, private=Surface(surface).private,
        )


def _together(session: Session, turns: Sequence[_Turn], audiences: Audiences) -> list[Asked]:
    fixed, found = _fixed(session, {turn.conversation for turn in turns}), dict[tuple[Any, ...], Asked]()
    for turn in turns:
        one = _asked(turn, fixed, audiences)
        key = (one.question, one.text, one.audiences)
        known = found.get(key)
        found[key] = _joined(known, one) if known else one
    return list(found.values())


def _asked(turn: _Turn, fixed: Collection[tuple[int, str]], audiences: Audiences) -> Asked:
    solved = {("recipe", slug) for kind, slug in turn.shown if kind == "recipe" and (turn.conversation, slug) in fixed}
    return Asked(
        question=turn.text.strip(), text=turn.trace["read"] if turn.trace.get("leans") else turn.text,
        audiences=audiences(turn.person, turn.private),
        confirmed=frozenset(solved) | (turn.shown if turn.feedback == HELPFUL else frozenset()),
        unhelpful=turn.shown if turn.feedback == NOT_HELPFUL else frozenset(),
    )


def _joined(one: Asked, other: Asked) -> Asked:
    confirmed_ = one.confirmed | other.confirmed
    unhelpful = (one.unhelpful | other.unhelpful) - confirmed_
    return replace(one, times=one.times + other.times, confirmed=confirmed_, unhelpful=unhelpful)


def _fixed(session: Session, conversations: Iterable[int]) -> set[tuple[int, str]]:
    """The conversations in which a recipe fixed it, with its slug."""
    ids, found = sorted(conversations), set[tuple[int, str]]()
    for start in range(0, len(ids), AT_ONCE):
        query = select(RunRow.conversation_id, RunRow.recipe).where(
            _FIXED, RunRow.conversation_id.in_(ids[start : start + AT_ONCE])
        )
        found |= {(conversation, recipe) for conversation, recipe in session.execute(query)}
    return found
