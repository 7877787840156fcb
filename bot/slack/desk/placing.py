"""Where a ticket's card stands: drawn anew in every place, and put elsewhere when its channel is gone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.slack import once
from bot.slack.blocks import Message
from bot.slack.desk import cards
from bot.slack.desk.called import Called
from bot.slack.surface import SlackSurface
from core.errors import TryLater
from handoff import tickets
from handoff.tables import PlaceRow
from handoff.ticket import Ticket

GONE = frozenset(
    {
        "channel_not_found", "is_archived", "not_in_channel", "message_not_found", "thread_not_found",
        "cant_update_message", "cannot_reply_to_message", "edit_window_closed", "is_inactive", "restricted_action",
        "restricted_action_read_only_channel",
    }
)  # answers of Slack about a channel or a message that cannot be written to any more; another one may


def gone(error: SlackApiError) -> bool:
    """Whether it is the place that cannot be written to."""
    return error.response.get("error") in GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A channel in which a card may stand; `message` is how it looks there, `why` the reason if it is not its own."""

    channel: str
    message: Message
    why: str = ""


class Placing:
    """Keeps each card in its queue's channel; while that cannot be written to, in the first queue's, or else in the
    direct messages of a manager.
    """

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client and what it takes to draw a card."""
        self._client, self._directory, self._showing = surface.client, surface.directory, surface.assistant.showing
        self._parts, self._called = surface.assistant.parts, Called(surface)
        self._addresses: dict[tuple[str, str], str] = {}

    def draw(self, ticket_id: int) -> None:
        """Draw a ticket's card where it belongs, and what is left of it in every other place.

        Raises:
            TryLater: nobody can be reached.
        """
        view = self._showing.view(ticket_id)
        places = self._places(ticket_id)
        card = cards.card(view, self._parts.desk, self._earlier(view.ticket, places))
        channel = self._draw(view.ticket, card, places)
        for place in places:
            if place.channel != channel: self._leave(place, view.ticket)

    def standing(self, ticket: Ticket) -> PlaceRow:
        """Where a ticket's card stands now.

        Raises:
            TryLater: it is not posted yet.
        """
        here = self._parts.desk.queue(ticket.queue).channel
        place = next((place for place in self._places(ticket.id) if place.queue_channel == here), None)
        if place is None: raise TryLater(f"The card of {ticket.number} is not posted yet.")
        return place

    def came(self, ticket: Ticket) -> bool:
        """Whether its last move brought a ticket to another channel: people there saw its card come."""
        went, desk = self._showing.last_move(ticket.id), self._parts.desk
        return went is not None and desk.queue(went).channel != desk.queue(ticket.queue).channel

    def link(self, ticket: Ticket) -> str:
        """The address of a ticket's card; empty where there is none."""
        try:
            return self._address(self.standing(ticket))
        except TryLater:
            return ""

    # -- inside ----------------------------------------------------------------------------------------------------

    def _draw(self, ticket: Ticket, message: Message, places: Sequence[PlaceRow]) -> str:
        """Draw it in the first channel that takes it; which one that is."""
        known = {place.channel: place for place in places}
        name = self._parts.desk.queue(ticket.queue).channel
        for spot in self._spots(ticket, message):
            place = known.get(spot.channel)
            ts = self._put(spot, place)
            if not ts: continue
            self._remember(ticket.id, name, spot.channel, ts)
            if place and place.ts == ts and place.queue_channel != name: self._say_back(ticket, spot, ts)
            return spot.channel
        raise TryLater(f"There is no channel #{name} that I am in, and nobody else to show {ticket.number} to.")

    def _spots(self, ticket: Ticket, message: Message) -> Iterator[Spot]:
        """The queue's channel, that of the first queue, the direct messages of the managers: in this order."""
        desk = self._parts.desk
        queue = desk.queue(ticket.queue)
        home = self._directory.channel_id(queue.channel)
        if home: yield Spot(channel=home, message=message)
        why = cards.stands_in(queue.name, queue.channel)
        elsewhere = cards.below(why, message)
        first = self._directory.channel_id(desk.queues[0].channel)
        if first and first != home: yield Spot(channel=first, message=elsewhere, why=why)
        for manager in self._called.managers():
            yield Spot(channel=self._directory.direct(manager), message=elsewhere, why=why)

    def _put(self, spot: Spot, place: PlaceRow | None) -> str:
        """Draw a card where it stands, or post it; its `ts`, or nothing where the channel cannot be written to."""
        if place and self._update(place, spot.message): return place.ts
        try:
            with once.part("card"):
                return str(self._client.chat_postMessage(channel=spot.channel, **spot.message.payload())["ts"])
        except SlackApiError as error:
            if not gone(error): raise
            self._directory.forget_channels()
            return ""

    def _say_back(self, ticket: Ticket, spot: Spot, ts: str) -> None:
        """Tell a channel that a card which had left is there once more: a message that changes notifies nobody."""
        text = spot.why or cards.back(ticket)
        with once.part("back"):
            self._client.chat_postMessage(channel=spot.channel, thread_ts=ts, reply_broadcast=True, text=text)

    def _update(self, place: PlaceRow, message: Message) -> bool:
        """Draw a message anew; False if it or its channel is gone."""
        try:
            self._client.chat_update(channel=place.channel, ts=place.ts, **message.payload())
        except SlackApiError as error:
            if not gone(error): raise
            return False
        return True

    def _earlier(self, ticket: Ticket, places: Sequence[PlaceRow]) -> list[tuple[str, str]]:
        """The channels in which a card stood before, with the address of its thread there; no direct messages."""
        home = self._directory.channel_id(self._parts.desk.queue(ticket.queue).channel)
        left = [place for place in places if place.channel != home and not place.channel.startswith("D")]
        return [(place.channel, link) for place in left if (link := self._address(place))]

    def _address(self, place: PlaceRow) -> str:
        """The address of a message, asked for once; empty if it is gone."""
        here = (place.channel, place.ts)
        try:
            if here not in self._addresses:
                link = self._client.chat_getPermalink(channel=place.channel, message_ts=place.ts)["permalink"]
                self._addresses[here] = str(link)
        except SlackApiError:
            return ""
        return self._addresses[here]

    def _leave(self, place: PlaceRow, ticket: Ticket) -> None:
        """Say where the card went; from now on nothing is written there for its queue."""
        self._update(place, cards.moved(ticket, self.link(ticket)))
        if place.queue_channel: self._remember(ticket.id, "", place.channel, place.ts)

    def _remember(self, ticket_id: int, name: str, channel: str, ts: str) -> None:
        with self._parts.database.transaction() as session:
            tickets.stands_at(session, ticket_id, queue_channel=name, channel=channel, ts=ts)

    def _places(self, ticket_id: int) -> list[PlaceRow]:
        with self._parts.database.reading() as session: return tickets.places(session, ticket_id)
