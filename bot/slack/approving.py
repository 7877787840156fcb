"""What the outbox holds about approvals, as Slack calls: ask for one, show the decision, see that nobody answers."""

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack import approvals
from bot.slack.blocks import Message
from bot.slack.managers import Managers
from bot.slack.surface import SlackSurface
from core.errors import TryLater
from handoff.actions import effects
from handoff.actions.states import ActionRequest, Asked, Instead, State
from handoff.desk import FIRST_PEOPLE

GONE = frozenset({"message_not_found", "channel_not_found", "is_archived", "not_in_channel"})


class Approving:
    """Delivers what concerns approvals; `kinds` are its outbox items."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client and the use cases."""
        self._client, self._acting, self._directory = surface.client, surface.assistant.acting, surface.directory
        self._parts = surface.assistant.parts
        self._managers = Managers(surface.client, self._parts.actions.manager_field, self._parts.clock)
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {
            effects.POST: self._post, effects.OVER: self._over, effects.LATE: self._late, effects.END: self._end,
        }  # fmt: skip

    def _post(self, payload: dict[str, Any]) -> None:
        request = self._acting.get(payload["request"])
        if request.state is not State.WAITING: return
        if payload["asked"] == Asked.MANAGER: self._ask_manager(request)
        else: self._say(request, self._level2())

    def _ask_manager(self, request: ActionRequest) -> None:
        """Ask the manager in their direct messages; L2 where there is none, or none any more."""
        manager = self._managers.of(request.requester)
        if manager is None:
            self._acting.to_agents(request.id, Instead.NO_MANAGER)
            return
        self._directory.person(manager.id)  # so that their name is known
        request = self._acting.asked_of(request.id, manager.id)
        if manager.left: self._acting.to_agents(request.id, Instead.LEFT)
        else: self._say(request, self._directory.direct(manager.id))

    def _late(self, payload: dict[str, Any]) -> None:
        request = self._acting.get(payload["request"])
        if request.state is not State.WAITING or request.asked is not Asked.MANAGER: return
        manager = self._managers.of(request.requester)
        self._acting.to_agents(request.id, Instead.LEFT if manager and manager.left else Instead.NO_ANSWER)

    def _end(self, payload: dict[str, Any]) -> None:
        self._acting.give_up(payload["request"])

    def _over(self, payload: dict[str, Any]) -> None:
        request = self._acting.get(payload["request"])
        message = approvals.over(request, self._parts.actions, "UTC")
        for channel, ts in self._acting.places(request.id): self._update(channel, ts, message)

    def _say(self, request: ActionRequest, channel: str) -> None:
        """Post it, once in a channel: a second delivery of the same item draws it anew where it stands."""
        message = approvals.approval(request, self._parts.actions)
        standing = dict(self._acting.places(request.id)).get(channel)
        if standing and self._update(channel, standing, message): return
        posted = self._client.chat_postMessage(channel=channel, **message.payload())
        self._acting.stands_at(request.id, channel, posted["ts"])

    def _update(self, channel: str, ts: str, message: Message) -> bool:
        """Draw a message anew; False if it is gone."""
        try:
            self._client.chat_update(channel=channel, ts=ts, **message.payload())
        except SlackApiError as error:
            if error.response.get("error") not in GONE: raise
            return False
        return True

    def _level2(self) -> str:
        """The channel of the queue where L2 takes everything."""
        queues = self._parts.desk.queues
        name = next(queue.channel for queue in queues if queue.tier == FIRST_PEOPLE and not queue.categories)
        channel = self._directory.channel_id(name)
        if channel is None: raise TryLater(f"There is no channel #{name} that I am in.")
        return channel
