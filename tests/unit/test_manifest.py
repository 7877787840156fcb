"""The Slack app's manifest: what the code needs, no more, as Slack takes it, and the same as the sandbox's app."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.api import METHODS
from bot.sandbox.seed import load_seed
from bot.slack import ids, manifest, texts
from bot.slack.listeners import messages
from core.errors import ConfigProblem

ROOT = Path(__file__).parents[2]
SOURCES = [*sorted((ROOT / "bot" / "slack").rglob("*.py")), ROOT / "bot" / "starting.py"]
PUBLIC = "https://it.example.com"
CALLS = {name.replace(".", "_"): name for name in METHODS}  # how slack_sdk names the methods
# Only apps that were made as an older assistant are told of these; to an agent Slack says it by app_home_opened.
OLDER = {"assistant_thread_started", "assistant_thread_context_changed", "app_context_changed"}
# What must be granted before Slack tells of an event (docs.slack.dev/reference/events).
TOLD = {
    "app_home_opened": (), "app_mention": ("app_mentions:read",), "message.channels": ("channels:history",),
    "message.groups": ("groups:history",), "message.im": ("im:history",),
}  # fmt: skip
# What a method needs for what we ask of it, where the sandbox says that one of several will do.
ALL_OF = {"conversations.list": ("channels:read", "groups:read")}
# Needed for a part of what comes: the files of a message, and a person's e-mail address in users.info.
PARTS = {"files:read": 'event.get("files")', "users:read.email": 'profile.get("email"'}


def source() -> str:
    """Everything that talks to Slack."""
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def called() -> Iterator[str]:
    """The Web API methods that the code calls."""
    yield from (CALLS[name] for name in re.findall(r"(?<=client\.)(\w+)\(", source()) if name in CALLS)
    yield from re.findall(r'\.optional\(\s*"([a-zA-Z.]+)"', source())


def test_called_finds_something():
    """The reading of the code works at all."""
    assert {"chat.postMessage", "users.info", "views.open", "assistant.threads.setSuggestedPrompts"} <= set(called())


def test_every_call_of_the_code_is_a_method():
    """Each call on Slack's client is one that the sandbox knows, so that no scope is overlooked."""
    names = set(re.findall(r"(?<=client\.)([a-z]+_[a-zA-Z_]+)\(", source())) - {"api_call"}
    assert names <= set(CALLS)


def test_scopes_are_exactly_what_is_needed():
    """Methods, events and the command need each of the scopes, and no other."""
    asked = [method for method in called() if METHODS[method].caller == "bot"]
    needed = {scope for method in asked for scope in ALL_OF.get(method, METHODS[method].scopes[:1])}
    needed |= {scope for event in manifest.EVENTS for scope in TOLD[event]} | {"commands"}
    needed |= {scope for scope, use in PARTS.items() if use in source()}
    assert sorted(needed) == list(manifest.SCOPES)


def test_events_are_exactly_those_that_are_listened_to():
    """Each event has a listener that does something with it, and each listener's event is subscribed to."""
    listened = set(re.findall(r'@app\.event\("(\w+)"\)', source())) | messages.TYPES
    assert {event.partition(".")[0] for event in manifest.EVENTS} == listened - OLDER


def test_buttons_and_forms_are_told():
    """There are listeners for clicks and submitted forms, so interactivity is switched on."""
    assert len(re.findall(r"@app\.(?:action|view)\(", source())) > 50
    assert manifest.manifest("socket", "")["settings"]["interactivity"]["is_enabled"] is True


def test_every_command_is_the_one_of_the_manifest():
    """No listener waits for a command that the app does not have."""
    assert set(re.findall(r"@app\.command\(([^)]*)\)", source())) == {"ids.COMMAND"}


def test_command_and_shortcuts_have_listeners():
    """What the manifest offers is what the code answers."""
    code = source()
    features = manifest.manifest("socket", "")["features"]
    assert [one["command"] for one in features["slash_commands"]] == [ids.COMMAND]
    assert sorted(one["callback_id"] for one in features["shortcuts"]) == sorted(
        getattr(ids, name) for name in re.findall(r"@app\.shortcut\(ids\.(\w+)\)", code)
    )


def test_the_sandbox_has_the_same_app():
    """The demo's app is allowed, told and offered what a real one is: what works there works in Slack."""
    app, made = load_seed(ROOT / "data" / "sandbox.yaml").app, manifest.manifest("socket", "")
    shown, features = made["display_information"], made["features"]
    assert (app.name, app.description) == (shown["name"], shown["description"])
    assert list(app.scopes) == made["oauth_config"]["scopes"]["bot"]
    assert list(app.events) == made["settings"]["event_subscriptions"]["bot_events"]
    assert [one.model_dump() for one in app.shortcuts] == features["shortcuts"]
    commands = [{"should_escape": False} | one.model_dump() for one in app.commands]
    assert commands == features["slash_commands"]


class TestModes:
    """Socket mode needs no address, HTTP mode has one everywhere."""

    def test_socket(self):
        """Socket mode is on, and no address is named."""
        made = manifest.manifest("socket", PUBLIC)
        assert made["settings"]["socket_mode_enabled"] is True
        assert "http" not in str(made["settings"]) + str(made["features"])

    @pytest.mark.parametrize("public", [PUBLIC, f"{PUBLIC}/"])
    def test_http(self, public):
        """Events, clicks and the command come to one address, once more without a double slash."""
        made = manifest.manifest("http", public)
        address = f"{PUBLIC}/slack/events"
        assert made["settings"]["socket_mode_enabled"] is False
        assert made["settings"]["event_subscriptions"]["request_url"] == address
        assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": address}
        assert made["features"]["slash_commands"][0]["url"] == address

    def test_the_address_is_served(self):
        """The address is the one that the web server takes Slack's requests on."""
        assert f'path="{manifest.PATH}"' in (ROOT / "bot" / "starting.py").read_text(encoding="utf-8")

    @pytest.mark.parametrize(("public", "words"), [("", "is not set"), ("http://it.example.com", "only https")])
    def test_no_address(self, public, words):
        """HTTP mode without an address that Slack can call is one clear line that names the setting."""
        with pytest.raises(ConfigProblem, match=f"FIRSTLINE_PUBLIC_URL.*{words}"): manifest.manifest("http", public)


class TestLimits:
    """Slack's limits of a manifest (docs.slack.dev/reference/app-manifest)."""

    def test_display(self):
        """Name 35 characters, description 140, long description 174 to 4,000, colour in six hex digits."""
        shown = manifest.manifest("socket", "")["display_information"]
        assert len(shown["name"]) <= 35
        assert len(shown["description"]) <= 140
        assert 174 <= len(shown["long_description"]) <= 4_000
        assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])

    def test_agent(self):
        """It is an agent, no older assistant: a description of up to 300 characters and up to four prompts."""
        features = manifest.manifest("socket", "")["features"]
        assert "assistant_view" not in features
        assert 1 <= len(features["agent_view"]["agent_description"]) <= 300
        prompts = features["agent_view"]["suggested_prompts"]
        assert [tuple(one.values()) for one in prompts] == list(texts.PROMPTS)
        assert len(prompts) <= 4

    def test_tabs(self):
        """People can write to it, and it has a Home."""
        assert manifest.manifest("socket", "")["features"]["app_home"] == {
            "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
        }  # fmt: skip

    def test_shortcuts_and_commands(self):
        """A shortcut's name has up to 24 characters, at most five of each kind; descriptions are short."""
        features = manifest.manifest("socket", "")["features"]
        for one in features["shortcuts"]:
            assert 1 <= len(one["name"]) <= 24
            assert 1 <= len(one["description"]) <= 150
        assert len(features["slash_commands"][0]["description"]) <= 2_000
        assert len(features["slash_commands"][0]["usage_hint"]) <= 1_000


def test_the_guide_explains_each_permission():
    """docs/slack-setup.md has a reason for each permission, and for no other."""
    guide = (ROOT / "docs" / "slack-setup.md").read_text(encoding="utf-8").split("## What it may do, and why")[1]
    table = guide.split("\n## ")[0]
    named = {name for row in re.findall(r"^\| `.*?\|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)}
    assert named == {*manifest.SCOPES, *manifest.USER_SCOPES}


def test_people_can_sign_in_where_the_address_is_known():
    """With a public address the manifest has where Slack sends a browser back to, and what it may tell of a person."""
    assert "redirect_urls" not in manifest.manifest("socket", "")["oauth_config"]
    made = manifest.manifest("socket", PUBLIC + "/")["oauth_config"]
    assert made["redirect_urls"] == [f"{PUBLIC}/signin/callback"]
    assert made["scopes"]["user"] == ["openid", "profile", "email"]
