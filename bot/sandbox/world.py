"""People, channels and messages: the workspace's state and the rules that Slack keeps about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.sandbox.errors import SlackError
from bot.sandbox.ids import Json, Ticker, pair_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.seed import Person, Seed
    from bot.sandbox.store import Store

Kind = Literal["channel", "group", "im"]  # Slack's channel_type: public, private, direct
_GENERATED = ("reply_count", "reply_users", "reply_users_count", "latest_reply")


@dataclass(slots=True, kw_only=True)
class Channel:
    """One conversation with its messages by ts, oldest first, and the replies of each thread."""

    id: str
    name: str
    kind: Kind
    topic: str = ""
    archived: bool = False
    members: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    replies: dict[str, list[str]] = field(default_factory=dict)

    def other(self, user: str) -> str:
        """The other side of a direct conversation."""
        return next((member for member in self.members if member != user), user)


class World:
    """The state, kept in memory and written through to the store."""

    def __init__(self, seed: Seed, store: Store, ticker: Ticker) -> None:
        self.seed = seed
        self.ticker = ticker
        self._store = store
        self.people: dict[str, Person] = {person.id: person for person in seed.people}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: dict[tuple[str, str], Json] = {}
        self.read: dict[tuple[str, str], str] = {}
        self._build()
        self._load()

    def reset(self) -> None:
        """Back to the seed: no messages, nothing read."""
        self._store.clear()
        self.ephemerals.clear()
        self.read.clear()
        self._build()

    def _build(self) -> None:
        self.channels = {
            one.id: Channel(id=one.id, name=one.name, kind="group" if one.private else "channel",
                            topic=one.topic, members=list(one.members))
            for one in self.seed.channels
        }
        everyone = [*self.people, self.bot]
        for at, one in enumerate(everyone):
            for other in everyone[at + 1:]:
                direct = pair_id(one, other)
                self.channels[direct] = Channel(id=direct, name="directmessage", kind="im", members=[one, other])

    def _load(self) -> None:
        for key, body, _ in self._store.all("members"):
            if key in self.channels:
                self.channels[key].members = list(body["members"])
        for key, body, _ in self._store.all("message"):
            channel, _, ts = key.partition("/")
            if channel in self.channels:
                self._place(self.channels[channel], body)
                self.ticker.passed(ts)
        for key, body, _ in self._store.all("read"):
            user, _, channel = key.partition("/")
            self.read[user, channel] = body["ts"]

    @property
    def bot(self) -> str:
        """The id of the app's bot user."""
        return self.seed.app.bot_user

    def channel(self, channel_id: str) -> Channel:
        """A conversation by id; a user's id means the direct conversation of that person with the app."""
        if channel_id in self.people:
            channel_id = pair_id(channel_id, self.bot)
        if (found := self.channels.get(channel_id)) is None:
            raise SlackError("channel_not_found")
        return found

    def app_channel(self, channel_id: str) -> Channel:
        """A conversation that the app may know of: public, or one that it is in."""
        found = self.channel(channel_id)
        if self.bot not in found.members and found.kind != "channel":
            raise SlackError("channel_not_found")
        return found

    def direct(self, one: str, other: str) -> Channel:
        """The direct conversation of two people."""
        return self.channel(pair_id(one, other))

    def visible(self, user: str) -> Iterator[Channel]:
        """The channels that a person sees in the list: public ones and those they are in; no direct ones."""
        for channel in self.channels.values():
            if channel.kind != "im" and (channel.kind == "channel" or user in channel.members):
                yield channel

    def join(self, channel: Channel, user: str) -> bool:
        """Make somebody a member; False if they already are."""
        if user in channel.members:
            return False
        channel.members.append(user)
        self._store.put("members", channel.id, {"members": channel.members})
        return True

    def leave(self, channel: Channel, user: str) -> None:
        """Take somebody out of a channel, if they are in it."""
        if user in channel.members:
            channel.members.remove(user)
            self._store.put("members", channel.id, {"members": channel.members})

    def message(self, channel: Channel, ts: str) -> Json:
        """A message as it is stored."""
        if (found := channel.messages.get(ts)) is None:
            raise SlackError("message_not_found")
        return found

    def add(self, channel: Channel, message: Json) -> Json:
        """Store a new message under its own ts; a reply to a reply belongs to the thread's root."""
        root = channel.messages.get(message.get("thread_ts", ""))
        if "thread_ts" in message and root is None:
            raise SlackError("thread_not_found")
        if root is not None:
            message["thread_ts"] = root.get("thread_ts") or root["ts"]
            message["parent_user_id"] = channel.messages[message["thread_ts"]].get("user", "")
        self._place(channel, message)
        self.save(channel, message)
        return message

    def _place(self, channel: Channel, message: Json) -> None:
        channel.messages[message["ts"]] = message
        root = message.get("thread_ts")
        if root and root != message["ts"]:
            channel.replies.setdefault(root, []).append(message["ts"])

    def save(self, channel: Channel, message: Json) -> None:
        """Write a message that was changed in place."""
        self._store.put("message", f"{channel.id}/{message['ts']}", message)

    def remove(self, channel: Channel, ts: str) -> Json:
        """Delete a message; one with replies stays as a tombstone, as on Slack. Answers what was there."""
        message = self.message(channel, ts)
        if channel.replies.get(ts):
            stone = {"type": "message", "subtype": "tombstone", "hidden": True, "user": message.get("user", ""),
                     "text": "This message was deleted.", "ts": ts}
            channel.messages[ts] = stone
            self.save(channel, stone)
            return message
        del channel.messages[ts]
        root = message.get("thread_ts")
        if root and ts in channel.replies.get(root, ()):
            channel.replies[root].remove(ts)
        self._store.drop("message", f"{channel.id}/{ts}")
        return message

    def react(self, channel: Channel, ts: str, name: str, user: str) -> bool:
        """Add a person's reaction, or take it away if it is there; True if it was added."""
        message = self.message(channel, ts)
        reactions: list[Json] = message.setdefault("reactions", [])
        found = next((one for one in reactions if one["name"] == name), None)
        if found is None:
            found = {"name": name, "users": [], "count": 0}
            reactions.append(found)
        added = user not in found["users"]
        (found["users"].append if added else found["users"].remove)(user)
        found["count"] = len(found["users"])
        message["reactions"] = [one for one in reactions if one["users"]]
        if not message["reactions"]:
            del message["reactions"]
        self.save(channel, message)
        return added

    def shown(self, channel: Channel, ts: str) -> Json:
        """A copy of a message with what Slack adds to the root of a thread."""
        message = dict(self.message(channel, ts))
        replies = [channel.messages[reply] for reply in channel.replies.get(ts, ())]
        if replies:
            users = list(dict.fromkeys(reply["user"] for reply in replies))
            message |= {"thread_ts": ts, "reply_count": len(replies), "reply_users": users,
                        "reply_users_count": len(users), "latest_reply": replies[-1]["ts"]}
        return message

    def top_level(self, channel: Channel) -> list[str]:
        """The ts of every message that is not inside a thread, oldest first."""
        return sorted(ts for ts, one in channel.messages.items() if one.get("thread_ts", ts) == ts
                      or one.get("subtype") == "thread_broadcast")

    def thread(self, channel: Channel, ts: str) -> list[str]:
        """The ts of a thread's root and its replies; `ts` may be any message of it."""
        root = self.message(channel, ts).get("thread_ts") or ts
        return [root, *channel.replies.get(root, ())]

    def mark_read(self, user: str, channel: Channel) -> None:
        """Everything in a channel has been seen by a person."""
        last = max(channel.messages, default="0")
        if self.read.get((user, channel.id), "0") < last:
            self.read[user, channel.id] = last
            self._store.put("read", f"{user}/{channel.id}", {"ts": last})

    def unread(self, user: str, channel: Channel) -> int:
        """How many messages a person has not seen: replies count in direct conversations only."""
        since = self.read.get((user, channel.id), "0")
        return sum(
            1 for ts, one in channel.messages.items()
            if ts > since and one.get("user") != user
            and (channel.kind == "im" or one.get("thread_ts", ts) == ts)
        )
