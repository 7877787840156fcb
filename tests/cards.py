"""What the tests of cards and of the news about tickets share."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.assistant.showing import View
from bot.sandbox.blocks import check_blocks
from bot.slack.blocks import Message
from core.events import Event
from core.people import Person
from handoff.ticket import Ticket
from tests.making import NOW
from tests.mrkdwn_reading import live_parts, texts_of

NASTY = "<!channel> & <@U0BAD> [x](!here) "
EMMA, LIAM, PRIYA = "U0EMMALARS", "U0LIAMOKAF", "U0PRIYANAI"
REQUESTER = Person(id=EMMA, name="Emma Larsen", title="Finance analyst", tz="Europe/Copenhagen")


def view(ticket: Ticket, history: Sequence[Event] = (), **changes: Any) -> View:
    """A card's view, with nothing that a test does not care about."""
    values: dict[str, Any] = {"requester": REQUESTER, "now": NOW, "history": tuple(history)}
    return View(ticket=ticket, **(values | changes))


def event(kind: str, minutes: int = 0, actor: str = LIAM, **data: Any) -> Event:
    """One thing that happened to a ticket."""
    at = NOW + timedelta(minutes=minutes)
    return Event(id=minutes, at=at, kind=f"ticket.{kind}", subject="ticket:7", actor=actor, data=data)


def escalated(note: str = "", minutes: int = 0) -> Event:
    """An escalation from tier 2."""
    return event("escalated", minutes, from_tier=2, from_queue="service-desk", reason="needs-access", internal=note)


def shown(message: Message) -> list[dict[str, Any]]:
    """The blocks of a message, once Slack would take them."""
    payload = message.payload()
    assert 1 <= len(payload["text"]) <= 4_000
    return check_blocks(payload["blocks"], "message")


def words(message: Message) -> str:
    """Every word of a message."""
    return "\n".join(part["text"] for part in texts_of(shown(message)))


def live(message: Message) -> set[str]:
    """What is live in a message beside dates, each of its texts being verbatim."""
    parts = [part for part in texts_of(shown(message)) if part["type"] != "plain_text"]
    assert all(part["verbatim"] for part in parts)
    return {one for part in parts for one in live_parts(part["text"]) if not one.startswith("!date")}


def actions_of(message: Message) -> list[tuple[str, str]]:
    """Action and value of every button; of a menu the values, joined."""
    rows = [element for block in shown(message) if block["type"] == "actions" for element in block["elements"]]
    return [(row["action_id"], row.get("value") or " ".join(_values(row))) for row in rows]


def _values(menu: dict[str, Any]) -> list[str]:
    return [option["value"] for option in menu["options"]]
