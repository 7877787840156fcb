"""Forms: the service catalogue, the goal of a ticket, a question from anywhere."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from bot.slack import ids, modals, texts
from bot.slack.blocks import Message, entered, number, section
from bot.slack.listeners import asking
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
        person, told = surface.directory.person(body["user"]["id"]), f"reply:form:{view['id']}"

        def write(session: Session, ticket: Ticket) -> None:
            surface.keep(session, told, _sent(ticket, person.tz), ticket.channel, ticket.thread_ts)

        try:
            ticket = surface.assistant.tickets.submit_form(
                slug, entered(view), person, channel=channel or surface.directory.direct(person.id),
                thread_ts=thread, key=view["id"], write=write,
            )
        except FirstlineError as error:
            ack(response_action="errors", errors={_first_input(view): str(error)})
            return
        ack()
        surface.direct.deliver(told)
        if ticket: publish_home(ticket.requester, surface)


def _sent(ticket: Ticket, tz: str) -> Message:
    text = texts.FORM_SENT.format(number=ticket.number, response=moment(ticket.response_due, tz))
    return Message(text=text, blocks=(section(text),))


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
        surface.client.views_open(trigger_id=read_click(body, surface).trigger, view=modals.ask())

    @app.view(ids.ASK_VIEW)
    def asked(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        try:
            asking.keep(entered(view)["text"], body["user"]["id"], key=f"view:{view['id']}", surface=surface)
        except FirstlineError as error:
            ack(response_action="errors", errors={_first_input(view): str(error)})
            return
        ack()
        surface.direct.wake()
