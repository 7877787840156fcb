"""One file brought to the other lane, and the line in the staff's thread where that did not work."""

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.slack import once, texts
from bot.slack.lanes.transfer import Gone, Known, TooLarge, Transfer, file_id, named, size_of
from bot.slack.mrkdwn import escape
from bot.slack.surface import SlackSurface
from core.errors import CannotDeliver, Unavailable
from handoff.tables import PlaceRow
from handoff.tickets import Ticket

NOT_THERE = frozenset({"file_not_found", "file_deleted", "file_not_shared", "access_denied"})


class Copying:
    """Copies the files of the outbox's items `file_copy`."""

    def __init__(self, surface: SlackSurface, standing: Callable[[Ticket], PlaceRow]) -> None:
        """Take Slack's client, the use cases, and what knows where a ticket's card stands."""
        self._client, self._directory, self._use = surface.client, surface.directory, surface.assistant.replying
        self._tickets, self._standing = surface.assistant.tickets, standing
        self._transfer = Transfer(surface.client)

    def copy(self, payload: dict[str, Any]) -> None:
        """Copy one file, once; where that fails, a line says so, and goes when it works after all."""
        file, ticket = file_id(payload["file"]), self._tickets.get(payload["ticket"])
        origin = (f"file:{ticket.id}:{payload['reply']}", file)
        if not file or self._use.copies(ticket.id, origin): return
        known = Known(id=file, name=named(payload["file"]), size=0, type="", url="")
        try:
            known = self._look(known)
            where, made = self._across(known, ticket, payload)
        except CannotDeliver as error:
            large = isinstance(error, TooLarge)
            self._tell(ticket, payload, known, (texts.FILE_LARGE, texts.FILE_LARGE_OUT) if large else _GONE)
            raise
        except (Unavailable, SlackApiError, SlackRequestError, OSError):
            self._tell(ticket, payload, known, (texts.FILE_WAITS, texts.FILE_WAITS_OUT))
            raise
        self._use.remember(ticket.id, origin, (where, made))
        self._works_after_all(ticket, payload)

    def _look(self, known: Known) -> Known:
        try:
            return self._transfer.look(known.id)
        except SlackApiError as error:
            if error.response.get("error") not in NOT_THERE: raise
            raise Gone(f"{known.name} is not there any more.") from error

    def _across(self, known: Known, ticket: Ticket, payload: dict[str, Any]) -> tuple[str, str]:
        """Share it in the other thread: which channel that is, and the id of the copy."""
        if payload["reply"]:
            channel, thread = ticket.channel or self._directory.direct(ticket.requester), ticket.thread_ts or None
            said = texts.FILE_TO.format(by=escape(self._directory.person(payload["by"]).name), name=escape(known.name))
        else:
            place = self._standing(ticket)
            channel, thread = place.channel, place.ts
            said = texts.FILE_FROM.format(name=escape(known.name), person=payload["by"])
        return channel, self._transfer.copy(known, channel=channel, thread_ts=thread, comment=said)

    def _tell(self, ticket: Ticket, payload: dict[str, Any], known: Known, words: tuple[str, str]) -> None:
        """The line about a file that did not get across: posted once, then changed."""
        person = ticket.requester if payload["reply"] else payload["by"]
        said = words[bool(payload["reply"])].format(
            name=escape(known.name), size=size_of(known.size), person=person
        )
        line = self._line(ticket, payload)
        if line:
            self._client.chat_update(channel=line[0], ts=line[1], text=said)
            return
        place = self._standing(ticket)
        with once.part("line"):
            posted = self._client.chat_postMessage(channel=place.channel, thread_ts=place.ts, text=said)
        self._use.remember(ticket.id, _trouble(payload), (place.channel, posted["ts"]))

    def _works_after_all(self, ticket: Ticket, payload: dict[str, Any]) -> None:
        line = self._line(ticket, payload)
        if line: self._client.chat_delete(channel=line[0], ts=line[1])

    def _line(self, ticket: Ticket, payload: dict[str, Any]) -> tuple[str, str] | None:
        copies = self._use.copies(ticket.id, _trouble(payload))
        return copies[0] if copies else None


def _trouble(payload: dict[str, Any]) -> tuple[str, str]:
    """Under which name the line about a file is kept."""
    return f"line:{payload['ticket']}:{payload['reply']}", file_id(payload["file"])


_GONE = (texts.FILE_GONE, texts.FILE_GONE_OUT)
