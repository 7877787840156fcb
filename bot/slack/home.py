"""The App Home. Pure."""

from collections.abc import Mapping

from bot.question import HomeView
from bot.slack import ids, texts
from bot.slack.blocks import Block, actions, button, context, divider, header, modal, plain, section, text_input
from bot.slack.desk import after_texts, standing, tasks_view
from bot.slack.desk.queue_view import Links, go, pages, queues
from bot.slack.mrkdwn import escape
from bot.standing import Standing
from handoff.tickets import State, Ticket
from kb.articles import ARTICLE
from kb.drafts import Kept

OUTAGES, FORMS = 5, 30  # that are shown: with the lists beside them a Home stays under its 100 blocks


def home(view: HomeView, help_url: str, links: Links = lambda _channel, _ts: "") -> Block:
    """The Home tab of one person; it remembers which pages it shows. `links` gives the address of a message."""
    first_name = (view.name.split() or [""])[0]
    blocks = [header(texts.HOME_HELLO.format(name=first_name)), section(texts.HOME_INTRO)]
    articles = button(texts.HOME_ARTICLES, ids.LINK) | {"url": help_url}
    blocks += [actions(button(texts.HOME_ASK, ids.ASK_HOME, style="primary"), articles, *_open_one(view))]
    blocks += _outages(view)
    blocks += queues(view.queue, view.at, links) if view.queue else []
    blocks += tasks_view.tasks(view.tasks) + _editing(view) + _runbooks(view) + _drafts(view)
    blocks += _own(view) + _forms(view)
    blocks += [divider(), context(texts.HOME_CONTACT.format(contact=escape(view.contact)))]
    return {"type": "home", "private_metadata": go(view.at), "blocks": blocks}


def _open_one(view: HomeView) -> list[Block]:
    """Staff open tickets for others."""
    return [button(after_texts.HOME_NEW, ids.NEW_TICKET)] if view.queue else []


def _outages(view: HomeView) -> list[Block]:
    if not view.outages: return []
    return [header(texts.HOME_OUTAGES), *(section(f":warning: {escape(text)}") for _, text in view.outages[:OUTAGES])]


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
    rows = [section(_draft(one), button(texts.HOME_DRAFT_OPEN, ids.DRAFT_OPEN, _name(one))) for one in view.drafts]
    return [header(texts.HOME_DRAFTS), *rows]


def _name(one: Kept) -> str:
    """How the button that opens it names a draft."""
    return f"{ARTICLE}:{one.slug}" if one.kind == ARTICLE else one.slug


def _draft(one: Kept) -> str:
    names = {"title": escape(one.title), "slug": escape(one.slug)}
    return texts.HOME_DRAFT_ROW.format(**names, version=one.version, by=one.saved_by)


def _own(view: HomeView) -> list[Block]:
    rows = [block for one in view.standings for block in _one(one, view)]
    none = [section(after_texts.HOME_OWN_NONE)]
    return [header(after_texts.HOME_OWN), *(rows or none), *pages(view.own, "own", view.at)]


def _one(stands: Standing, view: HomeView) -> list[Block]:
    """One of the person's own tickets, with what they can do about it."""
    here = str(stands.ticket.id)
    add = [button(after_texts.HOME_ADD, ids.ADD, here)] if stands.ticket.open else []
    works = [button(after_texts.WORKS, ids.CONFIRM, here)] if stands.ticket.state is not State.CLOSED else []
    again = [button(after_texts.NOT_FIXED, ids.REOPEN, here)] if stands.may_reopen else []
    row = actions(*add, *works, *again, button(after_texts.HOME_STATUS, ids.STATUS, here))
    return [standing.block(stands, view.names, view.tz), row]


def status_view(stands: Standing, names: Mapping[str, str], tz: str) -> Block:
    """How one ticket stands, on a page of its own."""
    return {
        "type": "modal", "callback_id": ids.STATUS_VIEW, "title": plain(after_texts.STATUS_VIEW, 24),
        "close": plain(texts.CLOSE, 24), "blocks": [standing.block(stands, names, tz)],
    }  # fmt: skip


def add(ticket: Ticket) -> Block:
    """What a requester adds to their open ticket."""
    intro = after_texts.ADD_INTRO.format(number=ticket.number, summary=escape(ticket.summary))
    field = text_input("text", after_texts.ADD_LABEL, long=True)
    return modal(
        ids.ADD_VIEW, after_texts.ADD_TITLE, texts.SEND, [section(intro), field], private=str(ticket.id),
        cancel=texts.CANCEL,
    )


def _forms(view: HomeView) -> list[Block]:
    if not view.forms: return []
    shown = view.forms[:FORMS]
    rows = [section(escape(title), button(texts.FORM_BUTTON, ids.OPEN_FORM, slug)) for slug, title in shown]
    return [header(texts.HOME_FORMS), *rows]
