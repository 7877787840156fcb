"""What happened to a ticket, a line each: when, what, by whom, from where to where. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.assistant.syncing import ACTOR
from bot.slack.desk import after_texts
from bot.slack.desk import card_texts as words
from bot.slack.desk.card_brief import latest
from bot.slack.desk.card_clock import told
from bot.slack.mrkdwn import cut, escape, moment
from bot.slack.render import queue_name
from core.events import Event
from handoff.desk import Desk

HISTORY, NOTE, NAME = 1_500, 300, 120  # characters: of all lines that are shown, of a note in one, of another name
FIRSTLINE = "firstline"
WHOLE = 100  # percent of an agreed time
_NO_PEOPLE = {FIRSTLINE: words.SOMEBODY, ACTOR: words.SYSTEM}  # who does things, and is nobody to be mentioned
Facts = Mapping[str, Any]


def lines(history: Sequence[Event], desk: Desk) -> str:
    """The last things that happened, oldest first; empty when nothing did that is worth a line."""
    return latest([line for event in history if (line := _line(event, desk))], HISTORY)


def who(person: str) -> str:
    """A person in a sentence, by their id; nobody of an empty one."""
    if person in _NO_PEOPLE: return _NO_PEOPLE[person]
    return f"<@{escape(person)}>" if person else words.NOBODY


def _line(event: Event, desk: Desk) -> str:
    tell = _TELLS.get(event.kind.removeprefix("ticket."))
    if tell is None: return ""
    note = event.data.get("internal") or (event.data.get("note") if event.kind in _NOTED else "")
    said = f" {words.NOTE.format(note=cut(escape(str(note)), NOTE))}" if note else ""
    return f"• {moment(event.at, 'UTC')}: {tell(event, desk)}{said}"


def _plain(event: Event, _: Desk) -> str:
    """A thing that somebody did, and no more."""
    return words.HAPPENED[event.kind.removeprefix("ticket.")].format(by=who(event.actor), **_names(event.data))


def _names(data: Facts) -> dict[str, str]:
    """The short facts of an event, harmless."""
    return {name: _short(value) for name, value in data.items() if isinstance(value, str | int)}


def _short(value: object) -> str:
    return cut(escape(str(value)), NAME)


def _handed_back(event: Event, _: Desk) -> str:
    was = str(event.data.get("from", ""))
    kind = "handed_back_of" if was and was != event.actor else "handed_back"
    return words.HAPPENED[kind].format(by=who(event.actor), was=who(was))


def _assigned(event: Event, _: Desk) -> str:
    was, to = who(event.data["from"]), who(event.data["to"])
    return words.HAPPENED["assigned"].format(by=who(event.actor), was=was, to=to)


def _moved(event: Event, _: Desk) -> str:
    kind = "bounced" if event.data.get("bounced") else "moved"
    was, to = _short(queue_name(event.data["from_queue"])), _short(queue_name(event.data["queue"]))
    return words.HAPPENED[kind].format(by=who(event.actor), was=was, to=to)


def _reviewing(event: Event, desk: Desk) -> str:
    review = desk.review_queue()
    was, to = _short(queue_name(event.data["from_queue"])), _short(queue_name(review.name if review else "review"))
    return words.HAPPENED["reviewing"].format(by=who(event.actor), was=was, to=to)


def _held(event: Event, _: Desk) -> str:
    return words.HAPPENED["held"].format(by=who(event.actor), until=when(event.data["until"]))


def _resumed(event: Event, _: Desk) -> str:
    kind = f"resumed_{event.data.get('why') or ''}"
    return words.HAPPENED.get(kind, words.HAPPENED["resumed"]).format(by=who(event.actor))


def _up(event: Event, desk: Desk) -> str:
    """To the next tier, or to a vendor."""
    code, read = event.data["reason"], words.READ["procedure" in event.data]
    facts = {"reason": escape(desk.escalation_reasons.get(code, code)), "tier": event.data["from_tier"], "read": read}
    facts["vendor"] = _short(event.data.get("vendor", ""))
    return words.HAPPENED[event.kind.removeprefix("ticket.")].format(by=who(event.actor), **facts)


def _vendor_news(event: Event, _: Desk) -> str:
    before, after = event.data["before"], event.data["after"]
    changes = [
        f"{words.VENDOR_FACTS[name]} {_fact(name, before[name])} → {_fact(name, after[name])}"
        for name in before if before[name] != after[name]
    ]  # fmt: skip
    return words.HAPPENED["vendor_news"].format(by=who(event.actor), changes=", ".join(changes) or words.NONE)


def _fact(name: str, value: str) -> str:
    if not value: return words.NONE
    return when(value) if name == "promised" else _short(value)


def _warned(event: Event, _: Desk) -> str:
    says = words.BREACHED if event.data["percent"] >= WHOLE else words.WARNED
    return says[event.data["target"]].format(at=event.data["percent"], who=told(tuple(event.data["told"])))


def _resolved(event: Event, desk: Desk) -> str:
    code = event.data["code"]
    return words.HAPPENED["resolved"].format(by=who(event.actor), code=escape(desk.ended(code)))


def _closed(event: Event, _: Desk) -> str:
    how = words.CLOSED_HOW.get(event.data.get("how", ""), "").format(note=_short(event.data.get("note", "")))
    return words.HAPPENED["closed"].format(how=how)


def _drafted(event: Event, _: Desk) -> str:
    kind = after_texts.DRAFTED_KINDS.get(event.data["what"], event.data["what"])
    return words.HAPPENED["drafted"].format(kind=kind, slug=escape(event.data["slug"]))


def _action(event: Event, _: Desk) -> str:
    said = words.CARD_ACTION.get(event.data["outcome"], event.data["outcome"])
    return words.HAPPENED["action"].format(title=escape(event.data["title"]), said=escape(said))


def _corrected(event: Event, _: Desk) -> str:
    before, after = event.data["before"], event.data["after"]
    new = [f"{name} {before[name]} → {after[name]}" for name in before if before[name] != after[name]]
    was, to = event.data.get("from_priority", ""), event.data.get("priority", "")
    moved = words.HAPPENED["corrected_priority"].format(was=was, to=to) if was != to else ""
    return words.HAPPENED["corrected"].format(by=who(event.actor), changes=escape(", ".join(new))) + moved


def when(moment_: str) -> str:
    """A moment in ISO 8601, in the reader's own time."""
    return moment(datetime.fromisoformat(moment_), "UTC")


_NOTED = frozenset({"ticket.escalated", "ticket.held", "ticket.vendor"})  # the end's note stands above, in the facts
_TELLS: dict[str, Callable[[Event, Desk], str]] = {
    **dict.fromkeys(
        ("claimed", "waiting", "vendor_done", "chased", "linked", "joined", "split", "reopened", "rated", "replied",
         "noted", "goal", "commented"), _plain,
    ),
    "handed_back": _handed_back, "assigned": _assigned, "moved": _moved, "reviewing": _reviewing, "held": _held,
    "resumed": _resumed, "escalated": _up, "vendor": _up, "vendor_news": _vendor_news, "warned": _warned,
    "resolved": _resolved, "closed": _closed, "drafted": _drafted, "action": _action, "corrected": _corrected,
}  # fmt: skip
