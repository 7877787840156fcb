"""What of a Slack app's settings is not as Firstline needs it, by the manifest that Slack exports. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.check import Check, missing, well

PASTE = "paste what `firstline manifest` prints under App Manifest, then reinstall the app."
SECTIONS = {"events": "Event Subscriptions", "buttons": "Interactivity & Shortcuts", "command": "Slash Commands"}


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Check]:
    """What the app lacks of our manifest; names and descriptions may differ, and more may be allowed."""
    found = [
        *_events(ours, theirs), *_buttons(ours, theirs), *_command(ours, theirs), *_shortcuts(ours, theirs),
        *_home(theirs), *_mode(ours, theirs), *_addresses(ours, theirs), *_sign_in(ours, theirs),
    ]  # fmt: skip
    yield from found or [well("app", "has every event, button, shortcut and command that the manifest has.")]


def _at(page: Mapping[str, Any], *path: str) -> Any:
    """What stands there; an empty dict where nothing does."""
    for name in path: page = page.get(name) or {}
    return page


def _events(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Check]:
    path = ("settings", "event_subscriptions", "bot_events")
    lacking = [event for event in _at(ours, *path) if event not in _at(theirs, *path)]
    if lacking: yield missing("events", f"not subscribed to ({SECTIONS['events']}): {', '.join(lacking)};", PASTE)


def _buttons(_ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Check]:
    if _at(theirs, "settings", "interactivity", "is_enabled") is True: return
    yield missing("buttons", f"{SECTIONS['buttons']} is off, so no button does anything;", PASTE)


def _command(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Check]:
    there = {one.get("command") for one in _at(theirs, "features", "slash_commands")}
    for one in _at(ours, "features", "slash_commands"):
        if one["command"] in there: continue
        yield missing("command", f"{one['command']} is not among {SECTIONS['command']};", PASTE)


def _shortcuts(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Check]:
    there = {(one.get("type"), one.get("callback_id")) for one in _at(theirs, "features", "shortcuts")}
    named = [one for one in _at(ours, "features", "shortcuts") if (one["type"], one["callback_id"]) not in there]
    told = ", ".join(f'"{one["name"]}" ({one["type"]})' for one in named)
    if told: yield missing("shortcuts", f"not among {SECTIONS['buttons']}: {told};", PASTE)


def _home(theirs: Mapping[str, Any]) -> Iterator[Check]:
    tabs = _at(theirs, "features", "app_home")
    if not tabs.get("home_tab_enabled"): yield missing("home", "the Home tab is off (App Home);", PASTE)
    if not tabs.get("messages_tab_enabled") or tabs.get("messages_tab_read_only_enabled"):
        yield missing("home", "people cannot write to the app (App Home, Messages tab);", PASTE)


def _mode(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Check]:
    wanted, there = (bool(_at(page, "settings", "socket_mode_enabled")) for page in (ours, theirs))
    if wanted != there:
        says = f"Socket Mode is {'off' if wanted else 'on'} in the app, and FIRSTLINE_SLACK_MODE needs the other:"
        yield missing("socket mode", says, "switch it under Socket Mode, or set FIRSTLINE_SLACK_MODE.")
    if _at(theirs, "settings", "token_rotation_enabled") is True:
        says = "tokens are rotated, so this one ends after 12 hours, and Firstline does not renew it:"
        yield missing("bot token", says, "install the app without token rotation.")


def _addresses(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Check]:
    """In HTTP mode: where Slack calls."""
    for name, path in (("events", ("settings", "event_subscriptions")), ("buttons", ("settings", "interactivity"))):
        yield from _address(name, _at(ours, *path, "request_url"), _at(theirs, *path, "request_url"))
    commands = {one.get("command"): one.get("url") for one in _at(theirs, "features", "slash_commands")}
    for one in _at(ours, "features", "slash_commands"):
        if one["command"] in commands: yield from _address("command", one.get("url"), commands[one["command"]])


def _address(name: str, ours: Any, theirs: Any) -> Iterator[Check]:
    if not ours or ours == theirs: return
    says = f"Slack calls {theirs or 'nowhere'} instead of {ours} ({SECTIONS[name]}):"
    yield missing(name, says, "correct the address there, or FIRSTLINE_PUBLIC_URL.")


def _sign_in(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Check]:
    there = _at(theirs, "oauth_config", "redirect_urls")
    for url in _at(ours, "oauth_config", "redirect_urls"):
        if url in there: continue
        yield missing("sign-in", f"{url} is not among the redirect URLs;", "add it under OAuth & Permissions.")
