"""Staff open run-books, and say when one did not help."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.slack import books, ids, texts
from bot.slack.blocks import number
from bot.slack.surface import SlackSurface, read_click, view_of

Json = dict[str, Any]


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons."""
    runbooks = surface.assistant.runbooks

    @app.action(re.compile(rf"^{ids.RUNBOOK}_\d+$"))
    def opened(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        slug, ticket = _meant(click.value)
        view = books.read(runbooks.open(slug, click.person, ticket), ticket, surface.link_base)
        if (body.get("view") or {}).get("type") == "modal":  # the one that it was found with
            surface.client.views_push(trigger_id=click.trigger, view=view)
        else:
            surface.client.views_open(trigger_id=click.trigger, view=view)

    @app.action(ids.RUNBOOK_NO_HELP)
    def no_help(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        slug, ticket = _meant(click.value)
        runbooks.not_helpful(slug, click.person, ticket)
        found = runbooks.open(slug, click.person, ticket)
        noted = texts.RUNBOOK_NOTED.format(ticket=found.ticket) if ticket else texts.RUNBOOK_NOTED_ALONE
        view = books.read(found, ticket, surface.link_base, noted)
        surface.client.views_update(view_id=view_of(body)["id"], view=view)


def _meant(value: str) -> tuple[str, int]:
    """The run-book and the ticket (0: none) that a button is for."""
    slug, _, ticket = value.partition("|")
    return slug, number(ticket)
