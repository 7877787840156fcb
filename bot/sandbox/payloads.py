"""Interaction payloads, in the shapes that Slack gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.seed import Command, Person, Seed, Shortcut
    from bot.sandbox.world import Channel

TOKEN = "sandbox-verification-token"  # noqa: S105 - Slack's deprecated field; it proves nothing and opens nothing
# What an element brings along in an action, besides what was chosen.
_ECHOED = ("text", "value", "style", "url", "placeholder", "confirm", "initial_option", "initial_options",
           "initial_date", "initial_time", "initial_date_time", "initial_user", "initial_users",
           "initial_conversation", "initial_conversations", "initial_channel", "initial_channels", "timezone")
_CHOSEN = ("value", "selected_option", "selected_options", "selected_user", "selected_users", "selected_date",
           "selected_time", "selected_date_time", "selected_channel", "selected_channels",
           "selected_conversation", "selected_conversations", "rich_text_value", "files")


def head(seed: Seed, person: Person, kind: str) -> Json:
    """What every interaction starts with."""
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": seed.team.id},
        "api_app_id": seed.app.id,
        "token": TOKEN,
        "team": {"id": seed.team.id, "domain": seed.team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action(element: Json, block_id: str, chosen: Json, ts: str) -> Json:
    """One used element: what it is, and what the person chose."""
    made: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    if element["type"] == "feedback_buttons":
        made |= _feedback(element, chosen)
    elif element["type"] in ("button", "icon_button"):
        made |= {key: element[key] for key in _ECHOED if key in element}
    else:
        made |= {key: element[key] for key in _ECHOED if key in element and key != "value"}
        made |= {key: chosen[key] for key in _CHOSEN if key in chosen}
    return made | {"action_ts": ts}


def _feedback(element: Json, chosen: Json) -> Json:
    buttons = (element["positive_button"], element["negative_button"])
    pressed = next((one for one in buttons if one["value"] == chosen.get("value")), buttons[0])
    return {"text": pressed["text"], "value": pressed["value"]}


def where(channel: Channel) -> Json:
    """A channel as interactions name it."""
    name = "privategroup" if channel.kind == "group" else channel.name
    return {"id": channel.id, "name": name}


def command_form(seed: Seed, person: Person, channel: Channel, command: Command, text: str) -> dict[str, str]:
    """The form of a slash command, without its trigger and response url."""
    return {
        "token": TOKEN, "team_id": seed.team.id, "team_domain": seed.team.domain,
        "channel_id": channel.id, "channel_name": where(channel)["name"],
        "user_id": person.id, "user_name": person.name,
        "command": command.command, "text": text, "api_app_id": seed.app.id, "is_enterprise_install": "false",
    }


def shortcut(seed: Seed, person: Person, used: Shortcut, ts: str) -> Json:
    """A global shortcut, or the start of a message shortcut."""
    kind = "message_action" if used.type == "message" else "shortcut"
    return head(seed, person, kind) | {"callback_id": used.callback_id, "action_ts": ts}
