"""Articles and recipes begun from what happened: a resolved ticket, or any message that the person may read."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot.assistant.editorial.made import must_write
from bot.assistant.editorial.saying import NOT_YOURS
from bot.assistant.editorial.writing import Begun
from bot.slack import ids
from bot.slack.blocks import number
from bot.slack.editors import sheet, texts
from bot.slack.listeners.editors_forms import form_of
from bot.slack.mrkdwn import mentioned, unescape
from bot.slack.surface import SlackSurface, message_of, read_click
from core.errors import FirstlineError, NotAllowed
from core.people import Person
from kb.articles import ARTICLE
from kb.writing import RECIPE

Json = dict[str, Any]
DIRECT = "D"  # what the ids of direct messages begin with


def register(app: App, surface: SlackSurface) -> None:
    """Connect the buttons on tickets' cards and the shortcut on messages."""
    _tickets(app, surface)

    @app.shortcut(ids.SHORTCUT_ARTICLE)
    def of_message(ack: Ack, body: Json) -> None:
        ack()
        person = surface.directory.person(body["user"]["id"])
        must_write(person, ARTICLE)
        opened = surface.client.views_open(trigger_id=body["trigger_id"], view=sheet.over(ARTICLE, texts.READING))
        try:
            view = form_of(_begun(body, person, surface), person, surface)
        except FirstlineError as error:
            view = sheet.refused(ARTICLE, str(error))
        surface.client.views_update(view_id=opened["view"]["id"], view=view)


def _tickets(app: App, surface: SlackSurface) -> None:
    def connect(action: str, kind: str) -> None:
        @app.action(action)
        def begin(ack: Ack, body: Json) -> None:
            ack()
            click = read_click(body, surface)
            ticket = number(click.value)
            name, source = surface.assistant.drafting.begin(ticket, click.person, kind)
            begun = Begun(
                kind=kind, slug="", source=source, version=0, based_on=0, draft=None, origin=f"ticket:{ticket}"
            )
            view = form_of(begun, click.person, surface, name=name)
            surface.client.views_open(trigger_id=click.trigger, view=view)

    for action, kind in ((ids.DRAFT_RECIPE, RECIPE), (ids.DRAFT_ARTICLE, ARTICLE)): connect(action, kind)


def _begun(body: Json, person: Person, surface: SlackSurface) -> Begun:
    """The draft that a message gives: it answers what its thread began with, or is itself what is asked."""
    message = message_of(body)
    channel = body["channel"]["id"]
    ts = message.get("ts") or body.get("message_ts") or ""
    _must_be_in(channel, person, surface)
    thread = message.get("thread_ts") or ts
    root = {} if thread == ts else _root(channel, thread, surface)
    known = surface.assistant.saying.asked_in(channel, thread, person)
    said = unescape(message.get("text") or "")
    asked = (known or unescape(root.get("text") or "")) if thread != ts else said
    return surface.assistant.saying.begin(
        asked, said if thread != ts else "", _present(message, root, surface), person, origin=f"message:{channel}:{ts}"
    )


def _must_be_in(channel: str, person: Person, surface: SlackSurface) -> None:
    """Refuse a conversation that the person is not in, as far as Slack tells who is."""
    if channel.startswith(DIRECT): return  # two people's; those with Firstline are known by their threads
    members: list[str] = []
    try:
        for page in surface.client.conversations_members(channel=channel, limit=1_000): members += page["members"]
    except SlackApiError:  # Firstline is not in it: the message that Slack sends along is all that it sees
        return
    if person.id not in members: raise NotAllowed(NOT_YOURS)


def _root(channel: str, thread: str, surface: SlackSurface) -> Json:
    """The message that a thread began with; nothing where Slack does not tell."""
    try:
        found: list[Json] = surface.client.conversations_replies(channel=channel, ts=thread, limit=1)["messages"]
    except SlackApiError:
        return {}
    return found[0] if found else {}


def _present(message: Json, root: Json, surface: SlackSurface) -> list[str]:
    """The people who wrote there or are mentioned, once Firstline knows their names."""
    ids_ = [message.get("user"), root.get("user"), message.get("parent_user_id")]
    ids_ += [one for part in (message, root) for one in mentioned(part.get("text") or "")]
    found = list(dict.fromkeys(str(one) for one in ids_ if one))
    return [one for one in found if surface.directory.knows(one)]
