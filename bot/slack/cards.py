"""The ticket card in a queue's channel, and the news in the requester's thread. Pure."""

from collections.abc import Sequence

from bot.slack import ids, texts
from bot.slack.blocks import Block, Message, actions, button, context, fields, header, pack, section
from bot.slack.mrkdwn import clip, clock, cut, escape, file_link, first_line, from_markdown, moment, quoted
from bot.slack.render import queue_name
from bot.slack.steps import answered
from core.events import Event
from handoff.brief import Brief, Found, Tried
from handoff.desk import Desk
from handoff.suggesting import suggested
from handoff.tickets import State, Ticket

# Characters of each part of a card: together with its frame they stay under the 13,200 that Slack takes in a message.
ASKED, TRIED, HISTORY, REST, FACT, WHY = 1_700, 1_800, 1_500, 900, 300, 400
STEP, ANSWER, NOTE = 160, 120, 400  # of one row of those


def card(ticket: Ticket, history: Sequence[Event], desk: Desk, tz: str) -> Message:
    """Everything the next person needs, so that nobody has to ask again; and the buttons that fit its state."""
    blocks = [
        header(f"{ticket.number} · {ticket.priority} · {ticket.summary}"),
        fields(*(cut(fact, FACT) for fact in _facts(ticket, tz))),
        *_brief(ticket.brief, ticket.goal),
        *_history(history, desk),
        *_runbooks(ticket, history),
        *_buttons(ticket),
        context(texts.CARD_INTERNAL),
    ]
    return Message(text=f"{ticket.number} ({ticket.priority}): {escape(ticket.summary)}", blocks=tuple(blocks))


def moved(ticket: Ticket) -> Message:
    """What stays where the card was before it moved to another channel."""
    queue = escape(queue_name(ticket.queue))
    text = f"*{ticket.number}* {escape(ticket.summary)}\n{texts.CARD_MOVED.format(queue=queue)}"
    resolved = texts.STATES["resolved"].format(resolution=escape(clip(ticket.resolution, 300)))
    state = "" if ticket.open else f" ({resolved})"
    return Message(text=f"{ticket.number}: {texts.CARD_MOVED.format(queue=queue)}", blocks=(section(text + state),))


def _facts(ticket: Ticket, tz: str) -> list[str]:
    kind = texts.KINDS[ticket.kind]
    who = f"<@{ticket.assignee}>" if ticket.assignee else "nobody yet"
    facts = [
        f"*Requester*\n<@{ticket.requester}>",
        f"*{kind}*\n{escape(ticket.category)}",
        f"*Priority*\n{ticket.priority}: {escape(ticket.priority_why)}",
        f"*Queue*\n{escape(queue_name(ticket.queue))} (tier {ticket.tier})",
        f"*With*\n{who}",
    ]
    if ticket.state is State.NEW: facts.append(f"*Answer by*\n{moment(ticket.response_due, tz)}")
    if ticket.open: facts.append(f"*Done by*\n{moment(ticket.resolution_due, tz)}")
    else: facts.append(f"*Resolved*\n{escape(ticket.resolution)}")
    return facts


def _brief(brief: Brief, goal: str) -> list[Block]:
    named = brief.named
    answers = [f"• {escape(name)}: {answered(said, named=said in named)}" for name, said in brief.answers.items()]
    tried = [_tried(number, step, named) for number, step in enumerate(brief.tried, 1)]
    parts = [
        (texts.CARD_ASKED, quoted(escape("\n".join(brief.asked))), ASKED), (texts.CARD_GOAL, escape(goal), REST),
        (texts.CARD_TRIED, _latest(tried, TRIED), TRIED), (texts.CARD_NOTE, from_markdown(brief.note), REST),
        (texts.CARD_ANSWERS, "\n".join(answers), REST), (texts.CARD_FOUND, "\n".join(map(_found, brief.found)), REST),
        (texts.CARD_FILES, "\n".join(f"• {file_link(name)}" for name in brief.files), REST),
    ]
    why = escape("; ".join((brief.reason, *brief.why)))
    shown = [section(f"{name}\n{cut(text, limit)}") for name, text, limit in parts if text]
    return [*shown, context(cut(f"Here because: {why}", WHY))]


def _tried(number: int, step: Tried, named: Sequence[str]) -> str:
    said = f"{number}. {cut(from_markdown(first_line(step.step)), STEP)}"
    answer = texts.CARD_OUTCOMES.get(step.outcome, "{answer}").format(answer=step.answer or "no answer")
    note = f" ({step.note})" if step.note else ""
    when = f" · {clock(step.at)}" if step.at else ""
    return f"{said} → *{cut(answered(answer, named=answer in named), ANSWER)}*{cut(escape(note), ANSWER)}{when}"


def _latest(rows: Sequence[str], limit: int) -> str:
    """The last rows that fit together; they tell the most."""
    kept: list[str] = []
    for row in reversed(rows):
        if len("\n".join([row, *kept])) > limit: break
        kept.insert(0, row)
    return "\n".join(kept)


def _found(found: Found) -> str:
    outcome = " (shown, did not help)" if found.rejected else ""
    return f"• {escape(found.title)} ({found.kind}, score {found.score:.2f}){outcome}"


def _history(history: Sequence[Event], desk: Desk) -> list[Block]:
    rows = [row for event in history if (row := _line(event, desk))]
    return [section(f"{texts.CARD_HISTORY}\n{_latest(rows, HISTORY)}")] if rows else []


def _line(event: Event, desk: Desk) -> str:
    when = moment(event.at, "UTC")
    match event.kind:
        case "ticket.claimed": return f"• {when}: claimed by <@{event.actor}>"
        case "ticket.reopened": return f"• {when}: reopened by <@{event.actor}>"
        case "ticket.resolved":
            code = desk.resolution_codes.get(event.data["code"], event.data["code"])
            return f"• {when}: resolved by <@{event.actor}>: {escape(code)}"
        case "ticket.escalated":
            reason = desk.escalation_reasons.get(event.data["reason"], event.data["reason"])
            note = f" “{cut(escape(event.data['note']), NOTE)}”" if event.data["note"] else ""
            tier = event.data["from_tier"]
            read = "the earlier work and the procedure" if "procedure" in event.data else "the earlier work"
            who = f"escalated from tier {tier} by <@{event.actor}>, who reviewed {read}"
            return f"• {when}: {who}: {escape(reason)}{note}"
        case "ticket.action":
            said = texts.CARD_ACTION.get(event.data["outcome"], event.data["outcome"])
            return f"• {when}: {escape(event.data['title'])}, asked for before: {said}"
        case "ticket.corrected": return f"• {when}: corrected by <@{event.actor}>: {_changes(event)}"
        case _: return ""


def _changes(event: Event) -> str:
    before, after = event.data["before"], event.data["after"]
    new = [f"{name} {before[name]} → {after[name]}" for name in before if before[name] != after[name]]
    return escape(", ".join(new))


def _runbooks(ticket: Ticket, history: Sequence[Event]) -> list[Block]:
    """Buttons that open what may be for this ticket, as long as it is open."""
    said = any(_chose(event, ticket.category) for event in history)
    books = suggested(ticket.brief.runbooks, ticket.category, said=said) if ticket.open else ()
    if not books: return []
    rows = [button(one.title, f"{ids.RUNBOOK}_{n}", pack(one.slug, ticket.id)) for n, one in enumerate(books)]
    return [section(texts.CARD_RUNBOOKS), actions(*rows)]


def _chose(event: Event, category: str) -> bool:
    """Whether staff made this category of another one."""
    if event.kind != "ticket.corrected": return False
    return bool(event.data["before"]["category"] != event.data["after"]["category"] == category)


def _buttons(ticket: Ticket) -> list[Block]:
    here = str(ticket.id)
    why = [button(texts.WHY, ids.WHY, ticket.number)] if ticket.conversation_id else []
    if not ticket.open: return [actions(button(texts.DRAFT, ids.DRAFT_RECIPE, here), *why)]
    claim = [button(texts.CLAIM, ids.CLAIM, here, "primary")] if ticket.state is State.NEW else []
    rest = [
        button(texts.REPLY, ids.REPLY, here),
        button(texts.ESCALATE, ids.ESCALATE, pack(ticket.id, ticket.tier)), button(texts.RESOLVE, ids.RESOLVE, here),
        button(texts.CORRECT, ids.CORRECT, here),
    ]
    return [actions(*claim, *rest, *why)]


def news(ticket: Ticket, what: str, by: str, note: str, tz: str) -> Message:
    """What the requester is told of a change, in their own thread."""
    values = {
        "by": escape(by), "number": ticket.number, "queue": escape(queue_name(ticket.queue)),
        "note": escape(note),
        "priority": ticket.priority, "summary": escape(ticket.summary), "response": moment(ticket.response_due, tz),
        "resolution": moment(ticket.resolution_due, tz),
    }
    taken = what == "corrected" and ticket.state is not State.NEW
    text = (texts.CORRECTED_TAKEN if taken else _NEWS[what]).format(**values)
    extra = [actions(button(texts.REOPEN_BUTTON, ids.REOPEN, str(ticket.id)))] if what == "resolved" else []
    return Message(text=text, blocks=(section(text), *extra))


_NEWS = {
    "claimed": texts.CLAIMED, "escalated": texts.ESCALATED, "resolved": texts.RESOLVED, "reopened": texts.REOPENED,
    "opened": texts.OPENED_FOR_YOU, "corrected": texts.CORRECTED,
}  # fmt: skip
