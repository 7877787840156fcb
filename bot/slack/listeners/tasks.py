"""Editors do what tickets left to them: begin an article, and say that it is done."""

from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids
from bot.slack.blocks import number
from bot.slack.desk import tasks_view
from bot.slack.listeners.editors_forms import form_of
from bot.slack.listeners.messages import publish_home
from bot.slack.surface import Click, SlackSurface, read_click
from core.errors import Stale


def register(app: App, surface: SlackSurface) -> None:
    """Connect the two buttons."""

    @app.action(ids.TASK_DONE)
    def done(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        try:
            surface.assistant.tasks.done(number(click.value), click.person)
        except Stale:
            _redraw(click, surface)
            raise
        _redraw(click, surface)

    @app.action(ids.TASK_BEGIN)
    def begin(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        begun = surface.assistant.saying.of_task(number(click.value), click.person)
        surface.client.views_open(trigger_id=click.trigger, view=form_of(begun, click.person, surface))


def _redraw(click: Click, surface: SlackSurface) -> None:
    """Show the task as it is now where the button was pressed."""
    if not click.ts:
        publish_home(click.person.id, surface)
        return
    message = tasks_view.news(surface.assistant.tasks.get(number(click.value)), surface.directory.message_link)
    surface.client.chat_update(channel=click.channel, ts=click.ts, **message.payload())
