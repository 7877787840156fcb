"""What stands of somebody outside the database: in channels of the staff, which Firstline empties; and elsewhere."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.erasing.scope import Scope
from core import outbox
from core.outbox import OutboxItem
from handoff.actions.tables import ApprovalPlaceRow
from handoff.changing import locked, show
from handoff.desk import Desk
from handoff.destinations.syncing import SYNC
from handoff.tables import PlaceRow, ReferenceRow, TicketRow

THREAD, MESSAGE = "erase_thread", "erase_message"  # what the outbox calls them
STILL_OPEN = "it was not told there that this is over: close it, and delete it"
IN_SLACK = "Slack: what they wrote, and what Firstline wrote to them. An admin of Slack deletes it."
OF_THEM = (
    "Slack: what Firstline told others of them: warnings to leads and managers, news in the editors' channel, lines in"
    " threads of other people's cards, and Home tabs until they are opened again. An admin of Slack deletes it."
)
EARLIER = "Names and addresses that they had earlier: Firstline does not remember them. Run it again with --also."
IN_BACKUPS = "Backups of the database: they still hold all of it until they are deleted."
IN_LOGS = "Logs, where they are kept: they hold ids of people, and no words."


def messages(session: Session, scope: Scope) -> list[tuple[str, str]]:
    """The messages that asked for an approval of theirs: (channel, ts)."""
    query = select(ApprovalPlaceRow.channel, ApprovalPlaceRow.ts)
    found = [row for part in scope.parts("request")
             for row in session.execute(query.where(ApprovalPlaceRow.request_id.in_(part)))]  # fmt: skip
    return [(channel, ts) for channel, ts in found if not (scope.named and channel in scope.named.ids)]


def empty(session: Session, desk: Desk, scope: Scope, asked: Sequence[tuple[str, str]], now: datetime) -> int:
    """Have the threads below their cards emptied, the cards drawn anew and what asked for approvals deleted."""
    for channel, ts in asked:
        key = f"{MESSAGE}:{channel}:{ts}"
        outbox.put(session, MESSAGE, key=key, lane=f"erase:{channel}", now=now, channel=channel, ts=ts)
    for place in _places(session, scope):
        key, lane = f"{THREAD}:{place.channel}:{place.ts}:{now.isoformat()}", f"card:{place.ticket_id}"
        outbox.put(session, THREAD, key=key, lane=lane, now=now, channel=place.channel, ts=place.ts)
    for part in scope.parts("ticket"):
        for number in part: _draw(session, desk, locked(session, int(number)), now)
    return len(asked)


def by_hand(session: Session, scope: Scope) -> list[str]:
    """What only a person can erase, a line each."""
    return [*_copies(session, scope), IN_SLACK, OF_THEM, EARLIER, IN_BACKUPS, IN_LOGS]


def _copies(session: Session, scope: Scope) -> Iterator[str]:
    untold = _untold(session)
    for part in scope.parts("ticket"):
        query = select(ReferenceRow).where(ReferenceRow.ticket_id.in_(part)).order_by(ReferenceRow.id)
        for one in session.scalars(query):
            line = f"{one.system}: {one.reference} {one.url}".rstrip()
            yield f"{line}; {STILL_OPEN}" if one.ticket_id in untold else line
        vendors = select(TicketRow).where(TicketRow.id.in_(part), TicketRow.vendor != "").order_by(TicketRow.id)
        for row in session.scalars(vendors): yield f"{row.vendor}: their case {row.vendor_number}".rstrip()


def _untold(session: Session) -> set[int]:
    """The tickets of which another system was not told all: what was to be said is thrown away with their words."""
    left = or_(OutboxItem.done_at.is_(None), OutboxItem.gave_up.is_(True))
    query = select(OutboxItem).where(OutboxItem.kind == SYNC, left)
    return {int(item.payload["ticket"]) for item in session.scalars(query)}


def _places(session: Session, scope: Scope) -> Iterator[PlaceRow]:
    for part in scope.parts("ticket"):
        yield from session.scalars(select(PlaceRow).where(PlaceRow.ticket_id.in_(part)).order_by(PlaceRow.id))


def _draw(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    row.version += 1
    show(session, desk, row, now)
