"""Who is who and which channel is which, as Slack tells it; asked once an hour and kept."""

import logging
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.assistant import Assistant
from core.clock import Clock
from core.erasing import ERASED
from core.errors import BadInput
from core.people import NOBODY, Person

FRESH = timedelta(hours=1)  # a new title or time zone shows after at most this long
SOON = timedelta(seconds=5)  # an unknown channel is asked for again after this long: somebody may have invited us
GONE = frozenset({"user_not_found", "user_not_visible"})
log = logging.getLogger(__name__)


class Directory:
    """People and channels of the workspace."""

    def __init__(self, client: WebClient, assistant: Assistant, clock: Clock) -> None:
        """Take Slack's client; nothing is asked yet."""
        self._client, self._assistant, self._clock = client, assistant, clock
        self._people: dict[str, tuple[datetime, Person]] = {}
        self._channels: dict[str, str] = {}
        self._archives = ""  # where messages have their addresses
        self._asked_at = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    def person(self, user: str) -> Person:
        """A person with their roles; when Slack does not tell, as far as Firstline knows them."""
        if user.startswith(ERASED): return NOBODY
        known = self._people.get(user)
        if known and self._clock() - known[0] < FRESH: return known[1]
        try:
            told = self._client.users_info(user=user)["user"]
            person = self._assistant.parts.meet(as_person(told), left=bool(told.get("deleted")))
        except SlackApiError as error:
            log.warning("Slack did not tell who %s is: %s", user, error.response["error"])
            return self._assistant.parts.person(user)
        self._people[user] = (self._clock(), person)
        return person

    def colleague(self, email: str) -> Person | None:
        """Whoever has this address, with their roles; None if nobody has, or they were deactivated.

        Raises:
            SlackApiError: Slack does not tell.
        """
        try:
            told = self._client.users_lookupByEmail(email=email)["user"]
        except SlackApiError as error:
            if error.response["error"] != "users_not_found": raise
            return None
        person = self._assistant.parts.meet(as_person(told), left=bool(told.get("deleted")))
        self._people[person.id] = (self._clock(), person)
        return None if told.get("deleted") else person

    def knows(self, user: str) -> bool:
        """Whether somebody of the workspace has this id, as far as Slack tells."""
        self.person(user)
        return user in self._people

    def here(self, user: str) -> Person:
        """A person who can be given something: asked each time, since people leave at any hour.

        Raises:
            BadInput: they have left, are a bot, or nobody has this id.
        """
        try:
            told = self._client.users_info(user=user)["user"]
        except SlackApiError as error:
            if error.response.get("error") not in GONE: raise
            told = {"deleted": True}
        if told.get("deleted") or told.get("is_bot"):
            raise BadInput(f"<@{user}> is not here any more. Please choose somebody else.")
        return self.person(user)

    def named(self, text: str) -> str:
        """A text in which people are mentioned, for a place where Slack does not show mentions."""
        return re.sub(r"<@(\w+)>", lambda one: self.person(one[1]).name, text)

    def channel_id(self, name: str) -> str | None:
        """The id of a channel by its name (with or without #) or its id; None if Firstline is not in it."""
        plain = name.removeprefix("#")
        if self._is_old(plain):
            with self._lock:  # whoever comes meanwhile waits for what is told: until then nothing is known
                if self._is_old(plain): self._refresh()
        return self._channels.get(plain) or (plain if plain in self._channels.values() else None)

    def _is_old(self, channel: str) -> bool:
        """Whether Slack has to be asked for the channels; a clock that was stepped back proves nothing."""
        age = abs(self._clock() - self._asked_at)
        return age > FRESH or (channel not in self._channels and age > SOON)

    def forget_channels(self) -> None:
        """Ask for the channels anew at the next look: one of them could not be written to."""
        self._asked_at = datetime.min.replace(tzinfo=UTC)

    def left(self, user: str) -> bool:
        """Whether somebody is no longer in the workspace. Asked each time: people leave at any hour."""
        try:
            return bool(self._client.users_info(user=user)["user"].get("deleted"))
        except SlackApiError as error:
            return bool(error.response.get("error") == "user_not_found")

    def is_watched(self, channel: str) -> bool:
        """Whether Firstline answers every question in a channel.

        Raises:
            SlackApiError: Slack does not tell which channel that is: a question must not be passed over for that.
        """
        return any(self.channel_id(name) == channel for name in self._assistant.parts.desk.watched_channels)

    def direct(self, user: str) -> str:
        """The id of the direct messages with a person."""
        opened: str = self._client.conversations_open(users=user)["channel"]["id"]
        return opened

    def message_link(self, channel: str, ts: str) -> str:
        """The address of a message. Slack is asked for one of them; the others differ by channel and time alone."""
        if not self._archives:
            try:
                link = str(self._client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"])
            except SlackApiError as error:
                log.info("Slack did not tell a message's address: %s", error.response["error"])
                return ""
            self._archives = link.partition(f"/{channel}/")[0]
        return f"{self._archives}/{channel}/p{ts.replace('.', '')}"

    def _refresh(self) -> None:
        now, found = self._clock(), dict[str, str]()
        for page in self._client.conversations_list(
            types="public_channel,private_channel", limit=200, exclude_archived=True
        ):
            found |= {c["name"]: c["id"] for c in page["channels"] if c.get("is_member", True)}
        self._channels, self._asked_at = found, now


def as_person(user: dict[str, Any]) -> Person:
    """A person as Slack's users.info tells of them."""
    profile = user.get("profile", {})
    name = profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]
    return Person(
        id=user["id"], name=name, email=profile.get("email", ""), title=profile.get("title", ""),
        tz=user.get("tz") or "UTC"
    )
