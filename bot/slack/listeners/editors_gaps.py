"""Editors look at what is missing, take it, put it aside, or begin an article about it."""

import re
from datetime import timedelta
from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids
from bot.slack.blocks import number, numbers
from bot.slack.editors import gap, texts
from bot.slack.listeners.editors_forms import form_of
from bot.slack.listeners.editors_stage import Stage, redraw_home
from bot.slack.surface import Click, SlackSurface, read_click
from core.errors import Stale

Json = dict[str, Any]
ASIDE = timedelta(days=14)  # as long as a gap is put aside with one click


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons of gaps."""

    @app.action(re.compile(rf"^{ids.EDITOR_GAP}_(?:open|begin)$"))
    def shown(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        if click.action.endswith("_begin"):
            begun = surface.assistant.gaps.begin(number(click.value), click.person)
            view = form_of(begun, click.person, surface)
        else: view = gap.view(
            surface.assistant.gaps.get(number(click.value), click.person), surface.directory.message_link
        )
        Stage(click, body, surface).show(view)

    @app.action(re.compile(rf"^{ids.EDITOR_GAP}_(?:snooze|mine)$"))
    def put(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        try:
            words = _put(click, surface)
        except Stale:
            redraw_home(click.person, surface)
            raise
        if (body.get("view") or {}).get("type") == "modal": Stage(click, body, surface).show(gap.over(words))
        redraw_home(click.person, surface)


def _put(click: Click, surface: SlackSurface) -> str:
    gaps, (here, seen) = surface.assistant.gaps, numbers(click.value, 2)
    if click.action.endswith("_mine"):
        gaps.assign(here, click.person.id, click.person, seen_version=seen)
        return texts.GAP_TAKEN
    gaps.snooze(here, surface.assistant.parts.clock() + ASIDE, click.person, seen_version=seen)
    return texts.GAP_SNOOZED
