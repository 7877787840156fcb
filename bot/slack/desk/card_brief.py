"""The brief on a ticket's card: what was asked, wanted, tried, answered and found. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.slack.blocks import Block, context, section
from bot.slack.desk import card_texts as words
from bot.slack.mrkdwn import clock, cut, escape, file_link, first_line, from_markdown, moment, quoted
from bot.slack.steps import answered
from handoff.brief import Brief, Found, Tried
from handoff.mirrors import Said

# Characters of each part; with the rest of a card they stay under the 13,200 that Slack takes in a message.
ASKED, TRIED, REST, WHY = 1_300, 1_500, 600, 300
STEP, ANSWER, SAID = 160, 120, 200  # of one row of those


def shown(brief: Brief, goal: str) -> list[Block]:
    """A section for each part that says something, and why it became a ticket."""
    named = brief.named
    answers = [f"• {escape(name)}: {answered(said, named=said in named)}" for name, said in brief.answers.items()]
    tried = [_tried(number, step, named) for number, step in enumerate(brief.tried, 1)]
    parts = [
        (words.CARD_ASKED, quoted(escape("\n".join(brief.asked))), ASKED), (words.CARD_GOAL, escape(goal), REST),
        (words.CARD_TRIED, latest(tried, TRIED), TRIED), (words.CARD_NOTE, from_markdown(brief.note), REST),
        (words.CARD_ANSWERS, "\n".join(answers), REST), (words.CARD_FOUND, "\n".join(map(_found, brief.found)), REST),
        (words.CARD_FILES, "\n".join(map(_file, brief.files)), REST),
    ]
    why = escape("; ".join(dict.fromkeys((brief.reason, *brief.why))))
    told = [section(f"{name}\n{cut(text, limit)}") for name, text, limit in parts if text]
    return [*told, context(cut(f"Here because: {why}", WHY))]


def since(said: Sequence[tuple[datetime, Said]]) -> list[Block]:
    """What the requester wrote after the handoff: whoever gets the ticket later has not read the older threads."""
    rows = [_said(at, one) for at, one in said]
    return [section(f"{words.CARD_SINCE}\n{latest(rows, REST)}")] if rows else []


def _said(at: datetime, one: Said) -> str:
    files = f" :paperclip: {len(one.files)}" if one.files else ""
    return f"• {moment(at, 'UTC')}, <@{one.by}>: {cut(escape(' '.join(one.text.split())), SAID)}{files}"


def latest(rows: Sequence[str], limit: int) -> str:
    """The last rows that fit together; they tell the most."""
    kept: list[str] = []
    for row in reversed(rows):
        if len("\n".join([row, *kept])) > limit: break
        kept.insert(0, row)
    return "\n".join(kept)


def _tried(number: int, step: Tried, named: Sequence[str]) -> str:
    said = f"{number}. {cut(from_markdown(first_line(step.step)), STEP)}"
    answer = words.CARD_OUTCOMES.get(step.outcome, "{answer}").format(answer=step.answer or "no answer")
    note = f" ({step.note})" if step.note else ""
    when = f" · {clock(step.at)}" if step.at else ""
    return f"{said} → *{cut(answered(answer, named=answer in named), ANSWER)}*{cut(escape(note), ANSWER)}{when}"


def _file(name: str) -> str:
    """A file, or the message that staff opened the ticket from."""
    link = file_link(name)
    return f"• {link[:-1]}|{words.CARD_SOURCE}>" if link.startswith("<") and "/archives/" in name else f"• {link}"


def _found(found: Found) -> str:
    near = words.CARD_FOUND_NEAR.format(percent=round(found.score * 100)) if found.score <= 1 else ""
    outcome = words.CARD_FOUND_SHOWN if found.rejected else ""
    return f"• {escape(found.title)} ({found.kind}{near}){outcome}"
