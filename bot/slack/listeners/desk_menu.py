"""The menu on a ticket's card, and the buttons that a thread command answers with."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.slack import ids, modals
from bot.slack.blocks import Block, number
from bot.slack.desk import after
from bot.slack.desk import modals as desk_modals
from bot.slack.desk import texts as words
from bot.slack.listeners import why
from bot.slack.surface import Click, SlackSurface, read_click
from core.errors import BadInput
from handoff.tickets import Ticket

FORM_PARTS = 4  # of a form's button: verb, ticket, reason or code, note


def register(app: App, surface: SlackSurface) -> None:
    """Connect the menu and the buttons."""
    menu = Menu(surface)

    @app.action(ids.MORE)
    def chosen(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        if not click.value: raise BadInput(words.CHOSEN_AGAIN)  # Slack takes that for taking the choice back
        verb, _, ticket = click.value.partition("|")
        menu.choose(verb, surface.assistant.looking.ticket(number(ticket), click.person), click)

    @app.action(ids.DESK_FORM)
    def form(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        click = read_click(body, surface)
        _open(_prefilled(click, surface), click, surface)

    @app.action(ids.DESK_MERGE)
    def merge(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        click = read_click(body, surface)
        ticket, _, other = click.value.partition("|")
        merged = surface.assistant.relating.merge(number(ticket), click.person, number=other)
        surface.instead(body, click, respond, words.MERGED.format(number=merged.number, other=other))


class Menu:
    """What each verb of the menu does: opens a form, or is done at once."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take what the forms and the use cases need."""
        self._surface, self._assistant = surface, surface.assistant
        self._direct: Mapping[str, Callable[[Ticket, Click], object]] = {
            "resume": lambda ticket, click: self._assistant.working.resume(ticket.id, click.person),
            "reopen": lambda ticket, click: self._assistant.ending.reopen(ticket.id, click.person),
            "take": self._take, "why": self._why,
        }
        self._forms: Mapping[str, Callable[[Ticket, Click], Block]] = {
            "move": self._move, "correct": self._correct,
            "vendor_news": lambda ticket, _: desk_modals.vendor_news(ticket, self._assistant.parts.desk),
        }

    def choose(self, verb: str, ticket: Ticket, click: Click) -> None:
        """Do what was chosen, on the ticket as it stands now.

        Raises:
            BadInput: there is no such verb.
        """
        if verb in self._direct: self._direct[verb](ticket, click)
        elif verb in self._forms: _open(self._forms[verb](ticket, click), click, self._surface)
        elif verb in desk_modals.PLAIN: _open(desk_modals.PLAIN[verb](ticket), click, self._surface)
        else: number(verb)  # which says that the menu is an older one

    def _take(self, ticket: Ticket, click: Click) -> None:
        """From nobody at once; from somebody only after a look at who that is."""
        if ticket.assignee and ticket.open and ticket.assignee != click.person.id:
            _open(desk_modals.take(ticket), click, self._surface)
        else: self._assistant.working.claim(ticket.id, click.person)

    def _why(self, ticket: Ticket, click: Click) -> None:
        why.show(self._assistant.explaining.of_ticket(ticket.number, click.person), click.trigger, self._surface)

    def _move(self, ticket: Ticket, click: Click) -> Block:
        return desk_modals.move(ticket, self._assistant.looking.queues(ticket, click.person))

    def _correct(self, ticket: Ticket, click: Click) -> Block:
        return modals.correct(
            self._assistant.correcting.begin(ticket.id, click.person), self._assistant.correcting.categories()
        )


def _prefilled(click: Click, surface: SlackSurface) -> Block:
    """The form that a thread command could not open, with what was written behind it."""
    parts = click.value.split("|", FORM_PARTS - 1)
    if len(parts) != FORM_PARTS: raise BadInput("This button is from an older version of me.")
    verb, ticket_id, one, note = parts
    ticket, desk = surface.assistant.looking.ticket(number(ticket_id), click.person), surface.assistant.parts.desk
    if verb == "escalate": return modals.escalate(ticket, desk, reason=one, note=note)
    return modals.resolve(ticket, desk, code=one, note=note, documented=after.documented_blocks(ticket, desk))


def _open(view: Block, click: Click, surface: SlackSurface) -> None:
    surface.client.views_open(trigger_id=click.trigger, view=view)
