"""When more is said than can be answered at once: everybody who waits is told so, once, and how long it may take."""

import logging
from datetime import timedelta
from itertools import islice
from math import ceil
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError
from sqlalchemy import exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from bot.carrying import INCOMING
from bot.slack import texts
from bot.slack.listeners import asking
from bot.slack.surface import SlackSurface
from core import outbox
from core.outbox import LANE, OutboxItem

KIND = "busy"  # outbox items: tell somebody that their message waits
PATIENCE = timedelta(seconds=10)  # what people take for a slow answer; later than that they wonder whether it was heard
LATELY = timedelta(minutes=1)  # over which it is counted how fast messages are answered
AT_ONCE = 20  # people of one look
LOOKED_AT = 1_000  # messages of one look: many are said among people, and nobody expects an answer
log = logging.getLogger(__name__)


class Busy:
    """Looks for messages that wait too long."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take the surface that people wait on."""
        self._surface, self._parts = surface, surface.assistant.parts

    def look(self) -> int:
        """Queue word to everybody whose message waits; how many that were. Several processes may look at once."""
        now = self._parts.clock()
        with self._parts.database.reading() as session: late = self._late(session)
        found = list(islice(filter(self._expects_an_answer, late), AT_ONCE))  # Slack may be asked: in no transaction
        if not found: return 0
        with self._parts.database.transaction() as session:
            return sum(
                outbox.put(session, KIND, key=_key(item.lane), lane=_key(item.lane)[:LANE], now=now, item=item.id)
                for item in found
            )

    def tell(self, payload: dict[str, Any]) -> None:
        """Tell whoever wrote an item where it stands, unless it was taken up meanwhile."""
        with self._parts.database.reading() as session:
            item = session.get(OutboxItem, payload["item"])
            if item is None or item.done_at or item.attempts: return
            event, before, minutes = item.payload["event"], *self._standing(session, item)
        contact = self._parts.desk.contact
        text = texts.BUSY.format(
            before=before, minutes="a minute" if minutes == 1 else f"{minutes} minutes", phone=contact.phone
        )
        channel = event.get("channel") or self._surface.directory.direct(event["user"])
        thread = event.get("thread_ts") or event.get("ts")
        self._surface.client.chat_postMessage(channel=channel, thread_ts=thread, text=text)

    def _late(self, session: Session) -> list[OutboxItem]:
        """Messages that nobody has taken up for too long, of people who were not told; first who will wait longest."""
        told = aliased(OutboxItem)
        waits = OutboxItem.kind.in_(INCOMING) & OutboxItem.done_at.is_(None) & (OutboxItem.attempts == 0)
        silent = ~exists().where(told.key == literal(_key("")) + OutboxItem.lane)
        late = OutboxItem.created_at <= self._parts.clock() - PATIENCE
        query = select(OutboxItem).where(waits, late, silent).order_by(OutboxItem.id.desc()).limit(LOOKED_AT)
        return list(session.scalars(query))

    def _expects_an_answer(self, item: OutboxItem) -> bool:
        """Whether a message is surely meant for Firstline; not as long as Slack does not tell about its channel."""
        try:
            return self._is_meant(item.payload["event"])
        except (SlackApiError, SlackRequestError, OSError) as error:
            log.info("it is not known whether %s expects an answer: %s", item.key, error)
            return False

    def _is_meant(self, event: dict[str, Any]) -> bool:
        """One that mentions it, is asked with a command or in its direct messages, or stands in a thread of its own or
        at the beginning of one in its channels.
        """
        if event["type"] in (asking.ASKED, "app_mention"): return True
        if event.get("subtype") or not event.get("ts"): return False
        if event.get("channel_type") == "im": return True
        channel, thread = event["channel"], event.get("thread_ts") or event["ts"]
        if thread == event["ts"]: return self._surface.directory.is_watched(channel)
        return self._surface.assistant.answering.owns_thread(channel, thread, event["user"])

    def _standing(self, session: Session, item: OutboxItem) -> tuple[int, int]:
        """How many messages are before one, and in how many minutes it should be answered, at the present speed."""
        incoming, now = OutboxItem.kind.in_(INCOMING), self._parts.clock()
        count = select(func.count()).select_from(OutboxItem)
        before = session.scalar(count.where(incoming, OutboxItem.done_at.is_(None), OutboxItem.id < item.id)) or 0
        lately = session.scalar(count.where(incoming, OutboxItem.done_at > now - LATELY)) or 1
        return before, ceil((before + 1) / lately)


def _key(lane: str) -> str:
    return f"busy:{lane}"
