"""What the outbox holds about tickets, as Slack calls: the card, word to the requester, news for staff, warnings."""

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack import after, staff_news
from bot.slack import card_texts as words
from bot.slack.blocks import Message, section
from bot.slack.called import Called
from bot.slack.card_history import FIRSTLINE, who
from bot.slack.mrkdwn import cut
from bot.slack.news import news
from bot.slack.placing import Placing, gone
from bot.slack.surface import SlackSurface
from core import outbox
from handoff.states import WORKED
from handoff.ticket import Ticket
from handoff.warnings import KIND as WARNING

TEXT = 3_900  # characters of a message without blocks
PRIVATE = frozenset({"lead", "manager"})  # who hear of a warning in their direct messages as well


class Telling:
    """Delivers what concerns tickets; `kinds` are its outbox items."""

    def __init__(self, surface: SlackSurface, placing: Placing) -> None:
        """Take Slack's client, the use cases, and where cards stand."""
        self._client, self._assistant, self._directory = surface.client, surface.assistant, surface.directory
        self._placing, self._called = placing, Called(surface)
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {
            "card": self._card, "notice": self._notice, "staff_news": self._news, WARNING: self._warning,
        }  # fmt: skip

    def _card(self, payload: dict[str, Any]) -> None:
        self._look_after(self._assistant.tickets.get(payload["ticket"]))
        self._placing.draw(payload["ticket"])

    def _look_after(self, ticket: Ticket) -> None:
        """See that whoever has a ticket is still there."""
        if ticket.state in WORKED and ticket.assignee and self._directory.left(ticket.assignee):
            self._assistant.leaving.gone(ticket.assignee)

    # -- word to the requester -------------------------------------------------------------------------------------

    def _notice(self, payload: dict[str, Any]) -> None:
        """Tell whoever hears of a ticket, in the thread of their own one."""
        ticket = self._assistant.tickets.get(payload["ticket"])
        hears = self._assistant.tickets.get(payload.get("to", ticket.id))
        person = self._directory.person(hears.requester)
        by, what, note = self._name(payload["by"], hears), payload["what"], payload["note"]
        if what in after.KINDS:
            message = after.notice(self._assistant.after.ended(ticket.id, hears.id), what, by, note, person.tz)
        else:
            own = hears.number if hears.id != ticket.id else ""
            message = news(ticket, what, by, note, person.tz, who=self._name(ticket.assignee, hears), own=own)
        self.to_requester(hears, message)

    def to_requester(self, ticket: Ticket, message: Message) -> None:
        """Say it where the requester hears of their ticket; in their direct messages, where that place is gone."""
        if ticket.channel:
            try:
                thread = ticket.thread_ts or None
                self._client.chat_postMessage(channel=ticket.channel, thread_ts=thread, **message.payload())
            except SlackApiError as error:
                if not gone(error): raise
            else:
                return
        direct = self._directory.direct(ticket.requester)
        self._client.chat_postMessage(channel=direct, **message.payload())

    def _name(self, person: str, hears: Ticket) -> str:
        """How a requester reads of somebody; empty of nobody, of Firstline, and of themselves."""
        return "" if person in ("", FIRSTLINE, hears.requester) else self._directory.person(person).name

    # -- the staff's thread ----------------------------------------------------------------------------------------

    def _news(self, payload: dict[str, Any]) -> None:
        ticket = self._assistant.tickets.get(payload["ticket"])
        line = staff_news.line(ticket, payload)
        seen = payload["what"] in staff_news.MOVES and self._placing.came(ticket)
        self._say(ticket, line.text, loud=line.loud and not seen)

    def _say(self, ticket: Ticket, text: str, *, loud: bool = False) -> None:
        place = self._placing.standing(ticket)
        shown = cut(text, TEXT)
        self._client.chat_postMessage(
            channel=place.channel, thread_ts=place.ts, reply_broadcast=loud, text=shown, blocks=[section(shown)]
        )

    # -- warnings --------------------------------------------------------------------------------------------------

    def _warning(self, payload: dict[str, Any]) -> None:
        """Tell those whom the step names: in the thread, and leads and managers in their direct messages as well.

        What is told is as it is now; nothing, if the ticket is over or was answered meanwhile.
        """
        self._look_after(self._assistant.tickets.get(payload["ticket"]))
        ticket, face = self._assistant.showing.standing(payload["ticket"])
        if face is None or all(one.target != payload["target"] for one in face.promises): return
        if "person" in payload:
            text = staff_news.warning(ticket, face, payload, [words.YOU], self._placing.link(ticket))
            channel = self._directory.direct(payload["person"])
            self._client.chat_postMessage(channel=channel, text=text, blocks=[section(text)])
            return
        found = {role: self._called.on(role, ticket) for role in payload["tell"]}
        self._privately(payload, [one for role, ids in found.items() if role in PRIVATE for one in ids])
        people = list(dict.fromkeys(who(one) for ids in found.values() for one in ids))
        self._say(ticket, staff_news.warning(ticket, face, payload, people, ""), loud=not people)

    def _privately(self, payload: dict[str, Any], people: list[str]) -> None:
        """One item for each person: what one of them cannot be told holds back nobody else."""
        parts, about = self._assistant.parts, f"{payload['ticket']}:{payload['target']}:{payload['at']}"
        with parts.database.transaction() as session:
            for person in people:
                key = f"{WARNING}:{about}:{payload['falls_due']}:{person}"
                outbox.put(
                    session, WARNING, key=key, lane=f"warn:{person}", now=parts.clock(), **payload, person=person
                )
