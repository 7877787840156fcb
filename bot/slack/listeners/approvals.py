"""The buttons of an approval: approve, or refuse and say why."""

from typing import Any

from slack_bolt import Ack, App

from bot.slack import approvals, ids
from bot.slack.blocks import entered, number
from bot.slack.surface import SlackSurface, read_click
from core.errors import FirstlineError


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons and the modal."""
    acting, known = surface.assistant.acting, surface.assistant.parts.actions

    @app.action(ids.APPROVE)
    def approve(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        acting.approve(number(click.value), click.person)

    @app.action(ids.REFUSE)
    def refuse(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        request = acting.open(number(click.value), click.person)
        surface.client.views_open(trigger_id=click.trigger, view=approvals.refusal(request, known))

    @app.view(ids.REFUSE_VIEW)
    def refused(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        person = surface.directory.person(body["user"]["id"])
        try:
            acting.refuse(number(view["private_metadata"]), person, entered(view)["why"])
        except FirstlineError as error:
            ack(response_action="errors", errors={"why": str(error)})
        else:
            ack()
