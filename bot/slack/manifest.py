"""The Slack app as a manifest: what it shows, what it is told, what it may do; what the code needs, no more. Pure."""

from typing import Any, Literal

from bot.slack import ids, texts
from bot.slack.desk import texts as desk_texts
from bot.slack.editors import texts as editors
from core.errors import ConfigProblem

NAME = "Firstline"
COLOR = "#1264a3"
PATH = "/slack/events"  # where HTTP mode takes events, clicks and commands alike

SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands", "files:read",
    "files:write", "groups:history", "groups:read", "im:history", "im:write", "users.profile:read",
    "users:read", "users:read.email",
)  # fmt: skip
USER_SCOPES = ("openid", "profile", "email")  # of people who sign in on the web: who they are, and nothing else
CALLBACK = "/signin/callback"  # where Slack sends a browser back to that signed in
EVENTS = ("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")
APP_TOKEN_SCOPE = "connections:write"  # noqa: S105 - a permission's name; the app-level token of socket mode needs it

SHORTCUTS = (  # where it is offered, its id, its name, and what it does
    ("message", ids.SHORTCUT_ASK, texts.SHORTCUT_ASK, texts.SHORTCUT_ASK_ABOUT),
    ("message", ids.SHORTCUT_TICKET, texts.SHORTCUT_TICKET, texts.SHORTCUT_TICKET_ABOUT),
    ("message", ids.SHORTCUT_ARTICLE, editors.SHORTCUT, editors.SHORTCUT_ABOUT),
    ("message", ids.SHORTCUT_WHY, texts.SHORTCUT_WHY, texts.SHORTCUT_WHY_ABOUT),
    ("global", ids.SHORTCUT_ASK_GLOBAL, texts.SHORTCUT_ASK_GLOBAL, texts.SHORTCUT_GLOBAL_ABOUT),
    ("global", ids.SHORTCUT_NEW_TICKET, desk_texts.SHORTCUT, desk_texts.SHORTCUT_ABOUT),
)


def manifest(mode: Literal["socket", "http"], public_url: str) -> dict[str, Any]:
    """The manifest for a way of connecting, as Slack's app settings take it (docs.slack.dev/reference/app-manifest).

    Raises:
        ConfigProblem: HTTP mode without an address that Slack could call.
    """
    address = "" if mode == "socket" else _address(public_url)
    return {
        "display_information": {
            "name": NAME, "description": texts.APP_DESCRIPTION, "long_description": texts.APP_LONG,
            "background_color": COLOR,
        },
        "features": _features(address),
        "oauth_config": _oauth(public_url),
        "settings": {
            "event_subscriptions": _called({"bot_events": list(EVENTS)}, "request_url", address),
            "interactivity": _called({"is_enabled": True}, "request_url", address),
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def _oauth(public_url: str) -> dict[str, Any]:
    """What the app may do; and where people sign in on the web, once it is known where that is."""
    bot = {"scopes": {"bot": list(SCOPES)}}
    if not public_url: return bot
    back_to = public_url.rstrip("/") + CALLBACK
    return {"redirect_urls": [back_to], "scopes": {"user": list(USER_SCOPES), "bot": list(SCOPES)}}


def _features(address: str) -> dict[str, Any]:
    prompts = [{"title": title, "message": message} for title, message in texts.PROMPTS]
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "agent_view": {"agent_description": texts.AGENT_DESCRIPTION, "suggested_prompts": prompts},
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": [
            {"name": name, "type": place, "callback_id": callback, "description": about}
            for place, callback, name, about in SHORTCUTS
        ],
        "slash_commands": [_called(_command(), "url", address)],
    }


def _command() -> dict[str, Any]:
    return {
        "command": ids.COMMAND, "description": texts.COMMAND_DESCRIPTION, "usage_hint": texts.COMMAND_HINT,
        "should_escape": False,
    }  # fmt: skip


def _called(part: dict[str, Any], key: str, address: str) -> dict[str, Any]:
    """A part with the address that Slack calls for it; without one in socket mode."""
    return part | ({key: address} if address else {})


def _address(public_url: str) -> str:
    if not public_url:
        raise ConfigProblem(["FIRSTLINE_PUBLIC_URL is not set; in HTTP mode Slack calls it (https://it.example.com)."])
    if not public_url.startswith("https://"):
        raise ConfigProblem([f"FIRSTLINE_PUBLIC_URL: Slack calls only https:// addresses, not {public_url}."])
    return public_url.rstrip("/") + PATH
