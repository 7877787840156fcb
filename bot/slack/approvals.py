"""The messages that ask for an approval and show the decision, and the modal of a refusal. Pure."""

from bot.slack import ids, texts
from bot.slack.blocks import Block, Message, actions, button, context, modal, section, text_input
from bot.slack.mrkdwn import cut, escape, moment, quoted
from handoff.actions.registry import ActionRule, Actions
from handoff.actions.requests import MOST_WHY
from handoff.actions.states import ActionRequest, Asked, State

VALUE = 200  # characters of a value that the recipe gives
ABOUT = 300  # characters of what the requester first wrote


def approval(request: ActionRequest, known: Actions) -> Message:
    """Who asks for what, what it is for, what will be done, how often it may be, and the two buttons."""
    rule = known.actions.get(request.name)
    value = str(request.id)
    approve = button(texts.APPROVE, ids.APPROVE, value, "primary")
    buttons = actions(approve, button(texts.REFUSE, ids.REFUSE, value, "danger"))
    notes = [_limits(rule, known)] if rule else []
    if request.asked_why: notes.insert(0, texts.INSTEAD[request.asked_why].format(approver=request.approver))
    asks = texts.APPROVAL_ASKS.format(person=request.requester, title=title(request, rule))
    return Message(text=asks, blocks=(section(asks), *_facts(request, rule), buttons, *(context(n) for n in notes)))


def over(request: ActionRequest, known: Actions, tz: str) -> Message:
    """The same after the decision: by whom and when, and no buttons."""
    rule = known.actions.get(request.name)
    asks = texts.APPROVAL_ASKED.format(person=request.requester, title=title(request, rule))
    said = _decision(request, tz)
    return Message(text=f"{asks} {said}", blocks=(section(asks), *_facts(request, rule), section(said)))


def refusal(request: ActionRequest, known: Actions) -> Block:
    """Why not; the requester reads it."""
    asked = texts.REFUSE_INTRO.format(
        person=request.requester, title=title(request, known.actions.get(request.name))
    )  # fmt: skip
    field = text_input("why", texts.REFUSE_WHY, long=True, most=MOST_WHY, optional=True, hint=texts.REFUSE_HINT)
    return modal(
        ids.REFUSE_VIEW, texts.REFUSE_TITLE, texts.REFUSE, [section(asked), field], private=str(request.id),
        cancel=texts.CANCEL
    )


def title(request: ActionRequest, rule: ActionRule | None) -> str:
    """What an action is called; by its name when the registry no longer has it."""
    return escape(rule.title if rule else request.name)


def _facts(request: ActionRequest, rule: ActionRule | None) -> list[Block]:
    given = "\n".join(f"• {escape(name)}: {cut(escape(value), VALUE)}" for name, value in request.given.items())
    parts = [
        (texts.APPROVAL_DOES, escape(rule.tells) if rule else ""), (texts.APPROVAL_WITH, given),
        (texts.APPROVAL_ABOUT, quoted(cut(escape(request.about), ABOUT))),
        ("", texts.APPROVAL_DRY if request.dry_run else ""),
        ("", texts.APPROVAL_CHECK if request.asked is Asked.AGENTS and request.state is State.WAITING else ""),
    ]
    return [section(f"{name}\n{text}".strip()) for name, text in parts if text]


def _limits(rule: ActionRule, known: Actions) -> str:
    hours = int(known.end.total_seconds() // 3600)
    return texts.APPROVAL_LIMITS.format(person=rule.limit.person, all=rule.limit.all, hours=hours)


def _decision(request: ActionRequest, tz: str) -> str:
    if request.state is State.WITHDRAWN: return texts.APPROVAL_WITHDRAWN
    if not request.decided_by: return texts.APPROVAL_NOBODY
    when = moment(request.decided_at, tz) if request.decided_at else ""
    if request.state is not State.REFUSED: return texts.APPROVED_BY.format(by=request.decided_by, when=when)
    why = texts.REFUSED_WHY.format(why=escape(request.why)) if request.why else ""
    return texts.REFUSED_BY.format(by=request.decided_by, when=when) + why
