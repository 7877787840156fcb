"""The editors' part of the Home: what waits, what is being written, what lapsed, is missing or goes wrong. Pure."""

from collections.abc import Sequence

from bot.overview import GapRow, HealthRow, LapsedRow, Overview
from bot.slack import ids
from bot.slack.blocks import Block, actions, button, context, header, pack, section
from bot.slack.editors import texts
from bot.slack.editors.find import READ, WRITE
from bot.slack.editors.gap import cost
from bot.slack.editors.state import Item
from bot.slack.editors.who import by
from bot.slack.lapsing import why
from bot.slack.mrkdwn import clip, cut, escape, moment
from kb.articles import ARTICLE, RUNBOOK
from kb.drafts import Kept
from kb.writing import RECIPE

TITLE = 150  # characters


def blocks(seen: Overview) -> list[Block]:
    """At most 48 blocks; none for whoever neither writes nor reads what is kept here."""
    if not seen.reads: return []
    intro = texts.HOME_INTRO if seen.edits else texts.HOME_INTRO_WRITE if seen.writes else texts.HOME_INTRO_READ
    found = [header(texts.HOME), section(intro), actions(*_ways(seen))]
    found += _drafts(texts.HOME_REVIEW, seen.to_review, seen.more_to_review)
    found += _drafts(texts.HOME_MINE, seen.mine, seen.more_mine)
    return found + _lapsed(seen.lapsed, seen.more_lapsed) + _gaps(seen.gaps) + _health(seen.worst, seen.studio)


def _ways(seen: Overview) -> list[Block]:
    write = [
        button(texts.HOME_FIND, ids.EDITOR_FIND, WRITE),
        *(button(texts.NEW[kind], f"{ids.EDITOR_NEW}_{kind}", kind) for kind in (ARTICLE, RUNBOOK, RECIPE)),
    ]  # fmt: skip
    read = button(texts.HOME_READ, f"{ids.EDITOR_FIND}_{READ}", READ)
    studio = [button(texts.HOME_STUDIO, ids.LINK) | {"url": seen.studio}] if seen.studio else []
    return [*(write if seen.writes else []), read, *studio]


def _drafts(title: str, drafts: Sequence[Kept], more: int) -> list[Block]:
    if not drafts: return []
    rows = [section(_draft(one), button(texts.OPEN, ids.EDITOR_OPEN, _value(one.kind, one.slug))) for one in drafts]
    return [header(title), *rows, *([context(texts.HOME_MORE.format(count=more))] if more else [])]


def _draft(one: Kept) -> str:
    return texts.HOME_DRAFT.format(
        title=_short(one.title), kind=texts.KINDS[one.kind], state=texts.STATES[one.state], by=by(one.saved_by),
        at=moment(one.saved_at, "UTC"),
    )


def _lapsed(rows: Sequence[LapsedRow], more: int) -> list[Block]:
    if not rows: return []
    found: list[Block] = []
    for one in rows:
        item = Item(kind=one.kind, slug=one.slug, seen=one.revision)
        because = why({"why": one.lapse, "verified": one.verified})
        told = texts.HOME_LAPSED_ROW.format(title=_short(one.title), why=because)
        checked = button(texts.VERIFY, ids.EDITOR_VERIFY, item.value)
        found += [section(told), actions(checked, button(texts.OPEN, ids.EDITOR_OPEN, item.value))]
    return [header(texts.HOME_LAPSED), *found, *([context(texts.HOME_MORE.format(count=more))] if more else [])]


def _gaps(rows: Sequence[GapRow]) -> list[Block]:
    return [header(texts.HOME_GAPS), *(block for one in rows for block in _gap(one))] if rows else []


def _gap(one: GapRow) -> list[Block]:
    told = texts.HOME_GAP_ROW.format(
        title=_short(one.title), cost=cost(one.count, one.people, one.minutes)
    )  # fmt: skip
    if one.assignee: told += texts.HOME_GAP_MINE.format(assignee=one.assignee)
    here, seen = str(one.id), pack(one.id, one.version)
    row = actions(
        button(texts.OPEN, f"{ids.EDITOR_GAP}_open", here),
        button(texts.GAP_BEGIN, f"{ids.EDITOR_GAP}_begin", here),
        button(texts.GAP_SNOOZE, f"{ids.EDITOR_GAP}_snooze", seen),
        *([] if one.assignee else [button(texts.GAP_MINE, f"{ids.EDITOR_GAP}_mine", seen)]),
    )
    return [section(told), row]


def _health(rows: Sequence[HealthRow], studio: str) -> list[Block]:
    if not rows: return []
    found = [
        section(
            texts.HOME_HEALTH_ROW.format(title=_short(one.title), says=escape(cut(one.says, 300))),
            button(texts.OPEN, ids.EDITOR_OPEN, _value(one.kind, one.slug)),
        ) for one in rows
    ]  # fmt: skip
    more = [context(texts.HOME_HEALTH_MORE.format(link=f"{studio}/health"))] if studio else []
    return [header(texts.HOME_HEALTH), *found, *more]


def _value(kind: str, slug: str) -> str:
    return Item(kind=kind, slug=slug).value


def _short(text: str) -> str:
    return escape(clip(" ".join(text.split()), TITLE))
