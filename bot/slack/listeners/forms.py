"""Forms: the service catalogue, the goal of a ticket, a question from anywhere."""

from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids, modals, texts
from bot.slack.blocks import entered, number
from bot.slack.listeners.commands import ask_in_direct_messages
from bot.slack.listeners.messages import publish_home
from bot.slack.mrkdwn import moment
from bot.slack.surface import SlackSurface, read_click
from core.errors import FirstlineError
from handoff.tickets import Ticket


def register(app: App, surface: SlackSurface) -> None:
    """Connect the forms."""
    _catalogue(app, surface)
    _goal(app, surface)
    _questions(app, surface)


def _catalogue(app: App, surface: SlackSurface) -> None:
    @app.action(ids.OPEN_FORM)
    def open_form(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        item = surface.assistant.tickets.form(click.value)
        surface.client.views_open(trigger_id=click.trigger, view=modals.form(item, click.channel, click.thread))

    @app.view(ids.FORM_VIEW)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        slug, channel, thread = (*view["private_metadata"].split("|"), "", "")[:3]
        person = surface.directory.person(body["user"]["id"])
        try:
            ticket = surface.assistant.tickets.submit_form(
                slug, entered(view), person, channel=channel or surface.directory.direct(person.id),
                thread_ts=thread, key=view["id"]
            )
        except FirstlineError as error:
            ack(response_action="errors", errors={_first_input(view): str(error)})
            return
        ack()
        if ticket: _tell(ticket, person.tz, surface)


def _tell(ticket: Ticket, tz: str, surface: SlackSurface) -> None:
    text = texts.FORM_SENT.format(number=ticket.number, response=moment(ticket.response_due, tz))
    surface.client.chat_postMessage(channel=ticket.channel, thread_ts=ticket.thread_ts or None, text=text)
    publish_home(ticket.requester, surface)


def _first_input(view: dict[str, Any]) -> str:
    return next((str(block.get("block_id")) for block in view["blocks"] if block.get("type") == "input"), "")


def _goal(app: App, surface: SlackSurface) -> None:
    @app.action(ids.GOAL)
    def ask_goal(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        ticket, question = surface.assistant.tickets.goal_of(number(click.value), click.person)
        surface.client.views_open(trigger_id=click.trigger, view=modals.goal(ticket, question))

    @app.view(ids.GOAL_VIEW)
    def told_goal(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        person = surface.directory.person(body["user"]["id"])
        try:
            ticket = surface.assistant.tickets.set_goal(number(view["private_metadata"]), entered(view)["goal"], person)
        except FirstlineError as error:
            ack(response_action="errors", errors={"goal": str(error)})
            return
        ack()
        saved = texts.GOAL_SAVED.format(number=ticket.number)
        surface.whisper(saved, channel=ticket.channel, user=person.id, thread_ts=ticket.thread_ts)


def _questions(app: App, surface: SlackSurface) -> None:
    @app.action(ids.ASK_HOME)
    def ask_from_home(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        surface.client.views_open(trigger_id=body["trigger_id"], view=modals.ask())

    @app.view(ids.ASK_VIEW)
    def asked(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        ack()
        ask_in_direct_messages(entered(view)["text"], body["user"]["id"], key=f"view:{view['id']}", surface=surface)
