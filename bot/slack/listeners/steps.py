"""Clicks on a recipe's steps: the one living message is updated with what comes next."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.question import StepReply
from bot.slack import ids, modals, texts
from bot.slack.blocks import entered, number, numbers
from bot.slack.mrkdwn import from_markdown
from bot.slack.surface import Click, SlackSurface, read_click
from core.errors import FirstlineError


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons of steps and the modal that asks for a typed answer."""
    fixing = surface.assistant.fixing

    @app.action(re.compile(rf"^{ids.STEP_CHOICE}_\d$"))
    def choice(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen, place = numbers(click.value, 3)
        _show(fixing.choose(run, seen, place, click.person), click, surface)

    @app.action(ids.STEP_BACK)
    def back(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen = numbers(click.value, 2)
        _show(fixing.back(run, seen, click.person), click, surface)

    @app.action(ids.STEP_STUCK)
    def stuck(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen = numbers(click.value, 2)
        _show(fixing.stuck(run, seen, click.person), click, surface)

    @app.action(ids.RUN_PERSON)
    def after_article(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        surface.say(fixing.person_after(number(click.value), click.person), click.channel, click.thread)

    _inputs(app, surface)


def _inputs(app: App, surface: SlackSurface) -> None:
    fixing = surface.assistant.fixing

    @app.action(ids.STEP_INPUT)
    def type_in(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen = numbers(click.value, 2)
        step = fixing.waiting_for(run, seen, click.person)
        if step is None or step.input is None: _show(fixing.where(run, click.person), click, surface)
        else:
            surface.client.views_open(
                trigger_id=click.trigger, view=modals.step_input(run, seen, from_markdown(step.say), step.input)
            )

    @app.view(ids.STEP_VIEW)
    def typed(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        run, seen = numbers(view["private_metadata"], 2)
        try:
            reply = fixing.type_in(run, seen, entered(view)["answer"], surface.directory.person(body["user"]["id"]))
        except FirstlineError as error:
            ack(response_action="errors", errors={"answer": str(error)})
            return
        ack()
        surface.say(reply, "", "")


def _show(reply: StepReply, click: Click, surface: SlackSurface) -> None:
    surface.say(reply, click.channel, click.thread, click.ts)
    if reply.stale:
        surface.whisper(texts.STALE_STEP, channel=click.channel, user=click.person.id, thread_ts=click.thread)

