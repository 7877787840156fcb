"""What a requester is told of a ticket that is still open when there is no other news. Pure."""

from bot.slack import texts
from bot.slack.blocks import Message, section
from bot.slack.desk import after_texts, standing
from bot.slack.mrkdwn import escape, moment
from bot.standing import Standing
from handoff.tickets import State


def still_open(stands: Standing, by: str, tz: str) -> Message:
    """What happens now, by when it should be done, when the next update comes, and what they can do.

    `by` is the name of who has it, or empty. Of a ticket that theirs goes on as they hear where it is and what was
    promised: what it is about, who has it, and what its requester was asked is for its own requester.
    """
    about = stands.into or stands
    ticket = about.ticket
    after = [after_texts.UPDATE_NEXT] if ticket.update_due else []
    rest = " ".join((*_aim(about), *after, _way(stands))).format(
        number=stands.ticket.number, response=moment(ticket.response_due, tz),
        resolution=moment(ticket.resolution_due, tz),
        next=moment(ticket.update_due, tz) if ticket.update_due else "", contact=escape(stands.contact),
    )  # fmt: skip
    state = f"{standing.state(stands, by, tz)} {rest}"
    text = after_texts.UPDATE_INTRO.format(number=stands.ticket.number, state=state)
    return Message(text=text, blocks=(section(text),))


def _aim(stands: Standing) -> list[str]:
    if stands.ticket.state is State.WAITING:
        here = stands.own and stands.ticket.conversation_id
        return [after_texts.UPDATE_ANSWER_HERE if here else after_texts.UPDATE_ANSWER]
    if stands.ticket.paused_at: return []
    if stands.late: return [texts.UPDATE_LATE]
    if stands.unanswered: return [texts.UPDATE_UNANSWERED]
    fresh = stands.ticket.untaken and stands.ticket.responded_at is None
    return [texts.UPDATE_ANSWER if fresh else texts.UPDATE_AIM]


def _way(stands: Standing) -> str:
    """Words in the ticket's own thread reach its people; elsewhere they would be a new question."""
    if stands.ticket.conversation_id: return texts.UPDATE_WRITE
    return texts.UPDATE_CALL if stands.contact else texts.UPDATE_STATUS
