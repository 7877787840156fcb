"""Correcting what a ticket was taken for: a button on its card, and a modal."""

from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids, modals
from bot.slack.blocks import entered, number
from bot.slack.surface import SlackSurface, read_click
from core.errors import FirstlineError
from handoff.corrections import Labels

SEEN = ("kind", "impact", "urgency", "category")  # the order in which the modal remembers them


def register(app: App, surface: SlackSurface) -> None:
    """Connect the button and its modal."""
    correcting = surface.assistant.correcting

    @app.action(ids.CORRECT)
    def correct(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        ticket = correcting.begin(number(click.value), click.person)
        view = modals.correct(ticket, correcting.categories())
        surface.client.views_open(trigger_id=click.trigger, view=view)

    @app.view(ids.CORRECT_VIEW)
    def corrected(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        person = surface.directory.person(body["user"]["id"])
        try:
            ticket, seen = _seen(view["private_metadata"])
            correcting.correct(ticket, person, seen=seen, wanted=Labels.read(entered(view)))
        except FirstlineError as error:
            ack(response_action="errors", errors={"category": str(error)})
        else:
            ack()


def _seen(private: str) -> tuple[int, Labels]:
    """Which ticket the modal was drawn for, and what that was taken for then."""
    ticket, *labels = private.split("|", len(SEEN))
    return number(ticket), Labels.read(dict(zip(SEEN, labels, strict=False)))
