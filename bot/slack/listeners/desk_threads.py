"""The staff's own thread under a card: what is written there stays there, and what begins with `!` gets things done."""

from typing import Any

from bot.slack.blocks import Message
from bot.slack.desk.commands import Commands, Said
from bot.slack.desk.thread_commands import Unclear, is_command, parse
from bot.slack.surface import SlackSurface
from core.errors import BadInput, FirstlineError, Unavailable
from core.people import Action
from handoff.tickets import Ticket


def is_staffs(event: dict[str, Any], surface: SlackSurface) -> bool:
    """Whether a message stands in the thread of a card; it is no question then. A command in it is carried out.

    A card whose channel is gone stands in a manager's direct messages, where its thread is the staff's all the same.
    """
    thread = event.get("thread_ts")
    if not thread or thread == event["ts"] or event.get("channel_type") == "mpim": return False
    ticket = surface.assistant.looking.at(event["channel"], thread)
    if ticket is None: return False
    if is_command(event.get("text") or ""): _carry_out(ticket, event, surface)
    return True


def is_command_in_one(event: dict[str, Any], surface: SlackSurface) -> bool:
    """Whether a message that mentions Firstline is a command there all the same, such as `!reply ask @Firstline`."""
    return is_command(event.get("text") or "") and is_staffs(event, surface)


def _carry_out(ticket: Ticket, event: dict[str, Any], surface: SlackSurface) -> None:
    """Carry it out; it is known as done when it is, so that a try which fails on the way is made once more."""
    key, looking = f"command:{event['channel']}:{event['ts']}", surface.assistant.looking
    if looking.done(key): return  # a mention comes as two events
    try:
        message = _run(ticket, event, key, surface)
    except Unavailable:
        raise
    except FirstlineError:  # whoever wrote it is told
        looking.did(key)
        raise
    told = f"told:{key}"
    channel, user, thread = event["channel"], event["user"], event["thread_ts"]
    looking.did(key, lambda session: surface.keep(session, told, message, channel, thread, only=user))
    surface.direct.deliver(told)


def _run(ticket: Ticket, event: dict[str, Any], key: str, surface: SlackSurface) -> Message:
    """Carry it out; what to tell whoever wrote it, and nobody else: everybody sees it on the card."""
    by = surface.directory.person(event["user"])
    by.must(Action.WORK_TICKETS)
    command = parse(event["text"], surface.assistant.parts.desk)
    if isinstance(command, Unclear): raise BadInput(command.say)
    said = Said(ticket=ticket, by=by, command=command, key=key)
    return Commands(surface.assistant, surface.directory).run(said)
