"""What the outbox holds of the two lanes, as Slack calls: replies that go out, what the requester says, files."""

from collections.abc import Callable, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack import replying, texts
from bot.slack.blocks import Message, section
from bot.slack.copying import Copying
from bot.slack.mrkdwn import escape
from bot.slack.placing import gone
from bot.slack.surface import SlackSurface
from bot.slack.transfer import file_id, named
from core.errors import CannotDeliver
from handoff import lanes, mirrors
from handoff.lanes import Reply
from handoff.mirrors import MOST_FILES, Said
from handoff.tables import PlaceRow
from handoff.tickets import Ticket

LOST = frozenset(
    {
        "channel_not_found", "is_archived", "not_in_channel", "user_not_found", "user_disabled", "account_inactive",
        "thread_not_found", "cannot_dm_bot", "user_not_visible", "restricted_action", "messages_tab_disabled",
        "cannot_reply_to_message",
    }
)  # answers of Slack after which a requester cannot be reached there
Standing = Callable[[Ticket], PlaceRow]


class Crossing:
    """Delivers what goes from one lane to the other; `kinds` are its outbox items."""

    def __init__(self, surface: SlackSurface, standing: Standing) -> None:
        """Take Slack's client, the use cases, and what knows where a ticket's card stands."""
        self._client, self._directory, self._use = surface.client, surface.directory, surface.assistant.replying
        self._tickets, self._standing = surface.assistant.tickets, standing
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {
            lanes.OUT: self._to_requester, lanes.LINE: self._line, "staff_note": self._staff_note,
            mirrors.CHANGE: self._staff_edit, mirrors.COPY: Copying(surface, standing).copy,
        }  # fmt: skip

    # -- out -------------------------------------------------------------------------------------------------------

    def _to_requester(self, payload: dict[str, Any]) -> None:
        """Post a reply that nobody took back. What Slack refuses for good is told to the staff."""
        reply = self._use.take(payload["reply"])
        if reply is None: return
        try:
            self._post(reply, self._tickets.get(reply.ticket_id))
        except SlackApiError as error:
            code = str(error.response.get("error", ""))
            if code not in LOST: raise
            self._use.lost(reply.id, code)
            raise CannotDeliver(f"The requester cannot be reached: Slack answered {code}.") from error
        self._use.sent(reply)

    def _post(self, reply: Reply, ticket: Ticket) -> None:
        channel = ticket.channel or self._directory.direct(ticket.requester)
        message = replying.to_requester(reply, ticket, self._directory.person(reply.by).name)
        self._client.chat_postMessage(
            channel=channel, thread_ts=ticket.thread_ts or None, unfurl_links=False, **message.payload()
        )

    def _line(self, payload: dict[str, Any]) -> None:
        """The line about a reply in the staff's thread: posted once, then drawn anew."""
        shown = self._use.line(payload["reply"])
        reply, message = shown.reply, replying.line(shown)
        if reply.ts and self._update((reply.channel, reply.ts), message): return
        place = self._standing(shown.ticket)
        posted = self._client.chat_postMessage(channel=place.channel, thread_ts=place.ts, **message.payload())
        self._use.line_at(reply.id, place.channel, posted["ts"])

    # -- in --------------------------------------------------------------------------------------------------------

    def _staff_note(self, payload: dict[str, Any]) -> None:
        """What the requester wrote, in the staff's thread; its files follow by themselves."""
        ticket, origin = self._tickets.get(payload["ticket"]), (payload.get("channel", ""), payload.get("ts", ""))
        if self._use.copies(ticket.id, origin): return
        text = escape(payload["text"]) + _files(payload["files"])
        said = texts.REQUESTER_SAYS.format(person=payload["person"], text=text or texts.NO_TEXT)
        self._say(ticket, origin, said)

    def _staff_edit(self, payload: dict[str, Any]) -> None:
        """A message changed: the staff's copies of it follow; what they had no copy of is told as it is now."""
        ticket, origin = self._tickets.get(payload["ticket"]), (payload["channel"], payload["ts"])
        said = says(self._use.now_says(ticket.id, origin, payload["by"]))
        copies = self._use.copies(ticket.id, origin)
        message = _note(said)
        drawn = [self._update(copy, message) for copy in copies]
        if not any(drawn): self._say(ticket, origin, said)

    def _update(self, place: tuple[str, str], message: Message) -> bool:
        """Draw a message anew; False if it or its channel is gone."""
        try:
            self._client.chat_update(channel=place[0], ts=place[1], **message.payload())
        except SlackApiError as error:
            if not gone(error): raise
            return False
        return True

    def _say(self, ticket: Ticket, origin: tuple[str, str], said: str) -> None:
        place = self._standing(ticket)
        posted = self._client.chat_postMessage(channel=place.channel, thread_ts=place.ts, **_note(said).payload())
        if origin[1]: self._use.remember(ticket.id, origin, (place.channel, posted["ts"]))


def _note(said: str) -> Message:
    return Message(text=said, blocks=(section(said),))


def says(message: Said) -> str:
    """What a message says that was changed, as the staff read it: what was deleted is struck through, line by line."""
    text, files = escape(message.text), _files(message.files)
    struck = "\n".join(f"~{line.strip()}~" if line.strip() else "" for line in text.splitlines())
    if message.deleted and not (message.known or message.edited): said = texts.REQUESTER_DELETED_OTHER
    elif message.deleted: said, text = texts.REQUESTER_DELETED, struck
    else: said = texts.REQUESTER_SAYS_NOW if message.known else texts.REQUESTER_EDITED
    return said.format(person=message.by, text=(text + files) or texts.NO_TEXT)


def _files(files: Sequence[str]) -> str:
    """The names of a message's files, whose copies follow; and which of them are not copied."""
    lines = [f"\n:paperclip: `{escape(named(file))}`" for file in files]
    more = [file for file in files if file_id(file)][MOST_FILES:]
    names = ", ".join(f"`{escape(named(file))}`" for file in more)
    return "".join(lines) + (f"\n{texts.FILES_MORE.format(count=len(more), names=names)}" if more else "")
