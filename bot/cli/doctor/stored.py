"""What the database holds: the vectors that are searched, what waits to be delivered, the sealed history."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.check import Check, missing, skipped, well
from core import audit, noted
from core.clock import utc_now
from core.db import Database
from core.encoders import reference_encoder, serving_name
from core.errors import ConfigProblem
from core.outbox import OutboxItem
from core.redact import redact
from core.settings import Settings
from kb.tables import PUBLISHED, EntryRow, ItemRow, VectorRow

STUCK = timedelta(minutes=10)  # due for that long; Slack answers in under a second, and a pause of a minute is common
LATELY = timedelta(days=1)  # how long what was given up is told
EMBED = "the next start of `firstline serve` makes them, once."


def look(database: Database, settings: Settings) -> Iterator[Check]:
    """The search index and the outbox."""
    with database.reading() as session:
        try:
            yield _vectors(session, serving_name(reference_encoder(settings.encoder), settings.state_dir))
        except ConfigProblem:
            yield skipped("search", "not looked at without an encoder.")
        yield from _outbox(session)


def _vectors(session: Session, encoder: str) -> Check:
    """Whether each published text has its vector by the encoder that is to serve."""
    texts = select(EntryRow.hash).join(ItemRow, ItemRow.id == EntryRow.item_id).where(ItemRow.state == PUBLISHED)
    by_ours = select(VectorRow.hash).where(VectorRow.encoder == encoder)
    all_ = session.scalar(select(func.count()).select_from(texts.distinct().subquery())) or 0
    lacking = session.scalar(select(func.count()).select_from(texts.except_(by_ours).subquery())) or 0
    if not all_: return skipped("search", "the knowledge base is empty; the first start fills it from the data folder.")
    if not lacking: return well("search", f"{all_:,} texts, each with its vector.")
    other = session.scalar(select(VectorRow.encoder).where(VectorRow.encoder != encoder).limit(1))
    why = f"only by another encoder ({other})" if other and lacking == all_ else "not there"
    return missing("search", f"vectors of {lacking:,} of {all_:,} texts are {why};", EMBED)


def _outbox(session: Session) -> Iterator[Check]:
    now = utc_now()
    late = (OutboxItem.done_at.is_(None), OutboxItem.due_at < now - STUCK)
    waiting, first = session.execute(select(func.count(), func.min(OutboxItem.due_at)).where(*late)).one()
    given = (OutboxItem.gave_up, OutboxItem.done_at > now - LATELY)
    given_up = session.scalar(select(func.count()).where(*given)) or 0
    if waiting:
        minutes = round((now - first).total_seconds() / 60)
        says = f"{waiting} could not go out, the oldest for {minutes} min ({_reason(session, late)}):"
        yield missing("outbox", says, "see that `firstline serve` runs, with the role worker, and reaches Slack.")
    if given_up:
        says = f"{given_up} given up within a day ({_reason(session, given)}):"
        yield missing("outbox", says, "mend the reason, and tell those concerned; it is not tried again.")
    if not waiting and not given_up: yield well("outbox", "nothing is stuck.")


def _reason(session: Session, which: tuple[object, ...]) -> str:
    """The kind of the oldest such item, and why it did not go out, without what may be secret in it."""
    query = select(OutboxItem.kind, OutboxItem.error).where(*which).order_by(OutboxItem.id).limit(1)  # type: ignore[arg-type]  # SQLAlchemy's conditions
    kind, error = session.execute(query).one()
    return f"{kind}: {redact(error).text[:120].rstrip('.')}" if error else kind


def history(database: Database, settings: Settings) -> Iterator[Check]:
    """Whether the chain of seals holds, all of it."""
    with database.reading() as session:
        key, known = settings.audit_key.get_secret_value().encode(), noted.read(settings.state_dir / noted.FILE)
        found = audit.verify(session, utc_now(), key, known=known)
    mend = "`firstline audit verify` tells all of it; docs/security.md what to do."
    for problem in found.problems[:3]: yield missing("history", f"{problem.rstrip('.')};", mend)
    if not found.problems: yield well("history", f"{found.sealed:,} events are as they were sealed.")
