"""Thread commands, carried out: each calls one use case, and tells in a line what was done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from bot.assistant import Assistant
from bot.assistant.desk.laddering import AtVendor
from bot.slack import ids, texts
from bot.slack.blocks import Message, actions, button, pack, section
from bot.slack.desk import modals as desk_modals
from bot.slack.desk import texts as words
from bot.slack.desk.thread_commands import Command
from bot.slack.directory import Directory
from bot.slack.mrkdwn import day, escape, moment
from bot.slack.render import queue_name
from core.errors import BadInput
from core.people import Person
from handoff.corrections import Labels
from handoff.desk import Desk, Level
from handoff.ending import DOCUMENTED_FROM
from handoff.routing import priority
from handoff.tickets import Ticket

MOST_CARRIED = 1_500  # characters of a note that a button can carry to a form; Slack takes 2,000 in all
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A command with all it takes: on which ticket as it was then, by whom; `key` makes a second time harmless."""

    ticket: Ticket
    by: Person
    command: Command
    key: str


class Commands:
    """What each verb of `bot.slack.desk.thread_commands` does."""

    def __init__(self, assistant: Assistant, directory: Directory) -> None:
        """Take the use cases, and who is who."""
        self._assistant, self._directory = assistant, directory
        self._desk = assistant.parts.desk
        self._verbs: Mapping[str, Callable[[Said], Message]] = {
            "help": _help, "status": _status, "claim": self._claim, "take": self._take, "back": self._back,
            "assign": self._assign, "move": self._move, "hold": self._hold, "resume": self._resume,
            "p": self._priority, "priority": self._levels, "category": self._category, "link": self._link,
            "merge": self._merge, "split": self._split, "escalate": self._escalate, "review": self._review,
            "vendor": self._vendor, "answered": self._answered, "resolve": self._resolve, "reopen": self._reopen,
            "reply": self._reply, "ask": self._reply,
        }  # fmt: skip

    def run(self, said: Said) -> Message:
        """Carry a command out; what to tell whoever wrote it.

        Raises:
            FirstlineError: it could not be; the message says why.
        """
        self._assistant.looking.ticket(said.ticket.id, said.by)  # whoever is no member of the staff gets no help either
        return self._verbs[said.command.verb](said)

    # -- work ------------------------------------------------------------------------------------------------------

    def _claim(self, said: Said) -> Message:
        return _done(said, self._assistant.working.claim(said.ticket.id, said.by))

    def _take(self, said: Said) -> Message:
        return _done(said, self._assistant.working.take(said.ticket.id, said.by, seen=said.ticket.assignee))

    def _back(self, said: Said) -> Message:
        return _done(said, self._assistant.working.hand_back(said.ticket.id, said.by, note=said.command.text))

    def _assign(self, said: Said) -> Message:
        to, note = self._directory.here(said.command.one), said.command.text
        return _done(
            said, self._assistant.working.assign(said.ticket.id, said.by, to=to, seen=said.ticket.assignee, note=note)
        )

    def _move(self, said: Said) -> Message:
        queue, note = said.command.one, said.command.text
        return _done(
            said, self._assistant.working.move(said.ticket.id, said.by, queue=queue, seen=said.ticket.queue, note=note)
        )

    def _hold(self, said: Said) -> Message:
        until, note = said.command.day or date.min, said.command.text
        return _done(said, self._assistant.working.hold(said.ticket.id, said.by, until=until, note=note))

    def _resume(self, said: Said) -> Message:
        return _done(said, self._assistant.working.resume(said.ticket.id, said.by))

    # -- corrections -----------------------------------------------------------------------------------------------

    def _priority(self, said: Said) -> Message:
        impact, urgency = levels_of(self._desk, said.ticket, said.command.one)
        return self._correct(said, "priority", replace(_labels(said.ticket), impact=impact, urgency=urgency))

    def _levels(self, said: Said) -> Message:
        wanted = _labels(said.ticket)
        impact, urgency = (_level(one) for one in (said.command.one, said.command.two))
        return self._correct(said, "priority", replace(wanted, impact=impact, urgency=urgency))

    def _category(self, said: Said) -> Message:
        known = {name.casefold(): name for name in self._assistant.correcting.categories()}
        category = known.get(said.command.text.casefold())
        if category is None: raise BadInput(f"There is no such category. There are: {', '.join(known.values())}.")
        return self._correct(said, "category", replace(_labels(said.ticket), category=category))

    def _correct(self, said: Said, line: str, wanted: Labels) -> Message:
        seen = _labels(said.ticket)
        return _done(said, self._assistant.correcting.correct(said.ticket.id, said.by, seen=seen, wanted=wanted), line)

    # -- other tickets ---------------------------------------------------------------------------------------------

    def _link(self, said: Said) -> Message:
        other = self._assistant.looking.other(said.ticket, said.command.one, said.by)
        return _done(said, self._assistant.relating.link(said.ticket.id, said.by, number=other.number), other=other)

    def _merge(self, said: Said) -> Message:
        """Ask first: it cannot be taken back."""
        other = self._assistant.looking.other(said.ticket, said.command.one, said.by)
        one, two = desk_modals.title_of(said.ticket), desk_modals.title_of(other)
        sure = button(words.SUBMITS["merge_now"], ids.DESK_MERGE, pack(said.ticket.id, other.number), "primary")
        return _with(words.MERGE_SURE.format(one=one, other=two), sure)

    def _split(self, said: Said) -> Message:
        second = self._assistant.relating.split(said.ticket.id, said.by, text=said.command.text, key=said.key)
        if second is None: return _line(texts.ALREADY_DONE)
        return _done(said, said.ticket, other=second)

    # -- up, out and over ------------------------------------------------------------------------------------------

    def _escalate(self, said: Said) -> Message:
        """The form asks what was reviewed; a message cannot open one, its button can."""
        return self._form(said, words.ESCALATE_FORM, texts.ESCALATE)

    def _review(self, said: Said) -> Message:
        return _done(said, self._assistant.laddering.review(said.ticket.id, said.by, note=said.command.text))

    def _vendor(self, said: Said) -> Message:
        """What is not told stays as it was."""
        command, ticket = said.command, said.ticket
        known = desk_modals.promised_day(self._desk, ticket)
        promised = command.day or (date.fromisoformat(known) if known else None)
        case = AtVendor(vendor=command.one, number=command.two or ticket.vendor_number, promised=promised)
        return _done(said, self._assistant.laddering.vendor_news(ticket.id, said.by, case=case))

    def _answered(self, said: Said) -> Message:
        return _done(said, self._assistant.laddering.vendor_done(said.ticket.id, said.by, note=said.command.text))

    def _resolve(self, said: Said) -> Message:
        ticket, command = said.ticket, said.command
        if ticket.tier >= DOCUMENTED_FROM and ticket.open: return self._form(said, words.RESOLVE_FORM, texts.RESOLVE)
        return _done(said, self._assistant.ending.resolve(
            ticket.id, said.by, seen_tier=ticket.tier, code=command.one, note=command.text
        ))

    def _reopen(self, said: Said) -> Message:
        return _done(said, self._assistant.ending.reopen(said.ticket.id, said.by))

    def _form(self, said: Said, line: str, what: str) -> Message:
        command = said.command
        if len(command.text) > MOST_CARRIED: raise BadInput(words.TOO_LONG.format(what=f"*{what}*"))
        value = pack(command.verb, said.ticket.id, command.one, command.text)
        return _with(line, button(words.OPEN_FORM, ids.DESK_FORM, value, "primary"))

    # -- the other lane --------------------------------------------------------------------------------------------

    def _reply(self, said: Said) -> Message:
        """The one way out of this thread."""
        asks = said.command.verb == "ask"
        self._assistant.replying.write(said.ticket.id, said.by, said.command.text, asks=asks, key=said.key)
        return _done(said, said.ticket)


# -- lines ---------------------------------------------------------------------------------------------------------


def _done(said: Said, ticket: Ticket, line: str = "", other: Ticket | None = None) -> Message:
    """What was done, and how it is now."""
    tz = said.by.tz
    case = words.CASE.format(number=escape(ticket.vendor_number)) if ticket.vendor_number else ""
    promised = ticket.vendor_promised
    text = words.DONE[line or said.command.verb].format(
        number=ticket.number, assignee=ticket.assignee, queue=escape(queue_name(ticket.queue)),
        wakes=moment(ticket.wakes_at, tz) if ticket.wakes_at else "", priority=ticket.priority,
        why=escape(ticket.priority_why), category=escape(ticket.category), other=other.number if other else "",
        summary=escape(other.summary) if other else "", vendor=escape(ticket.vendor), case=case,
        promised=words.PROMISED.format(day=day(promised.date())) if promised else "",
    )
    return _line(text)


def _help(_: Said) -> Message:
    return _line(words.HELP.format(rows="\n".join(f"• `{usage}`: {does}" for usage, does in words.USES.values())))


def _status(said: Said) -> Message:
    ticket, tz = said.ticket, said.by.tz
    due = words.STATUS_DONE if ticket.responded_at else words.STATUS_DUE
    when = due.format(response=moment(ticket.response_due, tz), resolution=moment(ticket.resolution_due, tz))
    lines = [desk_modals.title_of(ticket), desk_modals.stands(ticket), *([when] if ticket.open else [])]
    return _line("\n".join(lines))


def _line(text: str) -> Message:
    return Message(text=text, blocks=(section(text),))


def _with(text: str, *buttons: dict[str, object]) -> Message:
    return Message(text=text, blocks=(section(text), actions(*buttons)))


# -- levels --------------------------------------------------------------------------------------------------------


def levels_of(desk: Desk, ticket: Ticket, wanted: str) -> tuple[Level, Level]:
    """Impact and urgency that make a priority, as near as can be to what the ticket has.

    Raises:
        BadInput: none do, or its category has one priority whatever they are.
    """
    rule = desk.straight(ticket.category)
    if rule and rule.priority != wanted:
        raise BadInput(words.FIXED_PRIORITY.format(category=ticket.category, priority=rule.priority))
    pairs = [(impact, urgency) for impact in LEVELS for urgency in LEVELS]
    making = [pair for pair in pairs if priority(desk, ticket.category, *pair)[0] == wanted]
    if not making: raise BadInput(words.NO_SUCH_PRIORITY.format(priority=wanted))
    now = LEVELS.index(_level(ticket.impact)), LEVELS.index(_level(ticket.urgency))
    return min(making, key=lambda pair: sum(abs(LEVELS.index(one) - at) for one, at in zip(pair, now, strict=True)))


def _labels(ticket: Ticket) -> Labels:
    return Labels(
        kind=ticket.kind, category=ticket.category, impact=_level(ticket.impact), urgency=_level(ticket.urgency)
    )


def _level(value: str) -> Level:
    return next(level for level in LEVELS if level == value)
