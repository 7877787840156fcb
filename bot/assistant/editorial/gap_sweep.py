"""Takes questions into gaps, as the facts come in. Several processes may sweep at once: each fact counts once.

Two readers go through the facts, each with a mark of its own: one close behind what happens, and one a day later, for
what only silence tells. A mark moves on in the transaction that takes in what was read; whoever finds that it has moved
gives way.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.parts import Parts
from bot.conversations import Turn
from bot.gaps import minutes, rows, signs
from bot.gaps.board import Asked, Board
from bot.gaps.rows import BOARD, FIRSTLINE, GapState
from bot.gaps.signs import Sign
from bot.gaps.whys import CONFIRMED
from bot.lookup import READ
from bot.reading import clean
from bot.tables import GapQuestionRow, GapRow
from core import marks
from core.encoder import Vectors
from core.events import Event

AT_ONCE = 500  # facts of one look; reading them takes some milliseconds
RENEWED = 64  # questions that one look reads again for another encoder, 4 ms each; a gap is read as a whole
SETTLED = timedelta(seconds=10)  # the longest that a transaction takes: facts with lower numbers may still come in
SILENCE = timedelta(days=1)  # after which a choice that was offered is taken no more
HOUR = 3600  # seconds
Result = TypeVar("Result")
log = logging.getLogger(__name__)

Read = Callable[[Session, Event], Sign | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a reader has come upon: between two marks, which signs, and in which conversations something happened."""

    since: int
    until: int
    seen: tuple[tuple[Sign, Turn, str], ...] = ()  # with who asked
    conversations: frozenset[int] = frozenset()


class GapSweep:
    """Looks for what is new."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts
        self._counted: int | None = None  # the last conversation that was counted in this hour; None between two counts

    def look(self) -> int:
        """Take in what is new; how many questions came to a gap or left one, and how many gaps came back or closed.

        While gaps are read anew for another encoder nothing is taken in: a question could not be seen to belong to one.
        """
        now = self._parts.clock()
        self._count_open(now)
        changed = self._wake(now)
        if old := self._old(): return changed + self._renew(old, now)
        soon = self._take("gaps", signs.of, now, now - SETTLED)
        return changed + soon + self._take("gaps:late", signs.late, now, now - SILENCE)

    # -- facts -----------------------------------------------------------------------------------------------------

    def _take(self, mark: str, read: Read, now: datetime, until: datetime) -> int:
        found = self._read(mark, read, until)
        if found.until == found.since: return 0
        vectors = self._vectors([turn for _, turn, _ in found.seen])
        with self._parts.database.transaction() as session:
            row = marks.locked(session, mark)
            if row.number != found.since: return 0  # another process was faster
            row.number = found.until
            if not (found.seen or found.conversations): return 0
            return self._place(session, found, vectors, now)

    def _read(self, mark: str, read: Read, until: datetime) -> Found:
        """The next facts, as far as no earlier one can still come in."""
        with self._parts.database.reading() as session:
            row = session.get(marks.MarkRow, mark)
            since = row.number if row else 0
            query = select(Event).where(Event.id > since).order_by(Event.id).limit(AT_ONCE)
            facts = list(takewhile(lambda fact: fact.at <= until, session.scalars(query)))
            seen = [one for fact in facts if (one := _seen(session, read, fact))]
            touched = {number for fact in facts for number in _conversations(session, fact)}
        end = facts[-1].id if facts else since
        return Found(since=since, until=end, seen=tuple(seen), conversations=frozenset(touched))

    def _vectors(self, turns: Sequence[Turn]) -> Vectors:
        """The words of messages as they were read when they were answered [turns, dims]."""
        return self._parts.encoder.encode([self._words(turn) for turn in turns])

    def _words(self, turn: Turn) -> str:
        return str(turn.trace.get("read") or self._parts.kb.read(clean(turn.text)[:READ]))[:READ]

    def _place(self, session: Session, found: Found, vectors: Vectors, now: datetime) -> int:
        changed = self._sort(session, found, vectors, now) if found.seen else 0
        asked = {turn.conversation_id for _, turn, _ in found.seen}
        minutes.count(session, self._parts.desk, found.conversations | asked, now)
        return changed

    def _sort(self, session: Session, found: Found, vectors: Vectors, now: datetime) -> int:
        """Bring the signs to their gaps. All gaps are read for it, and nobody else changes them meanwhile."""
        marks.locked(session, BOARD)
        board, changed = Board(session, self._parts.encoder.name, now), 0
        for (sign, turn, person), vector in zip(found.seen, vectors, strict=True):
            put = partial(_put, board, sign, _asked(turn, person, vector))
            changed += bool(_carefully(session, f"turn {turn.id}", put))
        session.flush()
        board.finish()
        return changed

    # -- time ------------------------------------------------------------------------------------------------------

    def _wake(self, now: datetime) -> int:
        """Bring back what was snoozed until now."""
        due = select(GapRow.id).where(GapRow.state == GapState.SNOOZED, GapRow.snoozed_until <= now)
        with self._parts.database.reading() as session: ids = list(session.scalars(due.order_by(GapRow.id)))
        return sum(self._wake_one(one, now) for one in ids)

    def _wake_one(self, gap_id: int, now: datetime) -> bool:
        with self._parts.database.transaction() as session:
            gap = rows.locked(session, gap_id)
            due = gap.state == GapState.SNOOZED and gap.snoozed_until is not None and gap.snoozed_until <= now
            if due: rows.open_again(session, gap, "woke", FIRSTLINE, now)
            return due

    def _count_open(self, now: datetime) -> None:
        """Once an hour, what the questions cost so far whose tickets are still open: some at a look, until all are."""
        if self._counted is None and not self._begins(int(now.timestamp()) // HOUR): return
        with self._parts.database.transaction() as session:
            found = minutes.waiting(session, now, after=self._counted or 0)
            minutes.count(session, self._parts.desk, found, now)
        self._counted = found[-1] if len(found) == minutes.AT_ONCE else None

    def _begins(self, hour: int) -> bool:
        """Whether the count of an hour is this process's to do."""
        with self._parts.database.reading() as session:
            row = session.get(marks.MarkRow, "gaps:hour")
            if row and row.number >= hour: return False
        with self._parts.database.transaction() as session:
            mine = marks.locked(session, "gaps:hour")
            begins, mine.number = mine.number < hour, max(mine.number, hour)
            return begins

    def _old(self) -> dict[int, list[Turn]]:
        """Gaps that another encoder read, with the messages of their questions; no more than one look reads again."""
        found: dict[int, list[Turn]] = {}
        with self._parts.database.reading() as session:
            old = select(GapRow.id).where(GapRow.encoder != self._parts.encoder.name).order_by(GapRow.id)
            for gap_id in session.scalars(old.limit(RENEWED)).all():
                if sum(map(len, found.values())) >= RENEWED: break
                query = select(GapQuestionRow.turn_id).where(GapQuestionRow.gap_id == gap_id)
                found[gap_id] = [conversations.turn(session, one) for one in session.scalars(query)]
        return found

    def _renew(self, old: Mapping[int, Sequence[Turn]], now: datetime) -> int:
        """Read the questions of these gaps again; then the gaps stand anew."""
        turns, parts = [turn for own in old.values() for turn in own], self._parts
        read = [self._vectors(turns[n : n + RENEWED]) for n in range(0, len(turns), RENEWED)]
        vectors = {turn.id: row for turn, row in zip(turns, (row for part in read for row in part), strict=True)}
        with parts.database.transaction() as session:
            marks.locked(session, BOARD)
            return sum(
                rows.renew(
                    session, gap, parts.encoder.name, parts.encoder.dims, {one.id: vectors[one.id] for one in own}, now
                ) for gap, own in old.items()
            )


def _seen(session: Session, read: Read, fact: Event) -> tuple[Sign, Turn, str] | None:
    """What a fact says, with its message and who asked; a fact that cannot be read says nothing."""

    def understood() -> tuple[Sign, Turn, str] | None:
        sign = read(session, fact)
        if sign is None: return None
        turn = conversations.turn(session, sign.turn)
        return sign, turn, conversations.get(session, turn.conversation_id).person

    return _carefully(session, f"fact {fact.id}", understood)


def _conversations(session: Session, fact: Event) -> Sequence[int]:
    """Where a fact changes what questions cost."""
    if fact.kind == "turn.answered": return [signs.number_of(fact)]
    return minutes.conversations_of(session, signs.number_of(fact)) if fact.kind in signs.TICKET_ENDS else ()


def _asked(turn: Turn, person: str, vector: Vectors) -> Asked:
    shown = next(iter(turn.trace.get("shown") or ()), None)
    return Asked(
        turn=turn.id, person=person, text=turn.text, at=turn.at, shown=tuple(shown) if shown else None, vector=vector
    )


def _put(board: Board, sign: Sign, asked: Asked) -> bool:
    return board.helped(asked) if sign.why == CONFIRMED else board.missed(asked, sign.why)


def _carefully(session: Session, name: str, act: Callable[[], Result | None]) -> Result | None:
    """One of many; what goes wrong with it is logged, and changes nothing. A database that fails concerns them all."""
    try:
        with session.begin_nested(): return act()
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # whatever it is, the others must not wait for it
        log.exception("%s could not be taken into a gap", name)
        return None
