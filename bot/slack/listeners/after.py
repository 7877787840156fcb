"""Clicks after the work: it works, it is not fixed, how it went, why; and how a ticket stands."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot.question import CloseReply
from bot.slack import home, ids
from bot.slack.blocks import entered, number
from bot.slack.desk import after, standing
from bot.slack.listeners.homes import draw_home
from bot.slack.surface import Click, SlackSurface, read_click
from core.errors import FirstlineError, Stale

Json = dict[str, Any]


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons of the end of a ticket."""
    _ends(app, surface)
    _ratings(app, surface)

    @app.action(ids.STATUS)
    def status(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        ticket = surface.assistant.tickets.get(number(click.value))
        reply = surface.assistant.tickets.status(click.person, ticket.number)
        stands = reply.standings[0]
        if body.get("view"):
            view = home.status_view(stands, reply.names, reply.tz)
            surface.client.views_open(trigger_id=click.trigger, view=view)
            return
        text = standing.status(stands, reply.names, reply.tz)
        surface.whisper(text, channel=click.channel, user=click.person.id, thread_ts=click.thread)


def _ends(app: App, surface: SlackSurface) -> None:
    use = surface.assistant.after

    @app.action(ids.CONFIRM)
    def confirmed(ack: Ack, body: Json) -> None:
        ack()
        _do(body, surface, lambda click, ticket: use.confirm(ticket, click.person))

    @app.action(ids.REOPEN)
    def reopened(ack: Ack, body: Json) -> None:
        ack()
        _do(body, surface, lambda click, ticket: use.reopen(ticket, click.person))

    @app.action(ids.CLOSE_OWN)
    def close_own(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        ended = use.confirm(number(click.value), click.person)
        surface.say(CloseReply(ticket=ended.ticket, ended=ended), click.channel, click.thread)


def _ratings(app: App, surface: SlackSurface) -> None:
    use = surface.assistant.after

    @app.action(re.compile(rf"^{ids.RATE}_[1-5]$"))
    def rated(ack: Ack, body: Json) -> None:
        ack()
        _do(body, surface, lambda click, ticket: use.rate(ticket, int(click.action[-1]), click.person))

    @app.action(ids.COMMENT)
    def comment(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        ended, _ = use.heard_by(number(click.value), click.person)
        view = after.comment(ended.ticket, click.channel, click.ts)
        surface.client.views_open(trigger_id=click.trigger, view=view)

    @app.view(ids.COMMENT_VIEW)
    def commented(ack: Ack, body: Json, view: Json) -> None:
        ticket, _, at = view["private_metadata"].partition("|")
        channel, _, ts = at.partition("|")
        person = surface.directory.person(body["user"]["id"])
        try:
            ended = use.comment(number(ticket), entered(view)["note"], person)
        except FirstlineError as error:
            ack(response_action="errors", errors={"note": str(error)})
            return
        ack()
        if ts: surface.client.chat_update(channel=channel, ts=ts, **after.rated(ended).payload())


def _do(body: Json, surface: SlackSurface, act: Callable[[Click, int], object]) -> None:
    """Do what was clicked and draw it; a click that comes too late says so in a line, and draws what is."""
    click = read_click(body, surface)
    ticket, home_tab = number(click.value), body.get("view")
    try:
        act(click, ticket)
    except Stale as error:
        surface.whisper(str(error), channel=click.channel, user=click.person.id, thread_ts=click.thread or None)
    if home_tab: draw_home(click, home_tab, surface)
    else: _redraw(click, ticket, surface)


def _redraw(click: Click, ticket_id: int, surface: SlackSurface) -> None:
    """Show in the clicked message what is now; if it is gone, there is nothing to show it in."""
    ended, stands = surface.assistant.after.heard_by(ticket_id, click.person)
    names = {one: surface.directory.person(one).name for one in (ended.by, ended.ticket.assignee) if one}
    told = standing.state(stands, names.get(ended.ticket.assignee, ""), click.person.tz)
    message = after.present(ended, names.get(ended.by, ""), told, click.person.tz)
    try:
        surface.client.chat_update(channel=click.channel, ts=click.ts, **message.payload())
    except SlackApiError as error:
        if error.response.get("error") not in ("message_not_found", "cant_update_message"): raise
