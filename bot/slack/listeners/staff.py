"""The staff's buttons on a ticket card: claim, escalate, resolve."""

from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids, modals
from bot.slack.blocks import entered, number, numbers
from bot.slack.desk import after
from bot.slack.listeners.desk_forms import vendor_case
from bot.slack.surface import SlackSurface, read_click
from core.errors import FirstlineError


def register(app: App, surface: SlackSurface) -> None:
    """Connect the card's buttons and their modals."""
    _buttons(app, surface)
    _views(app, surface)


def _buttons(app: App, surface: SlackSurface) -> None:
    looking, desk = surface.assistant.looking, surface.assistant.parts.desk

    @app.action(ids.CLAIM)
    def claim(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        surface.assistant.working.claim(number(click.value), click.person)

    @app.action(ids.ESCALATE)
    def escalate(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        ticket = looking.ticket(numbers(click.value, 2)[0], click.person)
        surface.client.views_open(trigger_id=click.trigger, view=modals.escalate(ticket, desk))

    @app.action(ids.RESOLVE)
    def resolve(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        ticket = looking.ticket(number(click.value), click.person)
        view = modals.resolve(ticket, desk, documented=after.documented_blocks(ticket, desk))
        surface.client.views_open(trigger_id=click.trigger, view=view)


def _views(app: App, surface: SlackSurface) -> None:
    @app.view(ids.ESCALATE_VIEW)
    def escalated(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        ticket, tier = numbers(view["private_metadata"], 2)
        values, person = entered(view), surface.directory.person(body["user"]["id"])
        case = vendor_case(values) if "vendor_other" in values else None
        try:
            surface.assistant.laddering.escalate(
                ticket, person, seen_tier=tier, reason=values["reason"], note=values["note"],
                reviewed=values["reviewed"] == "yes", case=case,
            )
        except FirstlineError as error:
            at = "vendor_other" if case and not case.vendor else "reason"
            ack(response_action="errors", errors={at: surface.directory.named(str(error))})
        else:
            ack()

    @app.view(ids.RESOLVE_VIEW)
    def resolved(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        values, person = entered(view), surface.directory.person(body["user"]["id"])
        try:
            ticket, tier = numbers(view["private_metadata"], 2)
            written = after.documented(values)
            surface.assistant.ending.resolve(
                ticket, person, seen_tier=tier, code=values["code"], note=values["note"], documented=written
            )
        except after.NotWritten as error:
            ack(response_action="errors", errors={"documented_note": str(error)})
        except FirstlineError as error:
            ack(response_action="errors", errors={"note": surface.directory.named(str(error))})
        else:
            ack()
