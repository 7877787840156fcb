"""A day in the company: people ask, click and submit whatever they are shown. What Slack sent meanwhile are the samples."""

import copy
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from bot.sandbox import events, payloads
from bot.sandbox.fill import elements_of, walk
from tests.fuzz.workspace import TRIGGER
from tests.fuzz.world import World

Json = dict[str, Any]
Offer = tuple[tuple[str, str], Callable[[], Json]]  # what it is known by (what, and to whom), and what Slack would send
EMMA, LIAM, PRIYA, NOOR, MARCUS = "U0EMMALARS", "U0LIAMOKAF", "U0PRIYANAI", "U0NOORHADD", "U0MARCUSWE"
EVERYBODY = (EMMA, LIAM, PRIYA, NOOR, MARCUS)
HELP, LEVEL2 = "C0ITHELP01", "C0ITL20001"
SAMPLES = 10  # of one listener
ASKED = (
    "how do I book a meeting room with a screen?", "vpn is stuck on connecting", "there is smoke coming out of my laptop",
    "please let me talk to a human about this", "I need a new laptop", "I need access to the finance share",
    "my account is locked", "zoom has no sound and also my printer is not printing", "what's a good place for lunch?",
    "no sound", "install Visio for me", "I lost my phone",
)  # fmt: skip
THREAD = ("!claim", "!note looked at it", "!wait vendor Dell 2 days", "!resolve fixed Restarted it", "!p2", "I will look", "!help")
COMMANDS = ("", "help", "status", "search vpn", "vpn is stuck", "tickets", "find vpn", "why INC-000001", "new Ana called", "outage Wi-Fi is down",
            "outage over")  # fmt: skip


@dataclass
class Samples:
    """What Slack sent to each listener, by its name; `ids` are what payloads name people and things by."""

    of: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    ids: set[str] = field(default_factory=set)

    def add(self, name: str, body: Json) -> None:
        """Keep one, if there are not enough yet."""
        if len(self.of[name]) < SAMPLES: self.of[name].append(copy.deepcopy(body))


class Company:
    """Its people, at work."""

    def __init__(self, world: World, seed: int = 7) -> None:
        """Nothing has happened yet."""
        self.world, self.random, self.samples = world, Random(seed), Samples()
        self._number, self._tried = 0, defaultdict[tuple[str, str], int](int)
        self._known: dict[tuple[str, int], tuple[Json, list[Offer]]] = {}
        self.seed = world.slack.seed
        self.person = {one.id: one for one in self.seed.people}

    def day(self, clicks: int) -> Samples:
        """Let them ask what they ask, then do this many things that they are shown."""
        self._ask()
        for _ in range(clicks):
            if not self._click(): break
            self.world.clock.now += timedelta(seconds=20)
        self.samples.ids |= {*self.world.slack.users, *self.world.slack.channels, *self.world.slack.directs, "1", "2", "3", "5", "8",
                             "vpn-connect", "vpn-stuck-connecting", "article|vpn-connect|1", "INC-000001"}  # fmt: skip
        return self.samples

    # -- what is sent ----------------------------------------------------------------------------------------------

    def send(self, body: Json) -> None:
        """Send one payload, deliver what comes of it, and keep it as a sample."""
        name = self._named(body)
        if name: self.samples.add(name, body)
        self.world.dispatch(copy.deepcopy(body))
        self.world.deliver(60)

    def _named(self, body: Json) -> str:
        """The listener that takes it: its kind and its constraint."""
        for kind, constraint in self.world.app.connected:
            if any(matches(constraint, one) for one in keys(kind, body)): return name_of(kind, constraint)
        return ""

    def _event(self, event: Json) -> None:
        self._number += 1
        self.send(events.wrapped(self.seed, event, f"Ev{self._number:08d}", 1_763_600_000))

    def say(self, user: str, text: str, channel: str = "", thread: str = "") -> None:
        """Write a message."""
        channel, ts = channel or f"D{user[1:]}", self.world.slack.tick()
        message: Json = {"type": "message", "user": user, "text": text, "ts": ts, "team": self.seed.team.id, "client_msg_id": "x"}
        if thread: message |= {"thread_ts": thread, "parent_user_id": self.seed.app.bot_user}
        kind = "im" if channel.startswith("D") else "channel"
        self.world.slack.messages[channel, ts] = message
        self._event(events.as_sent(message) | {"channel": channel, "event_ts": ts, "channel_type": kind})

    def _head(self, user: str, kind: str) -> Json:
        return payloads.head(self.seed, self.person[user], kind) | {"trigger_id": TRIGGER + user}

    def command(self, user: str, text: str) -> None:
        """Use the command."""
        channel = next(one for one in self.seed.channels if one.id == HELP)
        form = {"token": "t", "team_id": self.seed.team.id, "team_domain": "b", "channel_id": channel.id, "channel_name": channel.name,
                "user_id": user, "user_name": self.person[user].name, "command": "/it", "text": text, "trigger_id": TRIGGER + user,
                "response_url": "https://hooks.example/1", "api_app_id": self.seed.app.id, "is_enterprise_install": "false"}  # fmt: skip
        self.send(form)

    def shortcut(self, user: str, callback: str, message: Json | None, channel: str = HELP) -> None:
        """Use a shortcut, of a message or anywhere."""
        body = self._head(user, "message_action" if message else "shortcut") | {"callback_id": callback, "action_ts": "1.1"}
        if message:
            body |= {"channel": {"id": channel, "name": "x"}, "message_ts": message["ts"], "message": message,
                     "response_url": "https://hooks.example/1"}  # fmt: skip
        self.send(body)

    # -- a day -----------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        for number, text in enumerate(ASKED):
            self.say(EMMA if number % 3 else LIAM, text, "" if number % 2 else HELP)
        for user in EVERYBODY: self._tabs(user)
        for user in (EMMA, LIAM, MARCUS):
            for text in COMMANDS: self.command(user, text)
        self._event({"type": "app_mention", "user": EMMA, "text": f"<@{self.seed.app.bot_user}> wifi is slow", "ts": "1763600009.000001",
                     "channel": "C0GENERAL1", "event_ts": "1763600009.000001"})  # fmt: skip
        self._edits()
        self._in_threads()
        for kind in self.seed.app.shortcuts:
            for user in (LIAM, EMMA, NOOR): self.shortcut(user, kind.callback_id, self._some() if kind.type == "message" else None)

    def _tabs(self, user: str) -> None:
        for tab in ("home", "messages"):
            self._event({"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": tab, "event_ts": "1.1"})
        self._event({"type": "assistant_thread_started", "assistant_thread": {"user_id": user, "channel_id": f"D{user[1:]}",
                     "thread_ts": "1.1", "context": {}}, "event_ts": "1.1"})  # fmt: skip

    def _edits(self) -> None:
        (channel, ts), old = next(row for row in self.world.slack.messages.items() if row[1].get("user") == EMMA)
        new = old | {"text": "edited: vpn", "edited": {"user": EMMA, "ts": "1.2"}}
        rest = {"type": "message", "hidden": True, "channel": channel, "ts": "1763600010.1", "event_ts": "1763600010.1", "channel_type": "im"}
        self._event({**rest, "subtype": "message_changed", "message": new, "previous_message": old})
        self._event({**rest, "subtype": "message_deleted", "deleted_ts": ts, "previous_message": old})

    def _in_threads(self) -> None:
        cards = [(c, m["ts"]) for (c, _), m in self.world.slack.messages.items() if c == LEVEL2 and "thread_ts" not in m]
        for (channel, ts), text in zip(cards, THREAD, strict=False): self.say(LIAM, text, channel, ts)
        for channel, ts in cards[:1]:
            for text in THREAD: self.say(PRIYA, text, channel, ts)

    def _some(self) -> Json:
        kept = [m for (c, _), m in self.world.slack.messages.items() if c == HELP]
        return self.random.choice(kept)

    # -- what they are shown ---------------------------------------------------------------------------------------

    def _click(self) -> bool:
        """One thing that has been tried the least; False if there is nothing."""
        found = list(self._shown())
        if not found: return False
        least = min(self._tried[key] for key, _ in found)
        key, make = self.random.choice([row for row in found if self._tried[row[0]] == least])
        self._tried[key] += 1
        self.send(make())
        return True

    def _shown(self) -> Iterator[Offer]:
        """Everything that somebody could click or submit, with what it is known by."""
        slack = self.world.slack
        for (channel, _), message in slack.messages.items():
            for user in self._seeing(channel): yield from self._once(self._of_message, user, channel, message)
        for whisper in slack.whispers: yield from self._once(self._of_message, whisper["to"], whisper["channel"], whisper, hidden=True)
        for view in slack.views.values(): yield from self._once(self._of_view, view["to"], view)

    def _once(self, look: Callable[..., Iterator[Offer]], user: str, *of: Any, **how: Any) -> list[Offer]:
        """What something offers somebody, looked at once: what is shown anew is another object."""
        key = (user, id(of[-1]))
        if key not in self._known: self._known[key] = (of[-1], list(look(user, *of, **how)))
        return self._known[key][1]

    def _seeing(self, channel: str) -> tuple[str, ...]:
        if channel.startswith("D"): return tuple(user for user in EVERYBODY if channel == f"D{user[1:]}")
        if channel in (HELP, "C0GENERAL1"): return (EMMA, LIAM)
        return (NOOR, MARCUS) if channel == "C0KBEDIT01" else (LIAM, PRIYA, MARCUS)

    def _of_message(self, user: str, channel: str, message: Json, *, hidden: bool = False) -> Iterator[Offer]:
        for block in walk(message.get("blocks") or []):
            for element in elements_of(block):
                for chosen in choices(element):
                    used = partial(self._on_message, user, channel, message, (block, element, chosen), hidden=hidden)
                    yield (_short(element, chosen), user), used

    def _on_message(self, user: str, channel: str, message: Json, used: tuple[Json, Json, Json], *, hidden: bool) -> Json:
        block, element, chosen = used
        body = self._head(user, "block_actions") | {
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": hidden},
            "channel": {"id": channel, "name": "x"}, "state": {"values": {}}, "response_url": "https://hooks.example/1",
            "actions": [payloads.action(element, block["block_id"], chosen, "1.1")],
        }  # fmt: skip
        return body if hidden else body | {"message": message}

    def _of_view(self, user: str, view: Json) -> Iterator[Offer]:
        for block in walk(view["blocks"]):
            for element in elements_of(block) if block["type"] != "input" else ():
                for chosen in choices(element):
                    yield (_short(element, chosen), user), partial(self._in_view, user, view, (block, element, chosen))
        if view["type"] == "modal" and view.get("submit"):
            yield (view["callback_id"], user), partial(self._submitted, user, view)

    def _in_view(self, user: str, view: Json, used: tuple[Json, Json, Json]) -> Json:
        block, element, chosen = used
        return self._head(user, "block_actions") | {
            "container": {"type": "view", "view_id": view["id"]}, "view": self._filled(view),
            "actions": [payloads.action(element, block["block_id"], chosen, "1.1")],
        }  # fmt: skip

    def _submitted(self, user: str, view: Json) -> Json:
        return self._head(user, "view_submission") | {"view": self._filled(view), "response_urls": []}

    def _filled(self, view: Json) -> Json:
        shown = {name: value for name, value in view.items() if name != "to"}
        return shown | {"state": {"values": filled(view["blocks"], self.random)}}


def _short(element: Json, chosen: Json) -> str:
    option = (chosen.get("selected_option") or {}).get("value", "")
    return f"{element['action_id']}:{option.partition('|')[0]}"


def choices(element: Json) -> list[Json]:
    """What can be chosen in an element: each option, a person, a date; one empty choice for a button."""
    options = [*element.get("options", []), *(one for group in element.get("option_groups", []) for one in group["options"])]
    kind = element["type"]
    if kind.startswith("multi_") or kind == "checkboxes": return [{"selected_options": options[:1]}]
    if options: return [{"selected_option": one} for one in options]
    if kind == "users_select": return [{"selected_user": PRIYA}]
    if kind == "datepicker": return [{"selected_date": "2026-12-01"}]
    if kind == "feedback_buttons": return [{"value": element[name]["value"]} for name in ("positive_button", "negative_button")]
    return [{}]


def filled(blocks: list[Json], random: Random) -> Json:
    """The state of a form that somebody filled in."""
    values: Json = {}
    for block in walk(blocks):
        if block["type"] != "input": continue
        element = block["element"]
        typed = {"value": element.get("initial_value") or random.choice(("It is fixed now", "BW-10442", "5"))}
        chosen = next(iter(choices(element)), {}) or typed
        values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **chosen}}
    return values


# -- listeners -----------------------------------------------------------------------------------------------------


def keys(kind: str, body: Json) -> list[str]:
    """What a listener of this kind matches in a payload."""
    match kind:
        case "event": return [str((body.get("event") or {}).get("type"))] if "event" in body else []
        case "action": return [one.get("action_id", "") for one in body.get("actions") or ()]
        case "view": return [body["view"]["callback_id"]] if body.get("type") == "view_submission" else []
        case "shortcut": return [body["callback_id"]] if body.get("type") in ("shortcut", "message_action") else []
        case _: return [body["command"]] if "command" in body else []


def matches(constraint: Any, key: str) -> bool:
    """Whether a listener takes what is named so."""
    return bool(constraint.search(key)) if isinstance(constraint, re.Pattern) else constraint == key


def name_of(kind: str, constraint: Any) -> str:
    """A listener's name: `action:claim`; a pattern without what a file's name cannot hold."""
    plain = constraint.pattern if isinstance(constraint, re.Pattern) else constraint if isinstance(constraint, str) else json.dumps(constraint)
    return f"{kind}.{re.sub(r'[^a-z0-9]+', '_', plain.lower()).strip('_')}"


def made_up(kind: str, constraint: Any, person: Any) -> list[Json]:
    """Payloads for a listener that nobody used during the day."""
    key = constraint.pattern if isinstance(constraint, re.Pattern) else str(constraint)
    key = re.sub(r"\\d\+?|\[[^]]*\]\+?|\(.*\)|\.\+?", "1", key).strip("^$")
    head = {"user": {"id": person}, "trigger_id": TRIGGER + person, "team": {"id": "TBRIGHT001"}, "token": "t", "api_app_id": "A"}
    match kind:
        case "event": return [{"type": "event_callback", "event_id": "E1", "team_id": "T", "event": {"type": key, "user": person, "channel": HELP}}]
        case "view": return [head | {"type": "view_submission", "view": {"id": "V1", "callback_id": key, "private_metadata": value, "hash": "1.a",
                                     "type": "modal", "blocks": [], "state": {"values": {}}}} for value in VALUES]  # fmt: skip
        case "shortcut": return [head | {"type": "shortcut", "callback_id": key}]
        case "command": return [{"command": key, "user_id": person, "text": "x", "trigger_id": TRIGGER + person, "response_url": "https://h.example/1"}]
    return [head | {"type": "block_actions", "container": {"type": "message"}, "channel": {"id": HELP}, "message": {"ts": "1.1"},
                    "response_url": "https://h.example/1", "actions": [{"type": "button", "action_id": key, "block_id": "b", "value": value}]}
            for value in VALUES]  # fmt: skip


VALUES = ("1", "1|2", "1|2|0", "vpn-connect|1", "article|vpn-connect|1", "recipe|vpn-stuck-connecting|0", "{}", "")
