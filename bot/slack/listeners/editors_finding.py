"""Editors and agents find what to write on, open it, begin something new; staff find run-books to read."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.assistant.editorial.made import must_write
from bot.slack import ids
from bot.slack.editors import find, form
from bot.slack.editors.filled import fresh
from bot.slack.editors.form import Drawn
from bot.slack.editors.parts import parted
from bot.slack.editors.state import Form, item
from bot.slack.listeners.editors_stage import show_sheet
from bot.slack.surface import SlackSurface, read_click
from core.people import Person
from kb.writing import RECIPE

Json = dict[str, Any]


def register(app: App, surface: SlackSurface) -> None:
    """Connect the search, and the ways to a sheet and to an empty form."""
    _finding(app, surface)
    _opening(app, surface)


def _finding(app: App, surface: SlackSurface) -> None:
    @app.action(re.compile(rf"^{ids.EDITOR_FIND}(?:_{find.READ})?$"))
    def begin(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        shown = searched(click.value, "", click.person, surface)
        surface.client.views_open(trigger_id=click.trigger, view=shown)

    @app.view(ids.EDITOR_FIND_VIEW)
    def look(ack: Ack, body: Json, view: Json) -> None:
        words = find.words_of(view)
        person = surface.directory.person(body["user"]["id"])
        ack(response_action="update", view=searched(view["private_metadata"], words, person, surface))


def searched(what: str, words: str, person: Person, surface: SlackSurface) -> Json:
    """The search with what it finds."""
    searching = surface.assistant.searching
    found = searching.run_books(words, person) if what == find.READ else searching.find(words, person)
    return find.view(what, found, words)


def _opening(app: App, surface: SlackSurface) -> None:
    @app.action(ids.EDITOR_OPEN)
    def opened(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        show_sheet(click, body, item(click.value), surface)

    @app.action(re.compile(rf"^{ids.EDITOR_NEW}_"))
    def new(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        must_write(click.person, click.value)
        surface.client.views_open(trigger_id=click.trigger, view=empty(click.value, click.person, surface))


def empty(kind: str, person: Person, surface: SlackSurface) -> Json:
    """The form of something new."""
    article = None if kind == RECIPE else fresh(kind, person.email)
    audiences = surface.assistant.sheets.audiences(person)
    body = parted(article.body if article else "")
    return form.view(Drawn(form=Form(kind=kind), body=body, article=article, audiences=audiences))
