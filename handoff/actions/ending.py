"""How a request ends at the automation: an attempt begins, and comes to an answer, another attempt or nothing."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.redact import redact
from handoff.actions import effects
from handoff.actions.rows import locked, view
from handoff.actions.states import ActionRequest, State

AUTOMATION = "automation"  # the actor of what it answered
MOST_NOTE = 500  # characters of the automation's own word
NOBODY_KNOWS = "The automation did not answer, so nobody knows whether it was done."
NOBODY_KNOWS_STILL = "The automation did not answer an earlier attempt, so nobody knows whether it was done."


def begin_attempt(session: Session, request_id: int, now: datetime) -> ActionRequest | None:
    """Count an attempt before it is made, so that one in which the process dies is counted, too.

    None when the request no longer waits for the automation.
    """
    row = locked(session, request_id)
    if row.state != State.QUEUED: return None
    row.attempts += 1
    effects.record(session, row, "called", effects.FIRSTLINE, now, attempt=row.attempts)
    return view(row)


def finish(
    session: Session, request_id: int, state: State, now: datetime, *, outcome: str = "",
    results: Mapping[str, str] | None = None, note: str = "", why: str = "", turned_away: bool = False
) -> ActionRequest | None:
    """Keep what the automation answered; None when the request was over before (two calls may cross).

    `turned_away`: the last attempt did nothing. Where an earlier one may have, nobody knows.
    """
    row = locked(session, request_id)
    if row.state != State.QUEUED: return None
    if turned_away and row.harmless < row.attempts - 1: state, why = State.UNKNOWN, f"{NOBODY_KNOWS_STILL} {why}"
    row.state, row.outcome, row.ended_at = state, outcome, now
    row.results = {name: redact(value).text for name, value in (results or {}).items()}
    row.note, row.why = redact(note).text[:MOST_NOTE], redact(why).text[:MOST_NOTE]
    effects.record(session, row, state, AUTOMATION, now, outcome=outcome, why=row.why, attempts=row.attempts)
    return view(row)


def attempt_failed(
    session: Session, request_id: int, now: datetime, *, why: str, harmless: bool, most: int
) -> ActionRequest | None:
    """Note a failed attempt; `harmless` if it surely did nothing. The last of `most` ends the request.

    None when there is another attempt to make, or the request was over before.
    """
    row = locked(session, request_id)
    if row.state != State.QUEUED: return None
    row.harmless += harmless
    effects.record(session, row, "not_answered", AUTOMATION, now, attempt=row.attempts, why=why, harmless=harmless)
    if row.attempts < most: return None
    if row.harmless >= row.attempts: return finish(session, request_id, State.FAILED, now, why=why)
    return finish(session, request_id, State.UNKNOWN, now, why=f"{NOBODY_KNOWS} {why}")
