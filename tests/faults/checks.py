"""What must be true of a run when all trouble is over and everything has settled."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.events import Event, history
from core.outbox import OutboxItem
from handoff.tables import PlaceRow, TicketRow
from tests import histories
from tests.faults.scene import Scene
from tests.faults.site import Site
from tests.functional.office import Json, said, said_by_bot

POSTED = ("reply", "notice", "to_requester", "staff_news", "staff_note")  # kinds of which something is always posted


def problems(scene: Scene, first: int, first_ticket: int) -> list[str]:
    """Everything that is wrong; `first` is the number of the run's first item of the outbox."""
    found = [*_questions(scene), *_twice(scene), *_undelivered(scene, first), *_unsaid(scene, first)]
    found += _done_once(scene)
    return found + [line for row in tickets(scene, first_ticket) for line in _ticket(scene, row)] + _runs(scene)


def tickets(scene: Scene, first: int) -> list[TicketRow]:
    """The run's tickets."""
    return scene.rows(select(TicketRow).where(TicketRow.id > first).order_by(TicketRow.id))


def _questions(scene: Scene) -> Iterator[str]:
    """Each is answered or handed off, once."""
    for channel, ts in scene.asked:
        turns, replies = scene.turns(channel, ts), scene.replies(channel, ts)
        parts = {turn.trace.get("part", [1, 1])[0] for turn in turns}
        if not turns: yield f"{ts} was never decided on"
        if len(parts) != len(turns): yield f"{ts} was decided on {len(turns)} times"
        if not replies: yield f"{ts} was not answered"


def _twice(scene: Scene) -> Iterator[str]:
    """No message of the outbox was posted twice, and nothing stands twice in one thread."""
    ours = [one for one in scene.told if said_by_bot(one)]
    keys = Counter(key for one in ours if (key := _key(one)))
    for key, count in keys.items():
        if count > 1: yield f"{key} was posted {count} times"
    threads = Counter((one["channel"], one["thread_ts"], said(one)) for one in ours if one.get("thread_ts"))
    for (channel, thread, words), count in threads.items():
        if count > 1: yield f"{count} times in thread {thread} of {channel}: {words[:200]!r}"


def _unsaid(scene: Scene, first: int) -> Iterator[str]:
    """What the outbox holds as delivered was posted."""
    posted = {_key(one).partition("#")[0] for one in scene.told}
    query = select(OutboxItem).where(OutboxItem.id > first, OutboxItem.done_at.is_not(None), ~OutboxItem.gave_up)
    for one in scene.rows(query.where(OutboxItem.kind.in_(POSTED))):
        if one.key in posted or one.payload.get("only"): continue  # what only one person sees is in no history
        yield f"{one.kind} {one.key} was delivered, and nothing of it was posted"


def _done_once(scene: Scene) -> Iterator[str]:
    """What somebody asked for once was done once."""
    for query in scene.once:
        found = scene.rows(query)
        if len(found) != 1: yield f"there are {len(found)} of {query.compile().params}"


def _key(message: Json) -> str:
    return str((message.get("metadata") or {}).get("event_payload", {}).get("key", ""))


def _undelivered(scene: Scene, first: int) -> Iterator[str]:
    """Everything that was to be told was told."""
    for one in scene.rows(select(OutboxItem).where(OutboxItem.id > first, OutboxItem.gave_up)):
        yield f"{one.kind} {one.key} was given up: {one.error}"


def _ticket(scene: Scene, row: TicketRow) -> Iterator[str]:
    """It has one card, is opened once, and its row is what its history tells."""
    above = [one for one in scene.told if said_by_bot(one) and not one.get("thread_ts")]
    cards = [one for one in above if one["channel"][0] != "D" and one["text"].startswith(f"{row.number} (")]
    if len(cards) != 1: yield f"{row.number} has {len(cards)} cards"
    with scene.site.database.reading() as session:
        places = session.scalars(select(PlaceRow).where(PlaceRow.ticket_id == row.id)).all()
        if [(one.channel, one.ts) for one in places] != [(one["channel"], one["ts"]) for one in cards]:
            yield f"{row.number} is remembered at {[(one.channel, one.ts) for one in places]}"
        opened = select(func.count()).where(Event.subject == f"ticket:{row.id}", Event.kind == "ticket.opened")
        if session.scalar(opened) != 1: yield f"{row.number} was not opened once"
        try:
            histories.check(session, scene.site.assistant.parts.desk, row.id, scene.site.clock())
        except AssertionError as error:
            yield f"{row.number}: its history does not fit: {error} {_story(session, row)}"


def _story(session: Session, row: TicketRow) -> list[str]:
    return [f"{one.kind} {one.data.get('state', '')}" for one in history(session, f"ticket:{row.id}")]


def _runs(scene: Scene) -> list[str]:
    """A run's message shows the step at which the run stands."""
    threads = {ts for _, ts in scene.asked}
    stale = [
        run for channel, ts in scene.asked if ts in threads for run in scene.runs(channel, ts)
        if run.shown < run.seen
    ]  # fmt: skip
    return [f"run {run.id} stands at move {run.seen} and shows move {run.shown}" for run in stale]


def doubled(scene: Scene, first: int) -> Iterator[str]:
    """Two tickets of one thread, where nobody split one."""
    per_thread = Counter(row.conversation_id for row in tickets(scene, first) if row.conversation_id)
    for conversation, count in per_thread.items():
        if count > 1: yield f"conversation {conversation} has {count} tickets"


def sealed(site: Site) -> list[str]:
    """The chain of the whole history holds, once the newest events have their seals."""
    with site.database.transaction() as session:
        while audit.seal(session): pass
    with site.database.reading() as session:
        return audit.verify(session, site.clock()).problems
