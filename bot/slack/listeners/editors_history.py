"""The revisions of an item: listed, looked at, and the way back to its sheet."""

from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids
from bot.slack.editors import history
from bot.slack.editors.state import Item, item
from bot.slack.listeners.editors_stage import Stage, retired, sheet_of
from bot.slack.surface import SlackSurface, read_click
from core.people import Person

Json = dict[str, Any]


def register(app: App, surface: SlackSurface) -> None:
    """Connect the history."""

    @app.action(ids.EDITOR_HISTORY)
    def listed(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        about = item(click.value)
        revisions = surface.assistant.keeping.history(about.kind, about.slug, click.person)
        view = history.view(about.kind, about.slug, revisions, _live(about, click.person, surface))
        Stage(click, body, surface).show(view)

    @app.action(ids.EDITOR_REVISION)
    def looked_at(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        about = item(click.value)
        revisions = surface.assistant.keeping.history(about.kind, about.slug, click.person)
        one = surface.assistant.keeping.at(about.kind, about.slug, about.seen, click.person)
        before = next((older for older in revisions if older.number < one.number), None)
        view = history.changed(about.kind, about.slug, one, before, _live(about, click.person, surface))
        Stage(click, body, surface).show(view)

    @app.action(ids.EDITOR_SHEET)
    def back(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        Stage(click, body, surface).show(sheet_of(item(click.value), click.person, surface))


def _live(about: Item, person: Person, surface: SlackSurface) -> int:
    """The revision that is published; 0 for what is retired."""
    if retired(about, person, surface): return 0
    return surface.assistant.sheets.of(about.kind, about.slug, person).revision
