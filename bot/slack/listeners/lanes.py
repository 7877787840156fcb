"""The two lanes: the forms of a reply to the requester, the way back, and the files that staff post in their thread."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.assistant.desk.replying import Form, Replying
from bot.slack import ids, texts
from bot.slack.blocks import number, numbers
from bot.slack.lanes import replying
from bot.slack.lanes.replying import Filled
from bot.slack.lanes.transfer import file_name
from bot.slack.mrkdwn import escape
from bot.slack.surface import SlackSurface, read_click, view_of
from core.errors import FirstlineError, NotAllowed
from core.people import Person
from handoff.lanes import Over
from handoff.mirrors import StaffFile


def register(app: App, surface: SlackSurface) -> None:
    """Connect the button, the forms, and the way back."""
    _forms(app, surface)
    _sending(app, surface)


def staff_wrote(event: dict[str, Any], surface: SlackSurface) -> None:
    """A message in a thread that is nobody's conversation: files that staff post under a card can be sent along."""
    thread, given = event.get("thread_ts"), event.get("files") or ()
    files = [StaffFile(id=str(one["id"]), name=file_name(str(one.get("name") or "file"))) for one in given]
    if not thread or not files: return
    person = surface.directory.person(event["user"])
    surface.assistant.replying.staff_posted(event["channel"], thread, files, person)


def _forms(app: App, surface: SlackSurface) -> None:
    use, client = surface.assistant.replying, surface.client

    @app.action(ids.REPLY)
    def begin(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        of = use.form(number(click.value), click.person)
        client.views_open(trigger_id=click.trigger, view=replying.form(of, Filled()))

    @app.action(ids.REPLY_CANNED)
    def canned(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click, (of, filled) = read_click(body, surface), _filled(body, surface)
        text = use.canned(click.value, of.ticket)
        _update(client, body, replying.form(of, replying.with_canned(filled, text)))

    @app.action(ids.REPLY_REOPEN)
    def reopen(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        person, (of, filled) = surface.directory.person(body["user"]["id"]), _filled(body, surface)
        try:
            surface.assistant.ending.reopen(of.ticket.id, person)
            said = texts.REPLY_REOPENED.format(number=of.ticket.number)
        except FirstlineError as error:
            said = str(error)
        _update(client, body, replying.form(of, _again(filled, escape(said))))

    @app.action(ids.REPLY_EDIT)
    def edit(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        of = use.form(number(click.value), click.person)
        _update(client, body, replying.form(of, _kept(view_of(body), click.person, use)))

    @app.action(ids.REPLY_BACK)
    def back(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        use.withdraw(number(click.value), click.person)


def _sending(app: App, surface: SlackSurface) -> None:
    use = surface.assistant.replying

    @app.view(ids.REPLY_VIEW)
    def written(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        person = surface.directory.person(body["user"]["id"])
        ticket, turn = numbers(view["private_metadata"], 2)
        filled = replying.read(view, turn)
        try:
            of = use.form(ticket, person)
            reply = use.draft(ticket, person, filled.text, files=filled.files, asks=filled.asks, key=view["id"])
        except Over as error:
            ack(response_action="update", view=replying.form(of, _again(filled, str(error), reopens=True)))
        except FirstlineError as error:
            ack(response_action="errors", errors={f"{replying.TEXT}_{turn}": str(error)})
        else:
            names = [file.name for file in of.files if file.id in reply.files]
            masked = reply.text != filled.text.strip()
            shown = replying.preview(reply, of.ticket, person.name, names, turn=turn, masked=masked)
            ack(response_action="update", view=shown)

    @app.view(ids.REPLY_SEND_VIEW)
    def confirmed(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        person = surface.directory.person(body["user"]["id"])
        ticket, _ = numbers(view["private_metadata"], 2)
        try:
            use.send(view["id"], person)
        except NotAllowed:
            ack(response_action="clear")
            raise
        except FirstlineError as error:  # this view has no field to say it at
            again = _again(_kept(view, person, use), str(error), reopens=isinstance(error, Over))
            ack(response_action="update", view=replying.form(use.form(ticket, person), again))
        else:
            ack()


def _filled(body: dict[str, Any], surface: SlackSurface) -> tuple[Form, Filled]:
    """The form that was clicked in, as it is filled in."""
    person = surface.directory.person(body["user"]["id"])
    ticket, turn = numbers(view_of(body)["private_metadata"], 2)
    return surface.assistant.replying.form(ticket, person), replying.read(view_of(body), turn)


def _kept(view: dict[str, Any], person: Person, use: Replying) -> Filled:
    """What the form held before it was looked at."""
    _, turn = numbers(view["private_metadata"], 2)
    reply = use.drafted(view["id"], person)
    if reply is None: return Filled(round=turn)
    return Filled(text=reply.text, files=reply.files, asks=reply.asks, round=turn)


def _again(filled: Filled, warning: str, *, reopens: bool = False) -> Filled:
    return Filled(
        text=filled.text, files=filled.files, asks=filled.asks, round=filled.round + 1, warning=warning,
        reopens=reopens,
    )


def _update(client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
    client.views_update(view_id=view_of(body)["id"], hash=view_of(body)["hash"], view=view)
