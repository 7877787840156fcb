"""What the outbox holds about editors' tasks, as Slack calls."""

from collections.abc import Callable
from typing import Any

from bot.slack import tasks_view
from bot.slack.surface import SlackSurface
from core.errors import TryLater
from handoff import tasks


class Tasking:
    """Delivers word of new tasks; `kinds` are its outbox items."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client and the use cases."""
        self._client, self._directory, self._tasks = surface.client, surface.directory, surface.assistant.tasks
        self._channel = surface.assistant.parts.desk.editors_channel
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {tasks.NEWS: self._news}

    def _news(self, payload: dict[str, Any]) -> None:
        """Tell the editors' channel, unless it was taken out of the desk file meanwhile."""
        if not self._channel: return
        channel = self._directory.channel_id(self._channel)
        if channel is None: raise TryLater(f"There is no channel #{self._channel} that I am in.")
        message = tasks_view.news(self._tasks.get(payload["task"]))
        self._client.chat_postMessage(channel=channel, **message.payload())
