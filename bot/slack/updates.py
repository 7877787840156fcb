"""What a requester is told of a ticket that is still open when there is no other news. Pure."""

from bot.assistant.updating import StillOpen
from bot.slack import texts
from bot.slack.blocks import Message, section
from bot.slack.mrkdwn import escape, moment
from bot.slack.render import queue_name
from handoff.tickets import State


def still_open(stands: StillOpen, by: str, tz: str) -> Message:
    """The state, since when, by when it should be done, and what they can do; `by` is who works on it."""
    ticket = stands.ticket
    text = " ".join((_state(stands), _aim(stands), _way(stands))).format(
        number=ticket.number, by=escape(by), queue=escape(queue_name(ticket.queue)), since=moment(stands.since, tz),
        response=moment(ticket.response_due, tz), resolution=moment(ticket.resolution_due, tz),
        contact=escape(stands.contact),
    )
    return Message(text=text, blocks=(section(text),))


def _state(stands: StillOpen) -> str:
    return texts.UPDATE_WAITS if stands.ticket.state is State.NEW else texts.UPDATE_WORKS


def _aim(stands: StillOpen) -> str:
    if stands.late: return texts.UPDATE_LATE
    if stands.unanswered: return texts.UPDATE_UNANSWERED
    return texts.UPDATE_ANSWER if stands.ticket.state is State.NEW else texts.UPDATE_AIM


def _way(stands: StillOpen) -> str:
    """Words in the ticket's own thread reach its people; elsewhere they would be a new question."""
    if stands.ticket.conversation_id: return texts.UPDATE_WRITE
    return texts.UPDATE_CALL if stands.contact else texts.UPDATE_STATUS
