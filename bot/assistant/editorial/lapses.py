"""Verifications that lapse: on their date, or because what came of an article was bad."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.assistant.editorial.facts import Named, on_tickets, verdicts
from bot.assistant.parts import Parts
from core import outbox, people
from core.events import Event
from kb.lapsing import NOT_HELPFUL, REOPENED, WRONG, Standing, first_reason, lapse, standing, told
from kb.loading import generation

NEWS = "lapse_news"  # what the outbox calls word of lapses to the editors' channel
LOOK_EVERY = timedelta(minutes=1)  # a lapse that is noted a minute later harms nobody
LOOKED_BACK = timedelta(days=365)  # what was bad before that has long been seen
AT_ONCE = 20  # lapses of one look, which are told in one message


class Lapses:
    """Looks for verifications that do not hold any more. Several processes may look at once."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts
        self._next: datetime | None = None
        self._seen: tuple[object, ...] = ()

    def look(self) -> int:
        """Note what has lapsed, and tell the editors once; how many these were.

        Nothing is counted where nothing has happened since the last look, and no day has begun.
        """
        now = self._parts.clock()
        if self._next and now < self._next: return 0
        self._next = now + LOOK_EVERY
        with self._parts.database.reading() as session:
            seen = (now.date(), generation(session), session.scalar(select(func.max(Event.id))))
            if seen == self._seen: return 0
            found = self._found(session, now)
        done = self._note(found[:AT_ONCE], now) if found else 0
        if len(found) <= AT_ONCE: self._seen = seen
        return done

    def _found(self, session: Session, now: datetime) -> list[tuple[Standing, str, int]]:
        """What is to lapse, with the reason and its count."""
        rules, items = self._parts.desk.lapse, standing(session)
        limits = [(WRONG, rules.wrong), (REOPENED, rules.reopened), (NOT_HELPFUL, rules.not_helpful)]
        bad = self._bad(session, items, now)
        counts = {one.id: [(why, bad[one.id][why]) for why, _ in limits] for one in items}
        lapsed = [(one, first_reason(one, counts[one.id], limits, now.date())) for one in items]
        return [(one, *reason) for one, reason in lapsed if reason]

    def _bad(self, session: Session, items: Sequence[Standing], now: datetime) -> dict[int, Counter[str]]:
        """How often something bad came of each item since it was published, by the reason."""
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        if not items: return counts
        known: dict[Named, Standing] = {(one.kind, one.slug): one for one in items}
        since = max(min(one.since for one in items), now - LOOKED_BACK)
        found = [(one.item, NOT_HELPFUL, one.at) for one in verdicts(session, since) if not one.helped]
        for one in on_tickets(session, since):
            if one.reopened: found.append((one.item, REOPENED, one.at))
            elif one.what in self._parts.desk.lapse.codes: found.append((one.item, WRONG, one.at))
        for item, why, at in found:
            own = known.get(item)
            if own and at > own.since: counts[own.id][why] += 1
        return counts

    def _note(self, found: Sequence[tuple[Standing, str, int]], now: datetime) -> int:
        with self._parts.database.transaction() as session:
            done = [(one, why, count) for one, why, count in found if lapse(session, one, why, count, now)]
            if done and self._parts.desk.editors_channel: self._tell(session, done, now)
        return len(done)

    def _tell(self, session: Session, done: Sequence[tuple[Standing, str, int]], now: datetime) -> None:
        """One message of all that lapsed together. A date is told once a revision."""
        emails = {one.email.lower(): one.id for one in people.with_emails(session, [own.owner for own, _, _ in done])}
        rows = [
            {
                "kind": one.kind, "slug": one.slug, "title": one.title, "why": told(why, count), "owner": one.owner,
                "person": emails.get(one.owner.lower(), ""), "verified": str(one.verified or ""),
            }
            for one, why, count in done
        ]  # fmt: skip
        first = done[0][0]
        key = f"lapse:{first.id}:{first.revision}:{now:%Y%m%d%H%M%S%f}"
        outbox.put(session, NEWS, key=key, lane="lapses", now=now, lapses=rows)
