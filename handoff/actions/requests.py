"""Requests for actions: make one, approve, refuse, withdraw it. Each change is one step in the caller's transaction.

Every change writes its event, and to the outbox what has to happen outside: the call of the automation, the messages
that ask for an approval, and what is due when nobody answers.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import insert
from core.errors import Stale
from core.people import Person
from core.redact import redact
from handoff.actions import effects
from handoff.actions.registry import A_DAY, ActionRule, Actions
from handoff.actions.rows import locked, of_step, view
from handoff.actions.states import OPEN, ActionRequest, Asked, Instead, State, must_decide
from handoff.actions.tables import ActionRow, ActionUseRow

GONE = "This action is no longer in the registry."
NOBODY_ANSWERED = "Nobody answered in time."
MOST_GIVEN = 500  # characters of a value that a recipe gives; the rest is cut off
MOST_ABOUT = 300  # characters of what the person first wrote, for the one who approves
MOST_WHY = 500
FIRST_ASKED = {"none": Asked.NOBODY, "requester": Asked.REQUESTER, "manager": Asked.MANAGER, "agent": Asked.AGENTS}


def request(
    session: Session, actions: Actions, name: str, requester: Person, given: Mapping[str, str], run: int, seen: int,
    now: datetime, *, about: str = ""
) -> ActionRequest:
    """Ask for an action, once for each step of a run; the second time the first request comes back.

    It may be over at once: refused when the person's roles do not permit it or a limit is reached, failed when the
    registry has no such action (any more) or it does not take a value given. Look at `over`, `way` and `why`.
    """
    rule = actions.actions.get(name)
    _hold(session, name, now)
    known = of_step(session, run, seen)
    if known: return known
    state, asked, no = _begins(session, name, rule, requester, given, now)
    row = ActionRow(
        run=run, seen=seen, name=name, approval=rule.approval if rule else "none", requester=requester.id,
        dry_run=bool(rule and rule.dry_run), about=redact(about).text[:MOST_ABOUT], state=state, asked=asked,
        given={key: redact(value).text[:MOST_GIVEN] for key, value in given.items()}, counts=not no,
        requested_at=now, why=no, results={}, ended_at=now if no else None,
    )
    session.add(row)
    session.flush()
    effects.record(session, row, "requested", requester.id, now, name=name, run=run, seen=seen, given=row.given)
    if no: effects.record(session, row, state, effects.FIRSTLINE, now, why=no)
    if state is State.QUEUED: effects.call(session, row, now)
    if state is State.WAITING: effects.ask(session, actions, row, now)
    return view(row)


def approve(session: Session, request_id: int, by: Person, now: datetime) -> ActionRequest:
    """Let the automation do it.

    Raises:
        NotAllowed: it is not theirs to answer.
        Stale: somebody answered before, or it is no longer wanted; says who or what.
    """
    row = _decide(session, request_id, by, now, state=State.QUEUED)
    effects.record(session, row, "approved", by.id, now)
    effects.call(session, row, now)
    effects.show_over(session, row, now)
    return view(row)


def refuse(session: Session, request_id: int, by: Person, now: datetime, why: str = "") -> ActionRequest:
    """Do not let it be done; the errors are those of `approve`."""
    reason = redact(why.strip()).text[:MOST_WHY]
    row = _decide(session, request_id, by, now, state=State.REFUSED, why=reason, ended_at=now)
    if row.approval == "requester": row.counts = False  # it disturbed nobody
    effects.record(session, row, "refused", by.id, now, why=reason)
    effects.show_over(session, row, now)
    return view(row)


def withdraw(session: Session, run: int, now: datetime) -> list[ActionRequest]:
    """Take back what a run still waits for, because it has left the step. What was sent already is not taken back."""
    open_ = (ActionRow.run == run, ActionRow.state.in_(OPEN), ActionRow.attempts == 0)
    rows = session.scalars(select(ActionRow).where(*open_).with_for_update()).all()
    return [_withdrawn(session, row, now) for row in rows]


def asked_of(session: Session, request_id: int, approver: str, now: datetime) -> ActionRequest:
    """Keep who the requester's manager is, as Slack tells it; nothing changes once it is answered."""
    row = locked(session, request_id)
    if row.state == State.WAITING and row.approver != approver:
        row.approver = approver
        effects.record(session, row, "asked", effects.FIRSTLINE, now, approver=approver)
    return view(row)


def to_agents(session: Session, request_id: int, instead: Instead, now: datetime) -> ActionRequest:
    """Ask L2 in the manager's place, or beside a manager who does not answer; nothing changes once it is answered."""
    row = locked(session, request_id)
    if row.state == State.WAITING and row.asked == Asked.MANAGER:
        row.asked, row.asked_why = Asked.AGENTS, instead
        effects.record(session, row, "asked", effects.FIRSTLINE, now, agents=True, why=instead)
        effects.post(session, row, now)
    return view(row)


def give_up(session: Session, request_id: int, now: datetime) -> ActionRequest | None:
    """Refuse what nobody answered; None if somebody did."""
    row = locked(session, request_id)
    if row.state != State.WAITING: return None
    row.state, row.why, row.decided_at, row.ended_at = State.REFUSED, NOBODY_ANSWERED, now, now
    if row.approval == "requester": row.counts = False
    effects.record(session, row, "refused", effects.FIRSTLINE, now, why=NOBODY_ANSWERED)
    effects.show_over(session, row, now)
    return view(row)


def open_to(request: ActionRequest, by: Person) -> ActionRequest:
    """The same request if somebody may answer it now; the errors are those of `approve`."""
    if request.state is not State.WAITING: raise Stale(_answered(request))
    must_decide(request, by)
    return request


# -- inside --------------------------------------------------------------------------------------------------------


def _begins(
    session: Session, name: str, rule: ActionRule | None, person: Person, given: Mapping[str, str], now: datetime
) -> tuple[State, Asked, str]:
    """The first state of a request, whom it waits for, and why it is over already."""
    if rule is None: return State.FAILED, Asked.NOBODY, GONE
    unknown = sorted(set(given) - set(rule.parameters))
    if unknown: return State.FAILED, Asked.NOBODY, f"This action does not take {', '.join(unknown)}."
    no = _refusal(session, name, rule, person, now)
    if no: return State.REFUSED, Asked.NOBODY, no
    asked = FIRST_ASKED[rule.approval]
    return (State.WAITING if asked else State.QUEUED), asked, ""


def _hold(session: Session, name: str, now: datetime) -> None:
    """Let nobody else ask for this action until the transaction ends, so that nobody counts at the same time."""
    first = insert(session, ActionUseRow).values(name=name, last_at=now)
    session.execute(first.on_conflict_do_update(index_elements=["name"], set_={"last_at": now}))


def _refusal(session: Session, name: str, rule: ActionRule, person: Person, now: datetime) -> str:
    """Why the person cannot have it now; empty if they can."""
    if not rule.open_to(person): return "Your roles do not include this."
    since = (ActionRow.name == name, ActionRow.counts, ActionRow.requested_at > now - A_DAY)
    count = select(func.count()).select_from(ActionRow).where(*since)
    own = session.scalar(count.where(ActionRow.requester == person.id)) or 0
    if own >= rule.limit.person: return f"The limit for one person is {rule.limit.person} within a day."
    if (session.scalar(count) or 0) >= rule.limit.all: return "The limit for everybody together is reached for today."
    return ""


def _decide(session: Session, request_id: int, by: Person, now: datetime, **values: Any) -> ActionRow:
    """Answer a request that still waits: of two who answer at once, one does, and the other is told."""
    row = locked(session, request_id)
    open_to(view(row), by)
    row.decided_by, row.decided_at = by.id, now
    for name, value in values.items(): setattr(row, name, value)
    return row


def _answered(seen: ActionRequest) -> str:
    if seen.state is State.WITHDRAWN: return "This is no longer needed: the person has gone on without it."
    if not seen.decided_by: return "This was refused, because nobody answered in time."
    did = "refused" if seen.state is State.REFUSED else "approved"
    return f"<@{seen.decided_by}> {did} this already."


def _withdrawn(session: Session, row: ActionRow, now: datetime) -> ActionRequest:
    waited = row.state == State.WAITING
    row.state, row.ended_at = State.WITHDRAWN, now
    if waited: row.counts = False  # nothing was done
    effects.record(session, row, "withdrawn", row.requester, now)
    if waited: effects.show_over(session, row, now)
    return view(row)
