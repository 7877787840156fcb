"""Editors change articles on a form; what they publish answers the next question."""

from typing import Any

from slack_bolt import Ack, App

from bot.slack import ids, modals, texts
from bot.slack.blocks import entered
from bot.slack.mrkdwn import escape
from bot.slack.surface import SlackSurface
from core.errors import BadInput, FirstlineError
from core.people import Person

LONGEST = 3_000  # characters of one Slack input


def register(app: App, surface: SlackSurface) -> None:
    """Connect the editors' buttons and forms."""
    editing = surface.assistant.editing

    @app.action(ids.EDIT_ARTICLE)
    def pick(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        titles = editing.titles(surface.directory.person(body["user"]["id"]))
        if not titles: raise BadInput(texts.EDIT_NONE)
        surface.client.views_open(trigger_id=body["trigger_id"], view=modals.pick_article(titles))

    @app.action(ids.NEW_ARTICLE)
    def new(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        surface.client.views_open(trigger_id=body["trigger_id"], view=modals.article({}, slug="", revision=0))

    @app.view(ids.EDIT_PICK_VIEW)
    def picked(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        try:
            form = form_of(entered(view)["slug"], surface.directory.person(body["user"]["id"]), surface)
        except FirstlineError as error:
            ack(response_action="errors", errors={"slug": str(error)})
        else:
            ack(response_action="update", view=form)

    @app.view(ids.ARTICLE_VIEW)
    def saved(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        slug, revision = view["private_metadata"].split("|")
        person = surface.directory.person(body["user"]["id"])
        try:
            done = editing.save(slug, entered(view), person, seen_revision=int(revision))
        except FirstlineError as error:
            ack(response_action="errors", errors={"body": str(error)})
            return
        ack()
        text = texts.EDIT_SAVED.format(title=escape(done.title), revision=done.revision)
        surface.client.chat_postMessage(channel=surface.directory.direct(person.id), text=text)


def form_of(slug: str, person: Person, surface: SlackSurface) -> dict[str, Any]:
    """The form that an article is edited on.

    Raises:
        BadInput: it is too long for one.
    """
    article = surface.assistant.editing.open(slug, person)
    aliases = "\n".join(article.aliases)
    if max(len(article.body), len(aliases)) > LONGEST: raise BadInput(texts.EDIT_LONG)
    values = {"title": article.title, "category": article.category, "body": article.body, "aliases": aliases}
    return modals.article(values, slug=slug, revision=article.revision)
