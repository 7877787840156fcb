"""The staff's buttons on a ticket card: claim, escalate, resolve."""

from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids, modals
from bot.slack.blocks import entered, number, numbers
from bot.slack.surface import SlackSurface, read_click
from core.errors import FirstlineError
from core.people import Action


def register(app: App, surface: SlackSurface) -> None:
    """Connect the card's buttons and their modals."""
    tickets, desk = surface.assistant.tickets, surface.assistant.parts.desk

    @app.action(ids.CLAIM)
    def claim(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        tickets.claim(number(click.value), click.person)

    @app.action(ids.ESCALATE)
    def escalate(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        click.person.must(Action.WORK_TICKETS)
        ticket = tickets.get(numbers(click.value, 2)[0])
        surface.client.views_open(trigger_id=click.trigger, view=modals.escalate(ticket, desk))

    @app.action(ids.RESOLVE)
    def resolve(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        click.person.must(Action.WORK_TICKETS)
        surface.client.views_open(trigger_id=click.trigger, view=modals.resolve(tickets.get(number(click.value)), desk))

    @app.view(ids.ESCALATE_VIEW)
    def escalated(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        ticket, tier = numbers(view["private_metadata"], 2)
        values, person = entered(view), surface.directory.person(body["user"]["id"])
        try:
            reviewed = values["reviewed"] == "yes"
            tickets.escalate(
                ticket, person, seen_tier=tier, reason=values["reason"], note=values["note"], reviewed=reviewed
            )
        except FirstlineError as error:
            ack(response_action="errors", errors={"reason": str(error)})
        else:
            ack()

    @app.view(ids.RESOLVE_VIEW)
    def resolved(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        values, person = entered(view), surface.directory.person(body["user"]["id"])
        try:
            ticket, tier = numbers(view["private_metadata"], 2)
            tickets.resolve(ticket, person, seen_tier=tier, code=values["code"], note=values["note"])
        except FirstlineError as error:
            ack(response_action="errors", errors={"note": str(error)})
        else:
            ack()
