"""All gaps at one moment, in memory, to find the one that a question belongs to; and what then happens to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.gaps import rows
from bot.gaps.grouping import Means, title_of
from bot.gaps.rows import FIRSTLINE, LIVE, GapState, unpacked
from bot.gaps.whys import HELPED_AFTER_ALL, worse
from bot.tables import GapQuestionRow, GapRow, TurnRow
from core.encoder import Vectors
from kb.tables import ItemRow, RevisionRow

REMEMBERED = timedelta(days=365)  # for which a closed gap is opened again by a new question
LOOKED_AT = 200  # questions of a gap in which something that was shown before is looked for, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message that a sign was seen for. `vector` is of its words as the pipeline read them [dims]."""

    turn: int
    person: str
    text: str
    at: datetime
    shown: tuple[str, str] | None
    vector: Vectors


class Board:
    """The gaps of one encoder, within one transaction that no other of its kind runs beside."""

    def __init__(self, session: Session, encoder: str, now: datetime) -> None:
        """Read them; those that were closed lately as well."""
        self._session, self._encoder, self._now = session, encoder, now
        self._live = self._read(GapRow.state.in_(LIVE))
        self._closed = self._read((GapRow.state == GapState.CLOSED) & (GapRow.closed_at >= now - REMEMBERED))
        self._touched: set[int] = set()

    def missed(self, asked: Asked, why: str) -> bool:
        """A question was not answered, or badly: count it once, with the worst that is known; whether it is new."""
        known = self._session.scalar(select(GapQuestionRow).where(GapQuestionRow.turn_id == asked.turn))
        if known is not None:
            if worse(known.why, why): known.why = why
            return False
        gap = self._gap_for(asked)
        question = GapQuestionRow(turn_id=asked.turn, person=asked.person, why=why, minutes=0, at=asked.at)
        question.vector = rows.packed(asked.vector)
        rows.take_in(self._session, gap, question)
        rows.note(self._session, gap, "grew", FIRSTLINE, self._now, turn=asked.turn, why=why)
        self._wake(gap)
        self._keep(gap)
        return True

    def helped(self, asked: Asked) -> bool:
        """A question was answered, and its person says that it helped: that may close a gap; whether it changed one."""
        known = self._session.scalar(select(GapQuestionRow).where(GapQuestionRow.turn_id == asked.turn))
        if known is not None: return known.why in HELPED_AFTER_ALL and self._take_back(known)
        found = self._live.nearest(asked.vector)
        if found is None or asked.shown is None: return False
        gap = rows.locked(self._session, found)
        if gap.state not in LIVE or asked.at <= gap.last_at or self._failed_before(gap, asked.shown): return False
        rows.shut(self._session, gap, self._answered_by(asked), FIRSTLINE, self._now)
        self._keep(gap)
        return True

    def finish(self) -> None:
        """Choose the titles of the gaps whose questions changed."""
        for gap_id in sorted(self._touched): rows.entitle(self._session, self._session.get_one(GapRow, gap_id))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _gap_for(self, asked: Asked) -> GapRow:
        """The gap that a question belongs to, a new one if there is none like it."""
        found = self._live.nearest(asked.vector) or self._closed.nearest(asked.vector)
        if found is None:
            made = rows.opened(self._session, self._encoder, len(asked.vector), asked.at)
            rows.note(self._session, made, "opened", FIRSTLINE, self._now, turn=asked.turn)
            return made
        gap = rows.locked(self._session, found)
        if gap.closed_at and asked.at > gap.closed_at:  # what was asked before it was closed says nothing against that
            rows.open_again(self._session, gap, "reopened", FIRSTLINE, self._now, turn=asked.turn)
        return gap

    def _wake(self, gap: GapRow) -> None:
        """A gap that was snoozed comes back before its day when it has doubled."""
        if gap.state != GapState.SNOOZED or gap.size < 2 * gap.snoozed_size: return
        rows.open_again(self._session, gap, "woke", FIRSTLINE, self._now, size=gap.size)

    def _take_back(self, question: GapQuestionRow) -> bool:
        gap = rows.locked(self._session, question.gap_id)
        self._session.delete(question)
        rows.take_out(self._session, gap, question, self._now)
        self._session.flush()
        rows.note(self._session, gap, "shrank", FIRSTLINE, self._now, turn=question.turn_id)
        self._keep(gap)
        return True

    def _failed_before(self, gap: GapRow, shown: tuple[str, str]) -> bool:
        """Whether what helped now was shown for this gap, did not help, and was not changed since."""
        query = select(TurnRow.trace["shown"], TurnRow.at).join(GapQuestionRow, GapQuestionRow.turn_id == TurnRow.id)
        newest = query.where(GapQuestionRow.gap_id == gap.id).order_by(TurnRow.id.desc()).limit(LOOKED_AT)
        failed = [at for found, at in self._session.execute(newest) if list(shown) in (found or [])]
        if not failed: return False
        changed = self._session.scalar(_LAST_CHANGE.where(ItemRow.kind == shown[0], ItemRow.slug == shown[1]))
        return changed is None or changed <= max(failed)

    def _answered_by(self, asked: Asked) -> str:
        kind, slug = asked.shown or ("", "")
        query = select(RevisionRow.title).join(ItemRow, ItemRow.id == RevisionRow.item_id)
        mine = query.where(ItemRow.kind == kind, ItemRow.slug == slug, RevisionRow.number == ItemRow.revision)
        title = self._session.scalar(mine) or slug
        return f"The {kind} “{title}” answered it: “{title_of(asked.text)}”"

    def _keep(self, gap: GapRow) -> None:
        """Have a gap where it now belongs, with its new mean."""
        self._session.flush()
        self._touched.add(gap.id)
        here, there = (self._live, self._closed) if gap.state in LIVE else (self._closed, self._live)
        there.drop(gap.id)
        here.put(gap.id, unpacked(gap.vector))

    def _read(self, which: ColumnElement[bool]) -> Means:
        query = select(GapRow.id, GapRow.vector).where(which, GapRow.encoder == self._encoder).order_by(GapRow.id)
        found = self._session.execute(query).all()
        means = np.stack([unpacked(data) for _, data in found]) if found else np.zeros((0, 0), dtype=np.float32)
        return Means([one for one, _ in found], means)


_LAST_CHANGE = select(func.max(RevisionRow.saved_at)).join(ItemRow, ItemRow.id == RevisionRow.item_id)
