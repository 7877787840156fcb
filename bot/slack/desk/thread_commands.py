"""What staff write in the thread of a card to get something done: `!` and a word, then what it takes. Pure.

Everything else in such a thread is for the people in it, and nobody reads it here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from bot.assistant.desk.days import day_of
from bot.slack.desk import texts as words
from bot.slack.mrkdwn import clip, unescape
from bot.slack.render import queue_name
from core.errors import BadInput
from handoff.desk import Desk

START = re.compile(r"\s*!([^\W_][\w-]*)[:,]?(?:\s+(.*))?", re.DOTALL)  # a word right behind it: "!!!" is a feeling
PERSON = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>(?:\s+(.*))?", re.DOTALL)
PRIORITY = re.compile(r"p[0-9]", re.IGNORECASE)
NUMBER = re.compile(r"[a-z]{2,5}-[0-9]{1,12}", re.IGNORECASE)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LEVELS = ("high", "medium", "low")
SHOWN = 30  # characters of a word that nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is to be done. `one` and `two` are what comes before the free text, such as a queue, a person or a code."""

    verb: str
    one: str = ""
    two: str = ""
    text: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """It begins as a command and is none; `say` is one line that tells how it is written."""

    say: str


class _NotSo(Exception):
    """What comes after the word is not what it takes; the message is the line to say."""


Reader = Callable[[str, str, Desk], Command]  # the verb, what comes after it as Slack sent it, the desk


def is_command(raw: str) -> bool:
    """Whether a message, as Slack sent its text, is meant for Firstline."""
    return START.fullmatch(raw) is not None


def parse(raw: str, desk: Desk) -> Command | Unclear:
    """What a message that `is_command` asks for, or what is wrong with it."""
    found = START.fullmatch(raw)
    if found is None: return Unclear(say=words.UNKNOWN_FAR.format(word=""))
    word, rest = found[1].lower(), (found[2] or "").strip()
    if PRIORITY.fullmatch(word): return _alone("p", rest, Command(verb="p", one=word.upper()))
    reader = READERS.get(word)
    if reader is None: return _unknown(word)
    try:
        return reader(word, rest, desk)
    except _NotSo as error:
        return Unclear(say=str(error))


def usage(verb: str) -> str:
    """How a command is written."""
    return words.USES[verb][0]


# -- what each takes -----------------------------------------------------------------------------------------------


def _alone(verb: str, rest: str, command: Command) -> Command | Unclear:
    return Unclear(say=words.NOTHING_AFTER.format(usage=usage(verb))) if rest else command


def _nothing(verb: str, rest: str, _: Desk) -> Command:
    """A command with words behind it may be a sentence: `!take a look` takes nothing."""
    if rest: raise _NotSo(words.NOTHING_AFTER.format(usage=usage(verb)))
    return Command(verb=verb)


def _any_text(verb: str, rest: str, _: Desk) -> Command:
    return Command(verb=verb, text=unescape(rest).strip())


def _text(verb: str, rest: str, desk: Desk) -> Command:
    command = _any_text(verb, rest, desk)
    if not command.text: raise _NotSo(words.NEEDS_TEXT.format(usage=usage(verb)))
    return command


def _person(verb: str, rest: str, _: Desk) -> Command:
    found = PERSON.fullmatch(rest)
    if found is None: raise _NotSo(words.NEEDS_PERSON.format(usage=usage(verb)))
    return Command(verb=verb, one=found[1], text=unescape(found[2] or "").strip())


def _day(verb: str, rest: str, desk: Desk) -> Command:
    first, text = (*unescape(rest).split(maxsplit=1), "", "")[:2]
    try:
        day = day_of(first)
    except BadInput:
        raise _NotSo(words.NEEDS_DAY.format(usage=usage(verb))) from None
    return Command(verb=verb, day=day, text=_text(verb, text, desk).text)


def _number(verb: str, rest: str, _: Desk) -> Command:
    if not NUMBER.fullmatch(rest): raise _NotSo(words.NEEDS_NUMBER.format(usage=usage(verb)))
    return Command(verb=verb, one=rest)


def _levels(verb: str, rest: str, _: Desk) -> Command:
    given = rest.lower().replace("/", " ").split()
    if len(given) != 2 or not set(given) <= set(LEVELS):  # noqa: PLR2004 - impact and urgency
        raise _NotSo(words.NEEDS_LEVELS.format(usage=usage(verb)))
    return Command(verb=verb, one=given[0], two=given[1])


def _queue(verb: str, rest: str, desk: Desk) -> Command:
    return _one_of(verb, rest, {queue.name: queue_name(queue.name) for queue in desk.queues})


def _code(verb: str, rest: str, desk: Desk) -> Command:
    command = _one_of(verb, rest, desk.resolution_codes)
    if not command.text: raise _NotSo(words.NEEDS_TEXT.format(usage=usage(verb)))
    return command


def _reason(verb: str, rest: str, desk: Desk) -> Command:
    """A reason is chosen on the form that follows, so it may be left out here."""
    try:
        return _one_of(verb, rest, desk.escalation_reasons)
    except _NotSo:
        return _any_text(verb, rest, desk)


def _one_of(verb: str, rest: str, names: Mapping[str, str]) -> Command:
    """One of some names, by its key or as people read it, and then words; the longest name that fits."""
    said = unescape(rest).strip()
    forms = [(form, key) for key, label in names.items() for form in (key, label)]
    for form, key in sorted(forms, key=lambda one: -len(one[0])):
        after = said[len(form) :]
        if _plain(said[: len(form)]) == _plain(form) and not after[:1].isalnum():
            return Command(verb=verb, one=key, text=after.lstrip(" :,\n").strip())
    listed = ", ".join(f"`{key}`" for key in names)
    raise _NotSo(words.NEEDS_ONE.format(names=listed, usage=usage(verb)))


def _plain(text: str) -> str:
    return text.casefold().replace("-", " ")


def _vendor(verb: str, rest: str, desk: Desk) -> Command:
    """The vendor's name, then a number with a digit in it and a day, if they are known."""
    said = unescape(rest).split()
    day = _ends_in_day(said)
    if day: said.pop()
    number = said.pop() if len(said) > 1 and any(sign.isdigit() for sign in said[-1]) else ""
    name = " ".join(said)
    if not name: raise _NotSo(words.NEEDS_TEXT.format(usage=usage(verb)))
    known = next((one.name for one in desk.vendors if one.name.casefold() == name.casefold()), name)
    return Command(verb=verb, one=known, two=number, day=day)


def _ends_in_day(said: list[str]) -> date | None:
    if not said or not DAY.fullmatch(said[-1]): return None
    try:
        return day_of(said[-1])
    except BadInput:
        raise _NotSo(words.NEEDS_DAY.format(usage=usage("vendor"))) from None


READERS: Mapping[str, Reader] = {
    "help": _nothing, "claim": _nothing, "take": _nothing, "resume": _nothing, "reopen": _nothing,
    "status": _nothing, "back": _any_text, "answered": _any_text, "reply": _text, "ask": _text, "split": _text,
    "review": _text, "category": _text, "assign": _person, "move": _queue, "hold": _day, "priority": _levels,
    "link": _number, "merge": _number, "escalate": _reason, "vendor": _vendor, "resolve": _code,
}  # fmt: skip


def _unknown(word: str) -> Unclear:
    near = get_close_matches(word[:SHOWN], [*READERS, "p1", "p2", "p3", "p4"], n=1)
    shown = clip(word, SHOWN)
    if not near: return Unclear(say=words.UNKNOWN_FAR.format(word=shown))
    verb = "p" if PRIORITY.fullmatch(near[0]) else near[0]
    return Unclear(say=words.UNKNOWN.format(word=shown, usage=usage(verb)))
