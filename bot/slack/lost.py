"""What becomes of an item that ends undelivered: nobody goes on waiting for it."""

import logging

from sqlalchemy.orm import Session

from bot.slack import texts
from bot.slack.blocks import Message, section
from bot.slack.surface import REPLY, SlackSurface
from core import outbox
from core.errors import new_reference
from core.outbox import KEY, LANE, OutboxItem

log = logging.getLogger(__name__)


class Lost:
    """Has people told, in the transaction that ends an item."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take where they are told."""
        self._surface, self._clock = surface, surface.assistant.parts.clock

    def posted(self, session: Session, item: OutboxItem, error: str) -> None:
        """Something was not posted; whoever was to read a reply is told in their direct messages."""
        self._surface.assistant.replying.gave_up(session, item, error)
        person = item.payload.get("person") if item.kind == REPLY else None
        if person: self._tell(session, item, error, person)

    def heard(self, session: Session, item: OutboxItem, error: str) -> None:
        """What somebody said was not dealt with; they are told where they said it."""
        event = item.payload["event"]
        channel, thread = event.get("channel") or "", event.get("thread_ts") or ""
        if event.get("user"): self._tell(session, item, error, event["user"], channel, thread)

    def _tell(
        self, session: Session, item: OutboxItem, error: str, person: str, channel: str = "", thread: str = ""
    ) -> None:
        reference = new_reference()
        log.error("%s: %s %s ended undelivered: %s", reference, item.kind, item.key, error)
        said = texts.BROKEN.format(reference=reference)
        message = Message(text=said, blocks=(section(said),)).payload()
        key = f"lost:{item.key}"
        outbox.put(
            session, REPLY, key=key[:KEY], lane=key[:LANE], now=self._clock(), channel=channel,
            thread_ts=thread or None, run=(0, 0), message=message, only=person,
        )  # fmt: skip
