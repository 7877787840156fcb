"""The slash command `/it`, and the shortcuts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.slack import ids, modals, texts
from bot.slack.blocks import actions, button, section
from bot.slack.desk import after_texts
from bot.slack.desk.queue_view import tickets_found
from bot.slack.listeners import asking, desk_opening, why
from bot.slack.mrkdwn import clip, escape, unescape
from bot.slack.quotes import link
from bot.slack.render import render
from bot.slack.surface import SlackSurface, message_of, read_click
from core.people import Action, Person

NUMBER = re.compile(r"(?:INC|REQ)-\d+", re.IGNORECASE)


def register(app: App, surface: SlackSurface) -> None:
    """Connect the command and the shortcuts."""
    _command(app, surface)
    _outages(app, surface)
    _shortcuts(app, surface)


def _command(app: App, surface: SlackSurface) -> None:
    @app.command(ids.COMMAND)
    def command(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        person, text = surface.directory.person(body["user_id"]), unescape(body.get("text") or "").strip()
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        deed = _deed(word.lower(), rest, Said(person=person, body=body, respond=respond, surface=surface))
        if deed is None:  # Slack tells of a question once: it is written down before that is over
            key, back = f"command:{body['trigger_id']}", body["response_url"]
            asking.keep(text, person.id, key=key, surface=surface, respond=back)
            ack()
            surface.direct.wake()
        else:
            ack()
            deed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who used the command, as Slack tells it, and how to answer."""

    person: Person
    body: dict[str, Any]
    respond: Respond
    surface: SlackSurface


def _deed(word: str, rest: str, by: Said) -> Callable[[], object] | None:
    """What the word behind `/it` asks for; None where it is the beginning of a question."""
    person, respond, surface, trigger = by.person, by.respond, by.surface, by.body["trigger_id"]
    match word:
        case "" | "help" if not rest: return lambda: respond(_help(person, surface))
        case "status" | "tickets" if not rest or NUMBER.fullmatch(rest):
            tickets = surface.assistant.tickets
            return lambda: respond(render(tickets.status(person, rest), surface.link_base).text)
        case "tickets" | "find" if _finds(word, person): return lambda: respond(_tickets(rest, person, surface))
        case "why" if why.names_a_decision(rest): return lambda: why.asked(rest, person, trigger, surface)
        case "why" if len(rest.split()) <= 1: return lambda: respond(texts.WHY_USAGE)
        case "search" if rest: return lambda: respond(_found(rest, person, surface))
        case "new" if person.may(Action.WORK_TICKETS):
            return lambda: desk_opening.begin(person, trigger, surface, text=rest)
        case "outage" if rest and person.may(Action.DECLARE_OUTAGE):
            return lambda: respond(**_outage(rest, person, surface))
        case _: return None


def _outages(app: App, surface: SlackSurface) -> None:
    @app.action(ids.DECLARE_OUTAGE)
    def declare(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        click = read_click(body, surface)
        surface.assistant.homes.declare_outage(click.value, click.person)
        surface.instead(body, click, respond, texts.OUTAGE_DECLARED)


def _shortcuts(app: App, surface: SlackSurface) -> None:
    @app.shortcut(ids.SHORTCUT_ASK)
    def ask_about(ack: Ack, body: dict[str, Any]) -> None:
        text = unescape(message_of(body).get("text") or "")
        asking.keep(text, body["user"]["id"], key=f"shortcut:{body['trigger_id']}", surface=surface)
        ack()
        surface.direct.wake()

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
