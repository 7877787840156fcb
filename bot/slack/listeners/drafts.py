"""A button on a resolved ticket's card drafts a recipe; the draft is gone over, kept and published in modals."""

from typing import Any

from slack_bolt import Ack, App

from bot.assistant.editorial.made import read
from bot.slack import drafts, ids, modals, texts
from bot.slack.blocks import entered, number
from bot.slack.listeners.editors import LONGEST
from bot.slack.mrkdwn import escape
from bot.slack.surface import SlackSurface, read_click
from core.errors import BadInput, FirstlineError
from core.people import Action, Person
from kb.articles import ARTICLE
from kb.writing import RECIPE

Json = dict[str, Any]


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons and the form."""
    drafting, client = surface.assistant.drafting, surface.client
    writing, reviewing = surface.assistant.writing, surface.assistant.reviewing

    @app.action(ids.DRAFT_RECIPE)
    def begin(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        ticket = number(click.value)
        slug, source = drafting.begin(ticket, click.person)
        view = drafts.new(slug, source, surface.assistant.tickets.get(ticket).number)
        client.views_open(trigger_id=click.trigger, view=view)

    @app.action(ids.DRAFT_OPEN)
    def go_on(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        if click.value.startswith(f"{ARTICLE}:"):
            client.views_open(trigger_id=click.trigger, view=_article(click.value.partition(":")[2], click.person))
            return
        kept = writing.draft(RECIPE, click.value, click.person)
        if len(kept.source) > LONGEST: raise BadInput(texts.DRAFT_LONG.format(slug=kept.slug))
        view = drafts.known(kept, may_publish=click.person.may(Action.EDIT_ARTICLES))
        client.views_open(trigger_id=click.trigger, view=view)

    def _article(slug: str, person: Person) -> Json:
        """The form of articles with a draft in it: saved there, it is published."""
        kept = writing.draft(ARTICLE, slug, person)
        article = read(slug, kept.source)
        values = {
            "title": article.title, "category": article.category, "body": article.body,
            "aliases": "\n".join(article.aliases),
        }  # fmt: skip
        return modals.article(values, slug=slug, revision=kept.version)

    @app.action(ids.DRAFT_PUBLISH)
    def publish(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        try:
            kept = writing.draft(RECIPE, click.value, click.person)
            done = reviewing.publish(RECIPE, click.value, click.person, seen_version=kept.version)
            view = drafts.published(done.title)
        except BadInput as error:
            view = drafts.known(kept, may_publish=True, problem=str(error))
        client.views_update(view_id=body["view"]["id"], view=view)

    @app.view(ids.DRAFT_VIEW)
    def saved(ack: Ack, body: Json, view: Json) -> None:
        slug, _, revision = view["private_metadata"].partition("|")
        person, values = surface.directory.person(body["user"]["id"]), entered(view)
        try:
            name, seen = slug or values["slug"], number(revision)
            kept = writing.keep(RECIPE, name, values["source"], person, seen_version=seen)
        except FirstlineError as error:
            ack(response_action="errors", errors={"source": str(error)})
            return
        ack()
        text = texts.DRAFT_KEPT.format(slug=escape(kept.slug), version=kept.version)
        client.chat_postMessage(channel=surface.directory.direct(person.id), text=text)
