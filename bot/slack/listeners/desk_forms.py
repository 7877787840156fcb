"""What staff send with the forms of the menu on a ticket's card."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App

from bot.assistant.desk.days import day_of
from bot.assistant.desk.laddering import AtVendor
from bot.slack import ids
from bot.slack.blocks import Block, entered, note, number
from bot.slack.desk import modals as desk_modals
from bot.slack.desk import texts as words
from bot.slack.surface import SlackSurface
from core.errors import FirstlineError
from core.people import Person

PARTS = 3  # of a form's private metadata
AT = {
    "hand_back": "note", "assign": "to", "move": "queue", "hold": "until", "review": "note", "vendor_done": "note",
    "vendor_news": "vendor_promised", "link": "number", "merge": "number", "split": "text",
}  # fmt: skip  # under which input an error is shown; the others have none


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that was sent: its verb, the ticket, what was seen when it was opened, who sent it, what they entered.

    `key` is the form's own: it is sent again by whoever does not see that it was taken.
    """

    verb: str
    ticket: int
    seen: str
    by: Person
    values: Mapping[str, str]
    key: str = ""


def register(app: App, surface: SlackSurface) -> None:
    """Connect the forms."""
    forms = Forms(surface)

    @app.view(ids.DESK_VIEW)
    def sent(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        form = _read(body, view, surface)
        try:
            shown = forms.take(form)
        except FirstlineError as error:
            _refuse(ack, form, surface.directory.named(str(error)))
            return
        if shown: ack(response_action="update", view=shown)
        else: ack()


def _read(body: dict[str, Any], view: dict[str, Any], surface: SlackSurface) -> Sent:
    verb, ticket, seen = (*view["private_metadata"].split("|", PARTS - 1), "", "")[:PARTS]
    person = surface.directory.person(body["user"]["id"])
    return Sent(verb=verb, ticket=number(ticket), seen=seen, by=person, values=entered(view), key=view["id"])


def _refuse(ack: Ack, form: Sent, line: str) -> None:
    """Say why under an input; a form that only asks for a yes shows it instead of the question."""
    if form.verb in AT: ack(response_action="errors", errors={AT[form.verb]: line})
    else: ack(response_action="update", view=note(words.TITLES[form.verb], line))


class Forms:
    """What each form does."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take the use cases, and who is who."""
        self._assistant, self._directory = surface.assistant, surface.directory
        self._verbs: Mapping[str, Callable[[Sent], object]] = {
            "take": self._take, "hand_back": self._hand_back, "assign": self._assign, "move": self._move,
            "hold": self._hold, "review": self._review, "vendor_news": self._vendor_news,
            "vendor_done": self._vendor_done, "split": self._split, "link_now": self._link, "merge_now": self._merge,
        }  # fmt: skip

    def take(self, form: Sent) -> Block | None:
        """Do what a form asks for; the next form, where one follows."""
        if form.verb in desk_modals.NUMBERS: return self._sure(form)
        self._verbs[form.verb](form)
        return None

    def _sure(self, form: Sent) -> Block:
        """The other ticket, looked up, to be looked at."""
        ticket = self._assistant.looking.ticket(form.ticket, form.by)
        other = self._assistant.looking.other(ticket, form.values["number"], form.by)
        return desk_modals.sure(desk_modals.NUMBERS[form.verb], ticket, other)

    def _take(self, form: Sent) -> None:
        self._assistant.working.take(form.ticket, form.by, seen=form.seen)

    def _hand_back(self, form: Sent) -> None:
        self._assistant.working.hand_back(form.ticket, form.by, note=form.values["note"])

    def _assign(self, form: Sent) -> None:
        to, note_ = self._directory.here(form.values["to"]), form.values["note"]
        self._assistant.working.assign(form.ticket, form.by, to=to, seen=form.seen, note=note_)

    def _move(self, form: Sent) -> None:
        queue, note_ = form.values["queue"], form.values["note"]
        self._assistant.working.move(form.ticket, form.by, queue=queue, seen=form.seen, note=note_)

    def _hold(self, form: Sent) -> None:
        self._assistant.working.hold(
            form.ticket, form.by, until=day_of(form.values["until"]), note=form.values["note"]
        )

    def _review(self, form: Sent) -> None:
        self._assistant.laddering.review(form.ticket, form.by, note=form.values["note"])

    def _vendor_news(self, form: Sent) -> None:
        self._assistant.laddering.vendor_news(form.ticket, form.by, case=vendor_case(form.values))

    def _vendor_done(self, form: Sent) -> None:
        self._assistant.laddering.vendor_done(form.ticket, form.by, note=form.values["note"])

    def _split(self, form: Sent) -> None:
        self._assistant.relating.split(form.ticket, form.by, text=form.values["text"], key=form.key)

    def _link(self, form: Sent) -> None:
        self._assistant.relating.link(form.ticket, form.by, number=form.seen)

    def _merge(self, form: Sent) -> None:
        self._assistant.relating.merge(form.ticket, form.by, number=form.seen)


def vendor_case(values: Mapping[str, str]) -> AtVendor:
    """What a form says of a case at a vendor; a name that was typed counts more than one that was chosen."""
    promised = values.get("vendor_promised", "")
    return AtVendor(
        vendor=values.get("vendor_other", "").strip() or values.get("vendor", ""),
        number=values.get("vendor_number", ""), promised=day_of(promised) if promised else None,
    )
