"""The App Home. Pure."""

from bot.question import HomeView
from bot.slack import ids, texts
from bot.slack.blocks import Block, actions, button, context, divider, header, section
from bot.slack.mrkdwn import escape
from bot.slack.render import queue_name, status_line
from handoff.tickets import Ticket
from kb.service import Kept

OUTAGES, FORMS = 10, 40  # that are shown; with two lists of ten tickets a Home stays under its 100 blocks


def home(view: HomeView, help_url: str) -> Block:
    """The Home tab of one person."""
    first_name = (view.name.split() or [""])[0]
    blocks = [header(texts.HOME_HELLO.format(name=first_name)), section(texts.HOME_INTRO)]
    articles = button(texts.HOME_ARTICLES, ids.LINK) | {"url": help_url}
    blocks += [actions(button(texts.HOME_ASK, ids.ASK_HOME, style="primary"), articles)]
    blocks += _outages(view) + _waiting(view) + _editing(view) + _runbooks(view) + _drafts(view)
    blocks += _own(view) + _forms(view)
    blocks += [divider(), context(texts.HOME_CONTACT.format(contact=escape(view.contact)))]
    return {"type": "home", "blocks": blocks}


def _outages(view: HomeView) -> list[Block]:
    if not view.outages: return []
    return [header(texts.HOME_OUTAGES), *(section(f":warning: {escape(text)}") for _, text in view.outages[:OUTAGES])]


def _waiting(view: HomeView) -> list[Block]:
    if not view.is_staff: return []
    return [header(texts.HOME_WAITING), *[section(_row(t)) for t in view.waiting]] if view.waiting else [
        header(texts.HOME_WAITING), section(texts.HOME_NOTHING_WAITS)
    ]


def _row(ticket: Ticket) -> str:
    who = f"<@{ticket.assignee}>" if ticket.assignee else "nobody yet"
    return f"*{ticket.number}* {ticket.priority} · {escape(queue_name(ticket.queue))} · {who}\n{escape(ticket.summary)}"


def _editing(view: HomeView) -> list[Block]:
    if not view.is_editor: return []
    rows = actions(
        button(texts.HOME_EDIT_ARTICLE, ids.EDIT_ARTICLE, style="primary"),
        button(texts.HOME_NEW_ARTICLE, ids.NEW_ARTICLE)
    )
    return [header(texts.HOME_EDIT), section(texts.HOME_EDIT_INTRO), rows]


def _runbooks(view: HomeView) -> list[Block]:
    if not view.reads_runbooks: return []
    new = [button(texts.HOME_RUNBOOK_NEW, ids.RUNBOOK_NEW)] if view.writes_runbooks else []
    rows = actions(button(texts.HOME_RUNBOOK_FIND, ids.RUNBOOK_FIND), *new)
    return [header(texts.HOME_RUNBOOKS), section(texts.HOME_RUNBOOKS_INTRO), rows]


def _drafts(view: HomeView) -> list[Block]:
    if not view.drafts: return []
    rows = [section(_draft(one), button(texts.HOME_DRAFT_OPEN, ids.DRAFT_OPEN, one.slug)) for one in view.drafts]
    return [header(texts.HOME_DRAFTS), *rows]


def _draft(one: Kept) -> str:
    names = {"title": escape(one.title), "slug": escape(one.slug)}
    return texts.HOME_DRAFT_ROW.format(**names, revision=one.revision, by=one.saved_by)


def _own(view: HomeView) -> list[Block]:
    rows = [section(status_line(ticket, view.tz)) for ticket in view.tickets]
    return [header(texts.HOME_TICKETS), *(rows or [section(texts.HOME_NO_TICKETS)])]


def _forms(view: HomeView) -> list[Block]:
    if not view.forms: return []
    shown = view.forms[:FORMS]
    rows = [section(escape(title), button(texts.FORM_BUTTON, ids.OPEN_FORM, slug)) for slug, title in shown]
    return [header(texts.HOME_FORMS), *rows]
