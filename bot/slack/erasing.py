"""What the outbox holds about erasures, as Slack calls: what Firstline posted about somebody among staff goes."""

from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.erasing.elsewhere import MESSAGE, THREAD
from bot.slack.surface import SlackSurface

GONE = frozenset(
    {
        "message_not_found", "channel_not_found", "is_archived", "not_in_channel", "thread_not_found",
        "cant_delete_message",
    }
)  # there is nothing left that could be deleted, or Slack lets nobody do it


class Erasing:
    """Delivers what concerns erasures; `kinds` are its outbox items."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client."""
        self._client, self._bot = surface.client, surface.bot_user
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {THREAD: self._thread, MESSAGE: self._message}

    def _thread(self, payload: dict[str, Any]) -> None:
        """Delete everything of ours below a card; the card itself is drawn anew after this."""
        channel, root = payload["channel"], payload["ts"]
        for ts in list(self._ours(channel, root)): self._delete(channel, ts)

    def _message(self, payload: dict[str, Any]) -> None:
        self._delete(payload["channel"], payload["ts"])

    def _ours(self, channel: str, root: str) -> Iterator[str]:
        cursor = ""
        while True:
            try:
                page = self._client.conversations_replies(channel=channel, ts=root, limit=200, cursor=cursor)
            except SlackApiError as error:
                if error.response.get("error") in GONE: return
                raise
            found: list[dict[str, Any]] = page["messages"]
            yield from (str(one["ts"]) for one in found if one.get("user") == self._bot and one["ts"] != root)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor: return

    def _delete(self, channel: str, ts: str) -> None:
        try:
            self._client.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if error.response.get("error") not in GONE: raise
