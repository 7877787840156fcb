"""What the outbox holds about the ticket system, for the staff's thread under a card."""

from collections.abc import Callable
from typing import Any

from bot.slack import texts
from bot.slack.blocks import section
from bot.slack.mrkdwn import cut, escape
from bot.slack.surface import SlackSurface
from handoff import tickets
from handoff.destinations import syncing
from handoff.tables import PlaceRow
from handoff.tickets import Ticket


class Systems:
    """Delivers what staff hear of the ticket system; `kinds` are its outbox items. None of it goes to the requester."""

    def __init__(self, surface: SlackSurface, standing: Callable[[Ticket], PlaceRow]) -> None:
        """Take Slack's client, and what tells where a card stands."""
        self._client, self._parts, self._standing = surface.client, surface.assistant.parts, standing
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {syncing.STAFF: self._note}

    def _note(self, payload: dict[str, Any]) -> None:
        system = self._parts.system
        name = texts.SYSTEMS.get(system.name if system else "", texts.SYSTEMS[""])
        with self._parts.database.reading() as session: ticket = tickets.get(session, payload["ticket"])
        place = self._standing(ticket)
        author, text = escape(payload["author"]) or texts.SYSTEM_SOMEBODY, escape(payload["text"])
        said = texts.SYSTEM_NOTES[payload["what"]].format(system=name, author=author, text=text, number=ticket.number)
        self._client.chat_postMessage(
            channel=place.channel, thread_ts=place.ts, text=cut(said, 3_900), blocks=[section(said)]
        )
