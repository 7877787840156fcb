"""What the outbox holds, as Slack calls: cards, news for requesters, notes for staff."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.slack import cards, texts
from bot.slack.blocks import Message, section
from bot.slack.mrkdwn import cut, escape, file_link
from bot.slack.surface import SlackSurface
from core import events
from core.errors import CannotDeliver, TryLater
from handoff import tickets
from handoff.tickets import Ticket

NEVER = frozenset(
    {
        "channel_not_found", "is_archived", "not_in_channel", "user_not_found", "message_not_found",
        "invalid_blocks", "account_inactive"
    }
)  # answers of Slack after which the same call can only fail again


class SlackOutbound:
    """Delivers outbox items to Slack."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client and what it takes to draw a card."""
        self._client, self._assistant, self._directory = surface.client, surface.assistant, surface.directory
        self._kinds: dict[str, Callable[[dict[str, Any]], None]] = {
            "card": self._card, "notice": self._notice, "staff_note": self._staff_note,
            "outage_over": self._outage_over, "reply": surface.post,
        }  # fmt: skip

    def deliver(self, kind: str, payload: dict[str, Any]) -> None:
        """Do what one item says.

        Raises:
            TryLater: Slack cannot take it now; after which wait it may.
            CannotDeliver: trying again cannot help.
        """
        try:
            self._kinds[kind](payload)
        except SlackApiError as error:
            raise _translated(error) from error
        except (SlackRequestError, OSError) as error:
            raise TryLater(f"Slack could not be reached: {error}") from error

    def _card(self, payload: dict[str, Any]) -> None:
        parts = self._assistant.parts
        with parts.database.reading() as session:
            ticket = tickets.get(session, payload["ticket"])
            history = events.history(session, f"ticket:{ticket.id}")
            places = tickets.places(session, ticket.id)
        message = cards.card(ticket, history, parts.desk, "UTC")
        here = parts.desk.queue(ticket.queue).channel
        for place in places:
            shown = message if place.queue_channel == here else cards.moved(ticket)
            self._client.chat_update(channel=place.channel, ts=place.ts, **shown.payload())
        if not any(place.queue_channel == here for place in places): self._post_card(ticket, here, message)

    def _post_card(self, ticket: Ticket, name: str, message: Message) -> None:
        channel = self._directory.channel_id(name)
        if channel is None: raise TryLater(f"There is no channel #{name} that I am in.")
        posted = self._client.chat_postMessage(channel=channel, **message.payload())
        with self._assistant.parts.database.transaction() as session:
            tickets.stands_at(session, ticket.id, queue_channel=name, channel=channel, ts=posted["ts"])

    def _notice(self, payload: dict[str, Any]) -> None:
        ticket = self._assistant.tickets.get(payload["ticket"])
        person = self._directory.person(ticket.requester)
        by = self._directory.person(payload["by"]).name
        message = cards.news(ticket, payload["what"], by, payload["note"], person.tz)
        channel = ticket.channel or self._directory.direct(ticket.requester)
        self._client.chat_postMessage(channel=channel, thread_ts=ticket.thread_ts or None, **message.payload())

    def _staff_note(self, payload: dict[str, Any]) -> None:
        with self._assistant.parts.database.reading() as session:
            ticket = tickets.get(session, payload["ticket"])
            places = tickets.places(session, ticket.id)
        here = self._assistant.parts.desk.queue(ticket.queue).channel
        place = next((place for place in places if place.queue_channel == here), None)
        if place is None: raise TryLater(f"The card of {ticket.number} is not posted yet.")
        files = "".join(f"\n:paperclip: {file_link(name)}" for name in payload["files"])
        said = texts.REQUESTER_SAYS.format(person=payload["person"], text=escape(payload["text"]) + files)
        self._client.chat_postMessage(
            channel=place.channel, thread_ts=place.ts, text=cut(said, 3_900), blocks=[section(said)]
        )

    def _outage_over(self, payload: dict[str, Any]) -> None:
        text = texts.OUTAGE_OVER.format(text=escape(payload["text"]))
        self._client.chat_postMessage(channel=payload["channel"], thread_ts=payload["thread_ts"] or None, text=text)


def _translated(error: SlackApiError) -> TryLater | CannotDeliver:
    code = str(error.response.get("error", "unknown"))
    if code in NEVER: return CannotDeliver(f"Slack answered {code}.")
    seconds = error.response.headers.get("Retry-After")
    wait = timedelta(seconds=int(seconds)) if seconds and str(seconds).isdecimal() else None
    return TryLater(f"Slack answered {code}.", wait)
