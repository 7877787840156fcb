"""Clicks on a recipe's steps: the one living message is updated with what comes next."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App

from bot.assistant.fixing import Fixing
from bot.question import StepReply
from bot.slack import ids, modals, texts
from bot.slack.blocks import entered, entry_of, number, numbers
from bot.slack.mrkdwn import from_markdown, mentioned, unescape
from bot.slack.surface import Click, SlackSurface, read_click
from core.errors import FirstlineError
from core.people import Person
from kb.cookbook import SKIP

_Act = Callable[[Fixing, int, int, Person], StepReply]
_CLICKS: dict[str, _Act] = {
    ids.STEP_BACK: Fixing.back, ids.STEP_OVER: Fixing.start_over, ids.STEP_STUCK: Fixing.stuck,
    ids.STEP_READY: Fixing.ready,
    ids.STEP_SKIP: lambda fixing, run, seen, person: fixing.type_in(run, seen, SKIP, person),
    ids.STEP_DO: lambda fixing, run, seen, person: fixing.permit(run, seen, person, yes=True),
    ids.STEP_DO_NOT: lambda fixing, run, seen, person: fixing.permit(run, seen, person, yes=False),
}  # fmt: skip


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons of steps and the modal that asks for a typed answer."""
    for action, act in _CLICKS.items(): _on_click(app, surface, action, act)
    _choices(app, surface)
    _inputs(app, surface)
    _afterwards(app, surface)


def _on_click(app: App, surface: SlackSurface, action: str, act: _Act) -> None:
    @app.action(action)
    def clicked(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen = numbers(click.value, 2)
        _show(act(surface.assistant.fixing, run, seen, click.person), click, surface)


def _choices(app: App, surface: SlackSurface) -> None:
    fixing = surface.assistant.fixing

    @app.action(re.compile(rf"^{ids.STEP_CHOICE}_\d$"))
    def choice(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen, place = numbers(click.value, 3)
        _show(fixing.choose(run, seen, place, click.person), click, surface)

    @app.action(ids.STEP_LIST)
    def listed(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen, entry = entry_of(click.value)
        _show(fixing.pick(run, seen, entry, click.person), click, surface)

    @app.action(ids.STEP_PERSON)
    def person(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen = numbers(click.block.partition("|")[2], 2)
        _show(fixing.type_in(run, seen, f"<@{click.chosen}>", click.person), click, surface)

    @app.action(ids.STEP_HELP)
    def help_(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen = numbers(click.value, 2)
        found = fixing.waiting_for(run, seen, click.person)
        if found is None: _show(fixing.where(run, click.person), click, surface)
        else:
            said = from_markdown(found.step.help, surface.link_base) if found.step else ""
            surface.whisper(said, channel=click.channel, user=click.person.id, thread_ts=click.thread)


def _inputs(app: App, surface: SlackSurface) -> None:
    fixing = surface.assistant.fixing

    @app.action(ids.STEP_INPUT)
    def type_in(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, seen = numbers(click.value, 2)
        found = fixing.waiting_for(run, seen, click.person)
        if found is None or found.step is None or found.step.input is None:
            _show(fixing.where(run, click.person), click, surface)
        else:
            view = modals.step_input(run, seen, from_markdown(found.say, surface.link_base), found.step.input)
            surface.client.views_open(trigger_id=click.trigger, view=view)

    @app.view(ids.STEP_VIEW)
    def typed(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        run, seen = numbers(view["private_metadata"], 2)
        try:
            answer, person = entered(view)["answer"], surface.directory.person(body["user"]["id"])
            if not all(map(surface.directory.knows, mentioned(answer))): answer = unescape(answer)  # names nobody
            reply = fixing.type_in(run, seen, answer, person)
        except FirstlineError as error:
            ack(response_action="errors", errors={"answer": str(error)})
            return
        if reply.stale: ack(response_action="errors", errors={"answer": texts.STALE_STEP})
        else: ack()
        surface.say(reply, "", "")


def _afterwards(app: App, surface: SlackSurface) -> None:
    fixing = surface.assistant.fixing

    @app.action(ids.RUN_PERSON)
    def after_article(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        told, write = surface.replying(click)
        fixing.person_after(number(click.value), click.person, write)
        surface.direct.deliver(told)

    @app.action(ids.RUN_CAME_BACK)
    def came_back(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        run, (told, write) = number(click.value), surface.replying(click)
        fixing.came_back(run, click.person, write)
        surface.direct.deliver(told)
        surface.say(fixing.where(run, click.person), click.channel, click.thread, click.ts)


def _show(reply: StepReply, click: Click, surface: SlackSurface) -> None:
    surface.say(reply, click.channel, click.thread, click.ts)
    if reply.stale:
        surface.whisper(texts.STALE_STEP, channel=click.channel, user=click.person.id, thread_ts=click.thread)
