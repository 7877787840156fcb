"""What the outbox holds about editors' tasks, as Slack calls."""

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack.blocks import Message
from bot.slack.desk import tasks_view
from bot.slack.desk.placing import gone
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
        """Tell the editors' channel, or show there that it is done; unless the desk file names no channel any more."""
        if not self._channel: return
        task, place = self._tasks.get(payload["task"]), self._tasks.told_at(payload["task"])
        message = tasks_view.news(task, self._directory.message_link)
        if place: self._redraw(place, message)
        elif not task.done_by: self._post(task.id, message)

    def _post(self, task: int, message: Message) -> None:
        channel = self._directory.channel_id(self._channel)
        if channel is None: raise TryLater(f"There is no channel #{self._channel} that I am in.")
        posted = self._client.chat_postMessage(channel=channel, **message.payload())
        self._tasks.tell(task, channel, posted["ts"])

    def _redraw(self, place: tuple[str, str], message: Message) -> None:
        try:
            self._client.chat_update(channel=place[0], ts=place[1], **message.payload())
        except SlackApiError as error:
            if not gone(error): raise
