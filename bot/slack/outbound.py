"""What the outbox holds, as Slack calls: cards, news for requesters, notes for staff."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.assistant import documenting
from bot.slack import after, cards, steps, texts, updates
from bot.slack.approving import Approving
from bot.slack.blocks import Message, section
from bot.slack.mrkdwn import cut, escape, file_link
from bot.slack.render import queue_name, render
from bot.slack.surface import SlackSurface
from core import events
from core.errors import CannotDeliver, TryLater
from handoff import tickets
from handoff.tables import PlaceRow
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
        self._surface = surface
        self._kinds: dict[str, Callable[[dict[str, Any]], None]] = {
            "card": self._card, "notice": self._notice, "staff_note": self._staff_note,
            "staff_news": self._staff_news, "update": self._still_open, "outage_over": self._outage_over,
            "reply": surface.post, "run": self._run,
            documenting.KIND: self._draft, **Approving(surface).kinds,
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
        standing = [place for place in places if place.queue_channel == here]
        if not any(self._update(place, message) for place in standing): self._post_card(ticket, here, message)
        for place in places:
            if place.queue_channel != here: self._update(place, cards.moved(ticket))

    def _update(self, place: PlaceRow, message: Message) -> bool:
        """Draw a card anew where it stands; False if its message or its channel is gone."""
        try:
            self._client.chat_update(channel=place.channel, ts=place.ts, **message.payload())
        except SlackApiError as error:
            if error.response.get("error") not in NEVER: raise
            return False
        return True

    def _post_card(self, ticket: Ticket, name: str, message: Message) -> None:
        channel = self._directory.channel_id(name)
        if channel is None: raise TryLater(f"There is no channel #{name} that I am in.")
        posted = self._client.chat_postMessage(channel=channel, **message.payload())
        with self._assistant.parts.database.transaction() as session:
            tickets.stands_at(session, ticket.id, queue_channel=name, channel=channel, ts=posted["ts"])

    def _notice(self, payload: dict[str, Any]) -> None:
        ticket = self._assistant.tickets.get(payload["ticket"])
        by = self._directory.person(payload["by"]).name
        told = self._assistant.tickets.get(payload.get("to") or payload["ticket"])
        person = self._directory.person(told.requester)
        if payload["what"] in after.KINDS:
            ended = self._assistant.after.ended(ticket.id, told.id)
            self._post(told, after.notice(ended, payload["what"], by, payload["note"], person.tz))
            return
        self._post(told, cards.news(ticket, payload["what"], by, payload["note"], person.tz))

    def _still_open(self, payload: dict[str, Any]) -> None:
        """Tell a requester how their ticket stands, unless it is over or they have heard of it since."""
        stands = self._assistant.updating.standing(payload["ticket"], datetime.fromisoformat(payload["next"]))
        if stands is None: return
        ticket = stands.ticket
        person = self._directory.person(ticket.requester)
        by = self._directory.person(ticket.assignee).name if ticket.assignee else ""
        self._post(ticket, updates.still_open(stands, by, person.tz))

    def _post(self, ticket: Ticket, message: Message) -> None:
        """Say it where the requester hears of their ticket."""
        channel = ticket.channel or self._directory.direct(ticket.requester)
        self._client.chat_postMessage(channel=channel, thread_ts=ticket.thread_ts or None, **message.payload())

    def _staff_note(self, payload: dict[str, Any]) -> None:
        place = self._standing(self._assistant.tickets.get(payload["ticket"]))
        files = "".join(f"\n:paperclip: {file_link(name)}" for name in payload["files"])
        said = texts.REQUESTER_SAYS.format(person=payload["person"], text=escape(payload["text"]) + files)
        self._client.chat_postMessage(
            channel=place.channel, thread_ts=place.ts, text=cut(said, 3_900), blocks=[section(said)]
        )

    def _staff_news(self, payload: dict[str, Any]) -> None:
        ticket = self._assistant.tickets.get(payload["ticket"])
        place, queue = self._standing(ticket), escape(queue_name(ticket.queue))
        text = texts.STAFF_NEWS[payload["what"]].format(by=payload["by"], number=ticket.number, queue=queue)
        self._client.chat_postMessage(channel=place.channel, thread_ts=place.ts, reply_broadcast=True, text=text)

    def _standing(self, ticket: Ticket) -> PlaceRow:
        """Where a ticket's card stands now."""
        here = self._assistant.parts.desk.queue(ticket.queue).channel
        with self._assistant.parts.database.reading() as session: places = tickets.places(session, ticket.id)
        place = next((place for place in places if place.queue_channel == here), None)
        if place is None: raise TryLater(f"The card of {ticket.number} is not posted yet.")
        return place

    def _draft(self, payload: dict[str, Any]) -> None:
        """Make the draft that a resolution asked for, and tell the staff where it is."""
        made = self._assistant.documenting.make(payload["ticket"])
        if made is None: return
        place, message = self._standing(made.ticket), after.drafted(made.ticket, made.kind, made.slug, made.title)
        self._client.chat_postMessage(channel=place.channel, thread_ts=place.ts, **message.payload())

    def _run(self, payload: dict[str, Any]) -> None:
        """Draw a run's message anew, and tell its person what happened, if that is something."""
        reply, channel, thread = self._assistant.fixing.now_at(payload["run"])
        shown = self._assistant.fixing.message_of(payload["run"])
        if shown.ts: self._surface.draw(reply, shown, render(reply, self._surface.link_base))
        base, what = self._surface.link_base, payload["what"]
        said = steps.news(reply, what, payload["seen"], payload["told"], base) if what else ""
        if said: self._client.chat_postMessage(channel=channel, thread_ts=thread, text=said, blocks=[section(said)])

    def _outage_over(self, payload: dict[str, Any]) -> None:
        text = texts.OUTAGE_OVER.format(text=escape(payload["text"]))
        self._client.chat_postMessage(channel=payload["channel"], thread_ts=payload["thread_ts"] or None, text=text)


def _translated(error: SlackApiError) -> TryLater | CannotDeliver:
    code = str(error.response.get("error", "unknown"))
    if code in NEVER: return CannotDeliver(f"Slack answered {code}.")
    seconds = error.response.headers.get("Retry-After")
    wait = timedelta(seconds=int(seconds)) if seconds and str(seconds).isdecimal() else None
    return TryLater(f"Slack answered {code}.", wait)
