"""Verifications that lapse: on their date, or because what came of an article was bad."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.assistant.editorial import tallies
from bot.assistant.editorial.facts import Named
from bot.assistant.editorial.tallying import COUNTED, TAKEN, Tally
from bot.assistant.parts import Parts
from core import outbox, people
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
        self._parts, self._tally = parts, Tally(parts)
        self._next: datetime | None = None
        self._seen: tuple[object, ...] = ()

    def look(self) -> int:
        """Note what has lapsed, and tell the editors once; how many these were.

        Only items with which something has happened are looked at, and all of them when a day has begun.
        """
        now = self._parts.clock()
        if self._next and now < self._next: return 0
        taken = self._tally.take_in(now)
        counted = self._tally.recount(now)
        self._next = None if taken == TAKEN or len(counted) == COUNTED else now + LOOK_EVERY
        with self._parts.database.reading() as session:
            seen = (now.date(), generation(session))
            if seen == self._seen and not counted: return 0
            found = self._found(session, counted, now)
        done = self._note(found[:AT_ONCE], now) if found else 0
        if len(found) <= AT_ONCE: self._seen = seen
        return done

    def catch_up(self) -> None:
        """Count everything that has happened, however long it takes."""
        now = self._parts.clock()
        while self._tally.take_in(now): pass
        while self._tally.recount(now): pass

    def _found(
        self, session: Session, counted: Collection[Named], now: datetime
    ) -> list[tuple[Standing, str, int]]:
        """What is to lapse, with the reason and its count."""
        rules, items = self._parts.desk.lapse, standing(session)
        limits = [(WRONG, rules.wrong), (REOPENED, rules.reopened), (NOT_HELPFUL, rules.not_helpful)]
        anew = [(one, self._bad(session, one, now) if (one.kind, one.slug) in counted else {}) for one in items]
        lapsed = [
            (one, first_reason(one, [(why, bad.get(why, 0)) for why, _ in limits], limits, now.date()))
            for one, bad in anew
        ]
        return [(one, *reason) for one, reason in lapsed if reason]

    def _bad(self, session: Session, item: Standing, now: datetime) -> Mapping[str, int]:
        """How often something bad came of an item since it was published, by the reason."""
        people, tickets = tallies.bad(session, (item.kind, item.slug), max(item.since, now - LOOKED_BACK))
        wrong = sum(tickets[code] for code in self._parts.desk.lapse.codes)
        return {NOT_HELPFUL: people, REOPENED: tickets[REOPENED], WRONG: wrong}

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
