"""Why this answer? Asked by staff: on a ticket's card, on a message of Firstline's, or with `/it why`."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.assistant.explaining import Explanation
from bot.slack import ids, modals
from bot.slack.surface import SlackSurface, message_of, read_click
from core.people import Person

NUMBER = re.compile(r"(?:INC|REQ)-[0-9]{1,9}", re.IGNORECASE)
LINK = re.compile(r"<?https?://\S+/archives/(\w+)/p(\d{10})(\d{6})(?:\?(?:\S*&)?thread_ts=(\d+\.\d+)\S*)?>?")


def register(app: App, surface: SlackSurface) -> None:
    """Connect the button on cards and the shortcut on messages."""
    explaining = surface.assistant.explaining

    @app.action(ids.WHY)
    def of_card(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        show(explaining.of_ticket(click.value, click.person), click.trigger, surface)

    @app.shortcut(ids.SHORTCUT_WHY)
    def of_message(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        person, message = surface.directory.person(body["user"]["id"]), message_of(body)
        place = body["channel"]["id"], message.get("thread_ts") or "", body.get("message_ts") or ""
        show(explaining.of_message(*place, person), body["trigger_id"], surface)


def names_a_decision(text: str) -> bool:
    """Whether `/it why ...` goes on with a ticket's number or a message's link, and is no question."""
    return bool(NUMBER.fullmatch(text) or LINK.fullmatch(text))


def asked(text: str, person: Person, trigger: str, surface: SlackSurface) -> None:
    """Show why, for what `names_a_decision`."""
    link = LINK.fullmatch(text)
    explaining = surface.assistant.explaining
    if link is None: told = explaining.of_ticket(text, person)
    else: told = explaining.of_message(link[1], link[4] or "", f"{link[2]}.{link[3]}", person)
    show(told, trigger, surface)


def show(told: list[Explanation], trigger: str, surface: SlackSurface) -> None:
    """Open the explanation over what the person looks at."""
    surface.client.views_open(trigger_id=trigger, view=modals.why(told))
