"""Tickets that somebody opens by hand: from a message, from anywhere, from the Home tab, with `/it new`."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot.assistant.desk.opening import Wanted
from bot.slack import ids, modals, texts
from bot.slack.blocks import Block, Message, entered, number, section
from bot.slack.desk import modals as desk_modals
from bot.slack.desk import texts as words
from bot.slack.mrkdwn import escape, unescape
from bot.slack.render import queue_name
from bot.slack.surface import SlackSurface, message_of, read_click
from core.errors import FirstlineError
from core.people import Action, Person
from handoff.corrections import Labels
from handoff.tickets import Ticket

MOST_TEXT = 3_000  # characters of an input


def register(app: App, surface: SlackSurface) -> None:
    """Connect the ways in, and the forms."""
    _ways(app, surface)
    _forms(app, surface)


def _ways(app: App, surface: SlackSurface) -> None:
    @app.shortcut(ids.SHORTCUT_TICKET)
    def from_message(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        message, person = message_of(body), surface.directory.person(body["user"]["id"])
        author = "" if message.get("bot_id") else message.get("user")  # nobody can help a bot
        place = f"{body['channel']['id']}|{message.get('ts') or body.get('message_ts') or ''}"
        text = unescape(message.get("text") or "")[:MOST_TEXT]
        begin(person, body["trigger_id"], surface, text=text, requester=author or person.id, place=place)

    @app.shortcut(ids.SHORTCUT_NEW_TICKET)
    def from_anywhere(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        begin(surface.directory.person(body["user"]["id"]), body["trigger_id"], surface)

    @app.action(ids.NEW_TICKET)
    def from_home(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        begin(click.person, click.trigger, surface)


def begin(
    person: Person, trigger: str, surface: SlackSurface, *, text: str = "", requester: str = "", place: str = ""
) -> None:
    """Open the form that fits the person; where there is text to read, at once, and filled in a moment later."""
    if not person.may(Action.WORK_TICKETS):
        view = modals.new_ticket(text, requester or person.id, place)
        surface.client.views_open(trigger_id=trigger, view=view)
    elif not text.strip():
        surface.client.views_open(trigger_id=trigger, view=_form("", requester, desk_modals.NO_GUESS, "", surface))
    else:
        opened = surface.client.views_open(trigger_id=trigger, view=desk_modals.reading())
        guess = surface.assistant.opening.propose(text)
        surface.client.views_update(
            view_id=opened["view"]["id"], view=_form(text, requester, guess, place, surface)
        )


def _form(text: str, requester: str, guess: Labels, place: str, surface: SlackSurface) -> Block:
    categories, tiers = surface.assistant.correcting.categories(), surface.assistant.opening.tiers()
    return desk_modals.new_ticket(text, requester, guess, categories, tiers, place)


def _forms(app: App, surface: SlackSurface) -> None:
    @app.view(ids.NEW_TICKET_VIEW)
    def sent(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        requester, _, place = view["private_metadata"].partition("|")
        wanted = Wanted(
            requester=surface.directory.person(requester), text=entered(view)["text"], link=_link(place, surface)
        )
        _open(ack, body["user"]["id"], wanted, view["id"], surface)

    @app.view(ids.STAFF_TICKET_VIEW)
    def filled(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        values = entered(view)
        try:
            requester = surface.directory.here(values["requester"])
        except FirstlineError:
            ack(response_action="errors", errors={"requester": words.NEW_GONE})
            return
        wanted = Wanted(
            requester=requester, text=values["text"], labels=Labels.read(values), tier=number(values["tier"]),
            link=_link(view["private_metadata"], surface),
        )
        _open(ack, body["user"]["id"], wanted, view["id"], surface)


def _open(ack: Ack, user: str, wanted: Wanted, key: str, surface: SlackSurface) -> None:
    by = surface.directory.person(user)
    channel, told = surface.directory.direct(by.id), f"reply:form:{key}"
    try:
        ticket = surface.assistant.opening.open_for(
            wanted, by, key=key, write=lambda session, opened: surface.keep(session, told, _opened(opened), channel)
        )
    except FirstlineError as error:
        ack(response_action="errors", errors={"text": str(error)})
        return
    ack()
    if ticket: surface.direct.deliver(told)
    else: surface.client.chat_postMessage(channel=channel, text=texts.ALREADY_DONE)


def _opened(ticket: Ticket) -> Message:
    text = texts.NEW_TICKET_OPENED.format(
        number=ticket.number, priority=ticket.priority, queue=escape(queue_name(ticket.queue))
    )
    return Message(text=text, blocks=(section(text),))


def _link(place: str, surface: SlackSurface) -> str:
    """The address of the message that the words came from; empty where there is none, or Slack does not tell."""
    channel, _, ts = place.partition("|")
    if not ts: return ""
    try:
        link: str = surface.client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"]
    except (SlackApiError, OSError):
        return ""
    return link
