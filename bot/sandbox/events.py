"""The Events API's events, in the shapes that Slack gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.seed import Seed
    from bot.sandbox.world import Channel

# What an app subscribes to, by the kind of the channel in which a message was written.
SUBSCRIPTION = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
_TOKEN = re.compile(r"<(?P<sign>[@#!]?)(?P<body>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


def _entity(match: re.Match[str]) -> Json:
    body, label = match["body"], match["label"]
    if match["sign"] == "@":
        return {"type": "user", "user_id": body}
    if match["sign"] == "#":
        return {"type": "channel", "channel_id": body}
    if match["sign"] == "!":
        return {"type": "broadcast", "range": body}
    return {"type": "link", "url": body} | ({"text": label} if label else {})


def rich_text(text: str, block_id: str) -> Json:
    """What a person typed, as the rich_text block that Slack sends beside the text."""
    elements: list[Json] = []
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            elements.append({"type": "text", "text": text[at:match.start()]})
        elements.append(_entity(match))
        at = match.end()
    if at < len(text):
        elements.append({"type": "text", "text": text[at:]})
    return {"type": "rich_text", "block_id": block_id,
            "elements": [{"type": "rich_text_section", "elements": elements}]}


def as_sent(message: Json) -> Json:
    """A message as the API gives it: what a person typed comes with its rich_text block."""
    if message.get("blocks") or message.get("bot_id") or not message.get("text"):
        return message
    return message | {"blocks": [rich_text(message["text"], message["ts"][-5:])]}


def message_event(channel: Channel, message: Json) -> Json:
    """A new message."""
    return as_sent(message) | {"channel": channel.id, "event_ts": message["ts"], "channel_type": channel.kind}


def mention_event(channel: Channel, message: Json) -> Json:
    """A message that mentions the app."""
    kept = {key: value for key, value in as_sent(message).items() if key != "parent_user_id"}
    return kept | {"type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}


def changed_event(channel: Channel, message: Json, previous: Json, ts: str) -> Json:
    """A message that was edited by its author, or updated by the app."""
    return {"type": "message", "subtype": "message_changed", "hidden": True, "message": as_sent(message),
            "previous_message": as_sent(previous), "channel": channel.id, "ts": ts, "event_ts": ts,
            "channel_type": channel.kind}


def deleted_event(channel: Channel, previous: Json, ts: str) -> Json:
    """A message that is gone."""
    return {"type": "message", "subtype": "message_deleted", "hidden": True, "deleted_ts": previous["ts"],
            "previous_message": as_sent(previous), "channel": channel.id, "ts": ts, "event_ts": ts,
            "channel_type": channel.kind}


def reaction_event(channel: Channel, message: Json, *, user: str, name: str, added: bool, ts: str) -> Json:
    """A reaction that was added or removed."""
    return {"type": "reaction_added" if added else "reaction_removed", "user": user, "reaction": name,
            "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
            "item_user": message.get("user", ""), "event_ts": ts}


def home_event(channel: Channel, *, user: str, tab: str, view: Json | None, ts: str) -> Json:
    """A person opened the app's Home or Messages tab."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab, "event_ts": ts}
    return event | ({"view": view} if view else {})


def joined_event(channel: Channel, *, user: str, inviter: str, team: str, ts: str) -> Json:
    """Somebody became a member of a channel."""
    event = {"type": "member_joined_channel", "user": user, "channel": channel.id,
             "channel_type": "G" if channel.kind == "group" else "C", "team": team, "event_ts": ts}
    return event | ({"inviter": inviter} if inviter else {})


def wrapped(seed: Seed, event: Json, event_id: str, seconds: int) -> Json:
    """An event in the envelope of the Events API."""
    return {
        "token": "sandbox-verification-token",
        "team_id": seed.team.id,
        "context_team_id": seed.team.id,
        "context_enterprise_id": None,
        "api_app_id": seed.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": seconds,
        "authorizations": [{"enterprise_id": None, "team_id": seed.team.id, "user_id": seed.app.bot_user,
                            "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
