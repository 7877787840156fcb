"""Clicks on answers: helped or not, which one was meant, a person now."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids, texts
from bot.slack.blocks import number
from bot.slack.surface import SlackSurface, read_click
from core.errors import BadInput


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons of answers."""

    @app.action(re.compile(f"^({ids.HELPED}|{ids.NOT_HELPED})$"))
    def rated(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        helped = click.action == ids.HELPED
        fresh = surface.assistant.tickets.rate(number(click.value), helped, click.person)
        words = (texts.THANKS_HELPED if helped else texts.THANKS_NOT_HELPED) if fresh else texts.RATED_BEFORE
        surface.whisper(words, channel=click.channel, user=click.person.id, thread_ts=click.thread)

    @app.action(ids.PERSON_NOW)
    def person_now(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        told, write = surface.replying(click)
        surface.assistant.tickets.person_now(number(click.value), click.person, write)
        surface.direct.deliver(told)

    @app.action(re.compile(rf"^{ids.PICK}_\d$"))
    def picked(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        turn, kind, slug = _pick(click.value)
        told, write = surface.replying(click)
        surface.assistant.answering.pick(turn, kind, slug, click.person, write)
        surface.direct.deliver(told)

    @app.action(ids.LINK)
    def link(ack: Ack) -> None:
        ack()


def _pick(value: str) -> tuple[int, str, str]:
    turn, kind, slug = (*value.split("|"), "", "")[:3]
    if kind not in ("article", "recipe"):
        raise BadInput("This button is from an older version of me. Please ask again.")
    return number(turn), kind, slug
