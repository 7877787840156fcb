"""The sheet of an item: what it says as people read it, how it stands, and what can be done with it. Pure."""

from collections.abc import Mapping

from bot.assistant.editorial.sheets import May, Sheet
from bot.slack import ids
from bot.slack import texts as shared
from bot.slack.blocks import Block, actions, button, context, divider, header, plain, section
from bot.slack.editors import preview, texts
from bot.slack.editors.state import Item
from bot.slack.editors.who import by
from bot.slack.mrkdwn import SECTION, cut, day, escape, moment
from kb.articles import ARTICLE, Article
from kb.drafts import DraftState, Kept

NOTE = 1_000  # characters of what was said about a draft
BUTTONS: dict[May, tuple[str, str, str]] = {
    May.PUBLISH: (texts.PUBLISH, ids.EDITOR_PUBLISH, "primary"), May.SUBMIT: (texts.SUBMIT, ids.EDITOR_SUBMIT, ""),
    May.SEND_BACK: (texts.SEND_BACK, ids.EDITOR_SEND_BACK, ""), May.EDIT: (texts.EDIT, ids.EDITOR_EDIT, ""),
    May.REBASE: (texts.REBASE, ids.EDITOR_REBASE, ""), May.VERIFY: (texts.VERIFY, ids.EDITOR_VERIFY, "primary"),
    May.HISTORY: (texts.HISTORY, ids.EDITOR_HISTORY, ""), May.DROP: (texts.DROP, ids.EDITOR_DROP, "danger"),
    May.RETIRE: (texts.RETIRE, ids.EDITOR_RETIRE, "danger"),
}  # fmt: skip
ON_DRAFTS = frozenset({May.PUBLISH, May.SUBMIT, May.SEND_BACK, May.REBASE, May.DROP})  # buttons drawn for its version


def view(sheet: Sheet, audiences: Mapping[str, str], link_base: str, said: str = "", problem: str = "") -> Block:
    """The sheet as a modal; `said` is what was just done, `problem` why something could not be."""
    told = [section(f":white_check_mark: {said}")] if said else []
    told += [section(_problem(problem))] if problem else []
    head = [header(sheet.title), *told, context(_about(sheet, audiences)), *_state(sheet)]
    return _modal(sheet.kind, [*head, actions(*_buttons(sheet)), divider(), *_text(sheet, link_base)])


def over(kind: str, words: str, slug: str = "") -> Block:
    """What is left to say of an item that has no sheet any more; with a slug, and the way to its history."""
    back = button(texts.HISTORY, ids.EDITOR_HISTORY, Item(kind=kind, slug=slug).value)
    return _modal(kind, [section(words), *([actions(back)] if slug else [])])


def refused(kind: str, why: str) -> Block:
    """Why something could not be done, where there is no sheet to say it on."""
    return over(kind if kind in texts.KINDS else ARTICLE, _problem(why))


def _problem(words: str) -> str:
    return cut(f":warning: {escape(words)}", SECTION)


def _modal(kind: str, blocks: list[Block]) -> Block:
    return {
        "type": "modal", "callback_id": ids.EDITOR_SHEET, "title": plain(texts.KINDS[kind], 24),
        "close": plain(shared.CLOSE, 24), "blocks": blocks,
    }  # fmt: skip


def _about(sheet: Sheet, audiences: Mapping[str, str]) -> str:
    live = texts.LIVE.format(revision=sheet.revision) if sheet.live else texts.NOT_LIVE
    if sheet.article is None: return f"{texts.ABOUT_RECIPE.format(kind=texts.KINDS[sheet.kind])} · {live}"
    return " · ".join([_what(sheet.kind, sheet.article, audiences), live, *_care(sheet.article)])


def _what(kind: str, article: Article, audiences: Mapping[str, str]) -> str:
    audience = audiences.get(article.audience, article.audience)
    values = {"category": escape(article.category), "audience": escape(audience)}
    return texts.ABOUT.format(kind=texts.KINDS[kind], **values)


def _care(article: Article) -> list[str]:
    owner = [texts.OWNED.format(owner=escape(article.owner))] if article.owner else []
    checked = texts.CHECKED.format(day=day(article.verified)) if article.verified else texts.UNCHECKED
    return [*owner, checked]


def _state(sheet: Sheet) -> list[Block]:
    if sheet.draft is None: return []
    rows = [section(draft_line(sheet.draft))]
    if sheet.draft.overtaken and sheet.live:
        live = sheet.live
        rows.append(section(texts.OVERTAKEN.format(by=by(live.saved_by), at=moment(live.saved_at, "UTC"))))
    return rows


def draft_line(draft: Kept) -> str:
    """Who saved a draft and when, whether it waits, and what was said."""
    words = texts.DRAFT_REVIEW if draft.state is DraftState.REVIEW else texts.DRAFT
    line = words.format(by=by(draft.saved_by), at=moment(draft.saved_at, "UTC"))
    note = " ".join(escape(draft.note).split())
    return f"{line}\n{texts.DRAFT_NOTE.format(note=cut(note, NOTE))}" if note else line


def _buttons(sheet: Sheet) -> list[Block]:
    return [_button(sheet, may) for may in BUTTONS if may in sheet.may]


def _button(sheet: Sheet, may: May) -> Block:
    words, action, style = BUTTONS[may]
    waits = sheet.draft is not None and sheet.draft.state is DraftState.REVIEW
    if may is May.PUBLISH and waits: words = texts.APPROVE
    seen = sheet.version if may in ON_DRAFTS else sheet.revision
    made = button(words, action, Item(kind=sheet.kind, slug=sheet.slug, seen=seen).value, style)
    return made | {"confirm": _sure()} if may is May.DROP else made


def _sure() -> Block:
    return {
        "title": plain(texts.DROP_SURE), "text": plain(texts.DROP_WHAT), "confirm": plain(texts.DROP, 30),
        "deny": plain(texts.KEEP, 30), "style": "danger",
    }  # fmt: skip


def _text(sheet: Sheet, link_base: str) -> list[Block]:
    if sheet.article is None: return preview.clipped(preview.code(sheet.source))
    intro = context(texts.AS_DRAFT if sheet.draft else texts.AS_READ)
    return [intro, *preview.clipped([section(text) for text in preview.shown(sheet.article, link_base)])]
