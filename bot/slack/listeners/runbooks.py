"""Staff open run-books from a ticket's card or their Home, say when one did not help, and maintain them."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.slack import books, ids, modals, texts
from bot.slack.blocks import entered, number
from bot.slack.listeners.editors import LONGEST
from bot.slack.mrkdwn import escape
from bot.slack.surface import SlackSurface, read_click
from core.errors import BadInput, FirstlineError
from kb.service import ArticleView

Json = dict[str, Any]


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons and forms."""
    _reading(app, surface)
    _writing(app, surface)


def _reading(app: App, surface: SlackSurface) -> None:
    runbooks = surface.assistant.runbooks

    @app.action(re.compile(rf"^{ids.RUNBOOK}_\d+$"))
    def opened(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        slug, ticket = _meant(click.value)
        view = books.read(runbooks.open(slug, click.person, ticket), ticket, surface.link_base)
        surface.client.views_open(trigger_id=click.trigger, view=view)

    @app.action(ids.RUNBOOK_FIND)
    def find(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        titles = runbooks.titles(click.person)
        if not titles: raise BadInput(texts.RUNBOOK_NONE)
        view = modals.pick(titles, ids.RUNBOOK_PICK_VIEW, texts.HOME_RUNBOOK_FIND, texts.RUNBOOK_PICK)
        surface.client.views_open(trigger_id=click.trigger, view=view)

    @app.view(ids.RUNBOOK_PICK_VIEW)
    def picked(ack: Ack, body: Json, view: Json) -> None:
        try:
            found = runbooks.open(entered(view)["slug"], surface.directory.person(body["user"]["id"]))
        except FirstlineError as error:
            ack(response_action="errors", errors={"slug": str(error)})
        else:
            ack(response_action="update", view=books.read(found, 0, surface.link_base))

    @app.action(ids.RUNBOOK_NO_HELP)
    def no_help(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        slug, ticket = _meant(click.value)
        runbooks.not_helpful(slug, click.person, ticket)
        found = runbooks.open(slug, click.person, ticket)
        noted = texts.RUNBOOK_NOTED.format(ticket=found.ticket) if ticket else texts.RUNBOOK_NOTED_ALONE
        view = books.read(found, ticket, surface.link_base, noted)
        surface.client.views_update(view_id=body["view"]["id"], view=view)


def _writing(app: App, surface: SlackSurface) -> None:
    runbooks = surface.assistant.runbooks

    @app.action(ids.RUNBOOK_NEW)
    def new(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        runbooks.may_write(click.person)
        surface.client.views_open(trigger_id=click.trigger, view=books.form({}, slug="", revision=0))

    @app.action(ids.RUNBOOK_EDIT)
    def edit(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        view = _form(runbooks.edit(_meant(click.value)[0], click.person))
        surface.client.views_push(trigger_id=click.trigger, view=view)

    @app.action(ids.RUNBOOK_RETIRE)
    def retire(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        title = runbooks.retire(_meant(click.value)[0], click.person)
        surface.client.views_update(view_id=body["view"]["id"], view=books.gone(title))

    @app.view(ids.RUNBOOK_FORM_VIEW)
    def saved(ack: Ack, body: Json, view: Json) -> None:
        slug, _, revision = view["private_metadata"].partition("|")
        person = surface.directory.person(body["user"]["id"])
        try:
            done = runbooks.save(slug, entered(view), person, seen_revision=number(revision))
        except FirstlineError as error:
            ack(response_action="errors", errors={"body": str(error)})
            return
        ack(response_action="clear")
        text = texts.RUNBOOK_SAVED.format(title=escape(done.title), revision=done.revision)
        surface.client.chat_postMessage(channel=surface.directory.direct(person.id), text=text)


def _meant(value: str) -> tuple[str, int]:
    """The run-book and the ticket (0: none) that a button is for."""
    slug, _, ticket = value.partition("|")
    return slug, number(ticket)


def _form(book: ArticleView) -> Json:
    aliases = "\n".join(book.aliases)
    if max(len(book.body), len(aliases)) > LONGEST: raise BadInput(texts.RUNBOOK_LONG)
    values = {"title": book.title, "category": book.category, "body": book.body, "aliases": aliases}
    return books.form(values, slug=book.slug, revision=book.revision)
