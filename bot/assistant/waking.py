"""Looking after runs that nobody touches: waits that are over, long silences, messages that show an old state."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.assistant.fixing import Fixing, advanced, left
from bot.assistant.parts import Parts
from bot.assistant.sweeping import carefully
from bot.assistant.walking import Walk
from handoff import tickets
from kb import cookbook, runs
from kb.cookbook import OVER, End, Kind

AT_ONCE = 20  # runs of one look
AGAIN_AFTER = timedelta(hours=1)  # for a run that could not be looked after
DRAW_AFTER = timedelta(seconds=20)  # a click's own update takes less than one; later than that it was lost
DRAW_WITHIN = timedelta(days=1)  # older messages are drawn again when somebody clicks in them


class Waking:
    """Looks for runs that are due. Several processes may look at once: each run is taken on by one."""

    def __init__(self, parts: Parts, fixing: Fixing) -> None:
        """Take the shared parts, and the runs."""
        self._parts, self._fixing = parts, fixing

    def look(self) -> int:
        """Take on every run that is due; how many that were."""
        now = self._parts.clock()
        with self._parts.database.reading() as session:
            due = runs.due(session, now, AT_ONCE)
            behind = runs.stale(session, now - DRAW_WITHIN, now - DRAW_AFTER, AT_ONCE)
        for run_id in due: self._carefully(self._wake, run_id, now)
        for run_id in behind: self._carefully(self._draw, run_id, now)
        return len(due)

    def _carefully(self, act: Callable[[int, datetime], None], run_id: int, now: datetime) -> None:
        """One run that cannot be taken on is tried again in an hour."""

        def later() -> None:
            with self._parts.database.transaction() as session: runs.postpone(session, run_id, now + AGAIN_AFTER)

        carefully(f"run {run_id}", lambda: act(run_id, now), later)

    def _wake(self, run_id: int, now: datetime) -> None:
        with self._parts.database.transaction() as session:
            run = runs.get(session, run_id, lock=True)
            if run is None or run.end or run.wakes_at is None or run.wakes_at > now: return
            walk = self._fixing.walking.of(session, run_id, None, now)
            what = self._what(session, walk)
            if what: self._fixing.walking.show(walk, what)

    def _what(self, session: Session, walk: Walk) -> str:
        """Do what is due, and say what that was."""
        run, walking = walk.run, self._fixing.walking
        if cookbook.step_of(walk.book, walk.progress).kind is Kind.WAIT:
            onward = advanced(walk, OVER) if walking.may_see(walk) else left(walk, End.HANDOFF)
            walking.move(walk, onward, by="firstline")
            return "wait_over"
        ticket = tickets.of_conversation(session, run.conversation_id)
        if ticket and ticket.open:  # people have it: nobody needs to be reminded of the recipe
            walking.leave_to_people(walk, "firstline")
            return ""
        if run.reminded_at is None: return "reminder" if runs.remind(session, run, walk.now) else ""
        walking.move(walk, left(walk, End.ABANDONED), by="firstline")
        return "abandoned"

    def _draw(self, run_id: int, now: datetime) -> None:
        with self._parts.database.transaction() as session:
            walk = self._fixing.walking.of(session, run_id, None, now)
            if not self._fixing.walking.is_shown_soon(walk): self._fixing.walking.show(walk, "", now.isoformat())
