"""The slash command `/it`, and the shortcuts."""

import re
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.question import Question, Surface
from bot.slack import ids, modals, texts
from bot.slack.blocks import actions, button, section
from bot.slack.desk import after_texts
from bot.slack.desk.queue_view import tickets_found
from bot.slack.listeners import desk_opening, why
from bot.slack.mrkdwn import clip, escape, quoted, unescape
from bot.slack.quotes import link
from bot.slack.render import render
from bot.slack.surface import SlackSurface, message_of, read_click
from core.people import Action, Person
from core.redact import redact

NUMBER = re.compile(r"(?:INC|REQ)-\d+", re.IGNORECASE)


def register(app: App, surface: SlackSurface) -> None:
    """Connect the command and the shortcuts."""
    _command(app, surface)
    _outages(app, surface)
    _shortcuts(app, surface)


def _command(app: App, surface: SlackSurface) -> None:
    @app.command(ids.COMMAND)
    def command(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        person, text = surface.directory.person(body["user_id"]), unescape(body.get("text") or "").strip()
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        match word.lower():
            case "" | "help" if not rest: respond(_help(person, surface))
            case "status" | "tickets" if not rest or NUMBER.fullmatch(rest):
                respond(render(surface.assistant.tickets.status(person, rest), surface.link_base).text)
            case "tickets" | "find" if _finds(word, person): respond(_tickets(rest, person, surface))
            case "why" if why.names_a_decision(rest): why.asked(rest, person, body["trigger_id"], surface)
            case "why" if len(rest.split()) <= 1: respond(texts.WHY_USAGE)
            case "search" if rest: respond(_found(rest, person, surface))
            case "new" if person.may(Action.WORK_TICKETS):
                desk_opening.begin(person, body["trigger_id"], surface, text=rest)
            case "outage" if rest and person.may(Action.DECLARE_OUTAGE): respond(**_outage(rest, person, surface))
            case _: respond(_asked(text, body, surface))


def _outages(app: App, surface: SlackSurface) -> None:
    @app.action(ids.DECLARE_OUTAGE)
    def declare(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        click = read_click(body, surface)
        surface.assistant.homes.declare_outage(click.value, click.person)
        respond(texts.OUTAGE_DECLARED, replace_original=True)


def _shortcuts(app: App, surface: SlackSurface) -> None:
    @app.shortcut(ids.SHORTCUT_ASK)
    def ask_about(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        text = unescape(message_of(body).get("text") or "")
        ask_in_direct_messages(text, body["user"]["id"], key=f"shortcut:{body['trigger_id']}", surface=surface)

    @app.shortcut(ids.SHORTCUT_ASK_GLOBAL)
    def ask_anywhere(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        surface.client.views_open(trigger_id=body["trigger_id"], view=modals.ask())


def _help(person: Person, surface: SlackSurface) -> str:
    staff = texts.COMMAND_STAFF if person.may(Action.DECLARE_OUTAGE) else ""
    return texts.COMMAND_HELP.format(staff=staff, channel=surface.assistant.parts.desk.contact.channel)


def _finds(word: str, person: Person) -> bool:
    """Whether a word begins a search for tickets; what employees begin with "find" is a question."""
    return word.lower() == "tickets" or person.may(Action.WORK_TICKETS)


def _tickets(text: str, person: Person, surface: SlackSurface) -> str:
    """The tickets that have all that was written; staff see what waits for whom, others their own."""
    if not text: return after_texts.FIND_USAGE
    found, staff = surface.assistant.finding.search(text, person), person.may(Action.WORK_TICKETS)
    return tickets_found(found, text, staff=staff, links=surface.directory.message_link)


def _found(text: str, person: Person, surface: SlackSurface) -> str:
    rows = [f"• {link(to)}" for to in surface.assistant.understanding.look_up(text, person.audiences())]
    if not rows: return texts.SEARCH_NOTHING
    return texts.SEARCH_FOUND.format(text=escape(clip(text, 200)), rows="\n".join(rows))


def _asked(text: str, body: dict[str, Any], surface: SlackSurface) -> str:
    link = ask_in_direct_messages(text, body["user_id"], key=f"command:{body['trigger_id']}", surface=surface)
    return texts.COMMAND_LOOK.format(link=link)


def ask_in_direct_messages(text: str, user: str, *, key: str, surface: SlackSurface) -> str:
    """Put a question that was asked elsewhere into the person's direct messages and answer it there; the link to it."""
    channel = surface.directory.direct(user)
    shown = texts.COMMAND_ASKED.format(text="\n" + quoted(escape(clip(redact(text).text, 2_500))))
    ts = surface.client.chat_postMessage(channel=channel, text=shown)["ts"]
    surface.answer(
        Question(person=user, text=text, channel=channel, ts=ts, thread_ts=ts, surface=Surface.COMMAND, keys=(key,))
    )
    link: str = surface.client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"]
    return link


def _outage(text: str, person: Person, surface: SlackSurface) -> dict[str, Any]:
    """What to answer to `/it outage ...`: a question back before it is known, or the end of one."""
    word, _, rest = text.partition(" ")
    if word.lower() == "over": return {"text": _outage_over(rest.strip(), person, surface)}
    asked = texts.OUTAGE_SURE.format(text=escape(text))
    return {"text": asked, "blocks": [section(asked), actions(button(texts.OUTAGE_DECLARE, ids.DECLARE_OUTAGE, text))]}


def _outage_over(which: str, person: Person, surface: SlackSurface) -> str:
    homes = surface.assistant.homes
    known = homes.current_outages()
    chosen = [o for o in known if str(o.id) == which] if which else known
    if len(chosen) == 1: return texts.OUTAGE_ENDED.format(count=homes.end_outage(chosen[0].id, person))
    if not known: return texts.OUTAGE_NONE
    return texts.OUTAGE_WHICH.format(rows="\n".join(f"• `/it outage over {o.id}`: {escape(o.text)}" for o in known))
