"""A client of Slack that posts what the outbox holds once, even when it is not known whether an earlier try did.

Each message that is posted while an item is delivered carries the item's key in its metadata
(docs.slack.dev/messaging/message-metadata), which nobody sees. A later try of the same item looks for that first.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from core.outbox import Attempt

EVENT = "firstline_item"  # the type of our metadata
BEFORE = timedelta(days=1)  # Slack's clock may be so far behind ours: one that was stepped is hours away from it
PAGE, MOST_PAGES = 100, 10  # messages of one look, and looks: what is further up was posted long before
UNREADABLE = frozenset(
    {"channel_not_found", "thread_not_found", "not_in_channel", "is_archived", "missing_scope", "method_not_supported"}
)  # answers of Slack after which posting itself tells what is wrong, or works all the same
log = logging.getLogger(__name__)


class _Delivering:
    """The item that this thread delivers, and how many messages of it were posted, for each part and place."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt, self._posts = attempt, Counter[tuple[str, str, str]]()

    def next_key(self, channel: str, thread: str) -> str:
        where = (_part.get(), channel, thread)
        self._posts[where] += 1
        return f"{self.attempt.key}#{where[0]}{self._posts[where]}@{channel}:{thread}"


_now: ContextVar[_Delivering | None] = ContextVar("delivering", default=None)
_part: ContextVar[str] = ContextVar("part", default="")


@contextmanager
def delivering(attempt: Attempt) -> Iterator[None]:
    """What is posted in this block belongs to one try to deliver an item."""
    token = _now.set(_Delivering(attempt))
    try:
        yield
    finally:
        _now.reset(token)


@contextmanager
def part(name: str) -> Iterator[None]:
    """What is posted in this block is told apart by this name: a later try may leave out such a part of an item."""
    token = _part.set(name)
    try:
        yield
    finally:
        _part.reset(token)


class OnceClient(WebClient):
    """Slack's client, which takes a message that an earlier try posted instead of posting it again.

    It repeats no call by itself: the library's own does that when a connection ends without an answer, also after the
    call took effect, and a message would be there twice.
    """

    def __init__(self, **settings: Any) -> None:
        """Take what `WebClient` takes, by name."""
        super().__init__(**settings, retry_handlers=[])

    def chat_postMessage(self, **message: Any) -> SlackResponse:  # noqa: N802 - Slack's name; all arguments have names here
        """Post a message, unless an earlier try of the item in hand has."""
        item = _now.get()
        if item is None: return super().chat_postMessage(**message)
        key = item.next_key(message["channel"], message.get("thread_ts") or "")
        known = self._posted(message["channel"], message.get("thread_ts"), key, item.attempt)
        if known is not None: return known
        return super().chat_postMessage(**message, metadata={"event_type": EVENT, "event_payload": {"key": key}})

    def _posted(self, channel: str, thread: str | None, key: str, attempt: Attempt) -> SlackResponse | None:
        """What an earlier try posted, as the answer to that call; None if there is nothing."""
        if not attempt.again: return None
        try:
            pages = self._pages(channel, thread, (attempt.since - BEFORE).timestamp())
            return next((_as_posted(page, channel, one) for page in pages for one in page["messages"]
                         if _key(one) == key), None)
        except SlackApiError as error:
            if error.response.get("error") not in UNREADABLE: raise  # what is not known must not be posted again
            log.info("it could not be seen whether %s was posted: %s", key, error.response.get("error"))
            return None

    def _pages(self, channel: str, thread: str | None, oldest: float) -> Iterator[SlackResponse]:
        where: dict[str, Any] = {"channel": channel, "oldest": f"{oldest:.6f}", "limit": PAGE}
        where["include_all_metadata"] = True
        pages = self.conversations_replies(**where, ts=thread) if thread else self.conversations_history(**where)
        for page, _ in zip(pages, range(MOST_PAGES), strict=False): yield page


def _key(message: dict[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("key", "")) if metadata.get("event_type") == EVENT else ""


def _as_posted(page: SlackResponse, channel: str, message: dict[str, Any]) -> SlackResponse:
    page.data = {"ok": True, "channel": channel, "ts": message["ts"], "message": message}
    return page
