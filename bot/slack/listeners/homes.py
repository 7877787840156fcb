"""Clicks in the Home tab: its pages, taking a ticket, adding to one's own."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.slack import home, ids
from bot.slack.blocks import entered, number
from bot.slack.desk import after_texts
from bot.slack.desk.queue_view import came_from
from bot.slack.listeners.messages import publish_home
from bot.slack.mrkdwn import escape, quoted
from bot.slack.surface import Click, SlackSurface, read_click, view_of
from core.errors import FirstlineError, Stale

Json = dict[str, Any]


def register(app: App, surface: SlackSurface) -> None:
    """Connect the Home tab."""
    _pages(app, surface)
    _adding(app, surface)


def draw_home(click: Click, view: Json, surface: SlackSurface) -> None:
    """Draw the Home tab that was clicked in anew, at the same page."""
    publish_home(click.person.id, surface, came_from(view.get("private_metadata") or ""))


def _pages(app: App, surface: SlackSurface) -> None:
    @app.action(re.compile(rf"^{ids.HOME_GO}_"))
    def turned(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        publish_home(click.person.id, surface, came_from(click.value))

    @app.action(ids.HOME_CLAIM)
    def claim(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        try:
            surface.assistant.working.claim(number(click.value), click.person)
        except Stale as error:
            surface.whisper(str(error), channel=click.channel, user=click.person.id)
        draw_home(click, view_of(body), surface)


def _adding(app: App, surface: SlackSurface) -> None:
    use = surface.assistant.after

    @app.action(ids.ADD)
    def add(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        ticket = use.mine(number(click.value), click.person)
        surface.client.views_open(trigger_id=click.trigger, view=home.add(ticket))

    @app.view(ids.ADD_VIEW)
    def added(ack: Ack, body: Json, view: Json) -> None:
        person = surface.directory.person(body["user"]["id"])
        text = entered(view)["text"]
        try:
            ticket = use.add(number(view["private_metadata"]), text, person, key=view["id"])
        except FirstlineError as error:
            ack(response_action="errors", errors={"text": str(error)})
            return
        ack()
        told = after_texts.ADD_SENT.format(number=ticket.number, text=quoted(escape(text)))
        channel = ticket.channel or surface.directory.direct(person.id)
        surface.whisper(told, channel=channel, user=person.id, thread_ts=ticket.thread_ts or None)
