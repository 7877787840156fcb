"""Replies as Slack messages. Pure: a reply in, blocks out."""

from bot.question import (
    AnswerReply,
    AsideReply,
    ClarifyReply,
    CloseReply,
    FormReply,
    OutageReply,
    OverReply,
    PlainReply,
    Reply,
    StatusReply,
    StepAskReply,
    StepReply,
    TicketReply,
    Told,
)
from bot.slack import after, after_texts, ids, quotes, standing, steps, texts
from bot.slack.blocks import Block, Message, actions, button, context, pack, section
from bot.slack.mrkdwn import clip, cut, escape, moment
from bot.slack.naming import queue_name as queue_name  # noqa: PLC0414 - other modules look for it here
from handoff.tickets import Ticket

ABOUT = 300  # characters of the part of a message that a reply is about


def render(reply: Reply, link_base: str) -> Message:
    """Any reply as a message; `link_base` is where links between articles lead."""
    match reply:
        case AnswerReply(): return answer(reply, link_base)
        case StepReply() | StepAskReply() | AsideReply(): return _in_fix(reply, link_base)
        case ClarifyReply(): return clarify(reply)
        case FormReply(): return form(reply)
        case TicketReply(): return _message(ticket_blocks(reply, link_base))
        case OutageReply(): return outage(reply)
        case StatusReply(): return status(reply)
        case PlainReply(): return plain_reply(reply)
        case CloseReply() | OverReply(): return over(reply)


def _in_fix(reply: StepReply | StepAskReply | AsideReply, link_base: str) -> Message:
    match reply:
        case StepAskReply(): return steps.which(reply, link_base)
        case AsideReply(): return steps.aside(reply, link_base)
        case StepReply(handed=handed):
            return steps.step(reply, ticket_blocks(handed, link_base) if handed else [], link_base)


def told(one: Told, link_base: str) -> Message:
    """A reply; one to a part of a message says first which part it is about."""
    message = render(one.reply, link_base)
    if not one.about: return message
    number, of = one.part
    about = texts.PART.format(number=number, of=of, text=escape(clip(" ".join(one.about.split()), ABOUT)))
    return Message(text=message.text, blocks=(context(about), *message.blocks))


def answer(reply: AnswerReply, link_base: str) -> Message:
    """The quoted passage, its article, when it was checked, and what to do if it is not the right one."""
    notes = [quotes.checked(reply.quote)]
    if reply.confidence is not None: notes.append(texts.ANSWER_SURE.format(percent=percent(reply.confidence)))
    if reply.others: notes.append(texts.ANSWER_MORE.format(links=", ".join(map(quotes.link, reply.others))))
    turn = str(reply.turn)
    return _message(
        [
            section(f"{texts.ANSWER_INTRO} {quotes.title(reply.quote)}"),
            section(quotes.words_of(reply.quote, link_base)),
            context(" · ".join(notes)),
            actions(
                button(texts.HELPED, ids.HELPED, turn, "primary"),
                button(texts.NOT_HELPED, ids.NOT_HELPED, turn),
                button(texts.PERSON_NOW, ids.PERSON_NOW, turn),
            ),
        ]
    )


def percent(sure: float) -> int:
    """How sure, for people to read: 1 to 99, since nothing is certain."""
    return min(99, max(1, round(sure * 100)))


def clarify(reply: ClarifyReply) -> Message:
    """The close calls as buttons, and a person."""
    rows = [
        button(option.title, f"{ids.PICK}_{place}", pack(reply.turn, option.kind, option.slug)) for place,
        option in enumerate(reply.options)
    ]
    none = button(texts.CLARIFY_NONE, ids.PERSON_NOW, str(reply.turn))
    return _message([section(texts.CLARIFY), actions(*rows, none)])


def form(reply: FormReply) -> Message:
    """A form of the catalogue, to be opened."""
    rows = [
        button(texts.FORM_BUTTON, ids.OPEN_FORM, reply.slug, "primary"),
        button(texts.PERSON_NOW, ids.PERSON_NOW, str(reply.turn))
    ]
    return _message([section(texts.FORM_OFFER.format(title=escape(reply.title))), actions(*rows)])


def ticket_blocks(reply: TicketReply, link_base: str) -> list[Block]:
    """Number, queue and promised times at once; what to do until then."""
    told = section(f"{texts.TICKET_WHY.get(reply.reason, '')} {made(reply.ticket, reply.tz)}".strip())
    blocks = [told]
    if reply.advice:  # what keeps a person safe comes before any number
        advice = f"{quotes.title(reply.advice)}\n{quotes.words_of(reply.advice, link_base)}"
        blocks = [section(f"{texts.TICKET_ADVICE} {advice}"), told]
    if reply.nearest:
        nearest = texts.TICKET_NEAREST.format(link=quotes.link(reply.nearest), percent=percent(reply.confidence))
        blocks.append(context(nearest))
    blocks.append(context(texts.TICKET_WRITE))
    return [*blocks, actions(*_ticket_buttons(reply))]


def _ticket_buttons(reply: TicketReply) -> list[Block]:
    here = str(reply.ticket.id)
    goal = [button(texts.GOAL_BUTTON, ids.GOAL, here)] if reply.goal_question else []
    return [*goal, button(texts.STATUS_BUTTON, ids.STATUS, here)]


def made(ticket: Ticket, tz: str) -> str:
    """What a requester is told of a new ticket."""
    return texts.TICKET_MADE.format(
        number=ticket.number, priority=ticket.priority, queue=escape(queue_name(ticket.queue)),
        response=moment(ticket.response_due, tz), resolution=moment(ticket.resolution_due, tz),
    )


def outage(reply: OutageReply) -> Message:
    """A known outage."""
    text = texts.OUTAGE.format(text=escape(reply.text), since=moment(reply.since, reply.tz), place=reply.place)
    return _message([section(f":warning: {text}"), actions(button(texts.PERSON_NOW, ids.PERSON_NOW, str(reply.turn)))])


def status(reply: StatusReply) -> Message:
    """How tickets are doing, a paragraph each."""
    none = texts.STATUS_UNKNOWN.format(number=escape(reply.asked)) if reply.asked else texts.STATUS_NONE
    rows = [standing.block(one, reply.names, reply.tz) for one in reply.standings]
    more = [section(after_texts.STATUS_MORE.format(count=reply.more))] if reply.more else []
    return _message([*(rows or [section(none)]), *more, *_person(reply.turn)])


def over(reply: CloseReply | OverReply) -> Message:
    """Their ticket can be closed; or it is resolved, what they wrote was passed on, and it can be opened again."""
    if isinstance(reply, CloseReply): return close(reply)
    again = button(texts.REOPEN_BUTTON, ids.REOPEN, str(reply.ticket.id))
    return _message([section(texts.PASSED_ON_OVER.format(number=reply.ticket.number)), actions(again)])


def close(reply: CloseReply) -> Message:
    """The requester's own ticket to close; once it is, the way back, and once the question how it went."""
    if reply.ended: return after.closed(reply.ended, "", "UTC")
    ticket = reply.ticket
    yes = button(texts.CLOSE_OWN.format(number=ticket.number), ids.CLOSE_OWN, str(ticket.id), "primary")
    return _message([section(texts.CLOSE_OFFER.format(number=ticket.number)), actions(yes)])


_PLAIN = {
    "outside": texts.OUTSIDE, "hello": texts.HELLO, "no_words": texts.NO_WORDS,
    "thanks": texts.THANKS, "still_here": texts.STILL_HERE, "gone": texts.GONE,
    "passed_on": texts.PASSED_ON,
    "moved_on": texts.MOVED_ON, "first_step": texts.FIRST_STEP,
    "not_taken": texts.NOT_TAKEN, "not_yours": texts.NOT_YOURS, "glad": texts.GLAD, "on_ticket": texts.ON_TICKET,
}  # fmt: skip


def plain_reply(reply: PlainReply) -> Message:
    """A few words; where they may be wrong, a way to a person."""
    said = section(_PLAIN[reply.text].format(**{k: escape(v) for k, v in reply.values.items()}))
    return _message([said, *(_person(reply.turn) if reply.text in _MAY_BE_WRONG else [])])


_MAY_BE_WRONG = ("outside", "gone", "no_words")


def _person(turn: int) -> list[Block]:
    return [actions(button(texts.PERSON_NOW, ids.PERSON_NOW, str(turn)))] if turn else []


def _message(blocks: list[Block], text: str = "") -> Message:
    """Blocks with the first words of them as the plain text."""
    return Message(text=text or _first_text(blocks), blocks=tuple(blocks))


def _first_text(blocks: list[Block]) -> str:
    found = [block["text"]["text"] for block in blocks if block["type"] in ("section", "header") and "text" in block]
    return cut("\n".join(found), 3_000)
