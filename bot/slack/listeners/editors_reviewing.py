"""From a draft to what is published, and what is done with that: a click, or a word that is asked for first."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from slack_bolt import Ack, App

from bot.assistant.editorial.made import must_publish
from bot.assistant.editorial.reviewing import NeedsReason
from bot.slack import ids
from bot.slack.blocks import entered, number
from bot.slack.editors import say, texts
from bot.slack.editors.say import Word
from bot.slack.editors.state import Item, item
from bot.slack.listeners.editors_stage import Stage, redraw_home, sheet_of
from bot.slack.mrkdwn import escape
from bot.slack.surface import Click, SlackSurface, read_click
from core.errors import FirstlineError, Unavailable
from core.people import Person
from core.received import KEY
from kb.articles import RUNBOOK

Json = dict[str, Any]
LATE = 2.5  # seconds after which Slack may wait no more for what a form shows next, and has to be given it


def register(app: App, surface: SlackSurface) -> None:
    """Connect the sheet's buttons, those of the cards in the editors' channel, and the questions."""
    _at_once(app, surface)
    _asking(app, surface)
    _saying(app, surface)


def _at_once(app: App, surface: SlackSurface) -> None:
    deeds: dict[str, Callable[[Item, Person, SlackSurface], str]] = {
        ids.EDITOR_PUBLISH: _publish, ids.EDITOR_REBASE: _rebase, ids.EDITOR_DROP: _drop, ids.EDITOR_VERIFY: _verify,
    }  # fmt: skip

    def connect(action: str, deed: Callable[[Item, Person, SlackSurface], str]) -> None:
        @app.action(action)
        def clicked(ack: Ack, body: Json) -> None:
            ack()
            click = read_click(body, surface)
            about = item(click.value)
            if (body.get("view") or {}).get("type") == "home":  # it shows by itself what was done
                deed(about, click.person, surface)
            else:
                stage = Stage(click, body, surface)
                stage.show(after(lambda: deed(about, click.person, surface), about, click.person, surface))
            redraw_home(click.person, surface)

    for action, deed in deeds.items(): connect(action, deed)


def _asking(app: App, surface: SlackSurface) -> None:
    words = {
        ids.EDITOR_SUBMIT: Word.SUBMIT, ids.EDITOR_SEND_BACK: Word.SEND_BACK, ids.EDITOR_RETIRE: Word.RETIRE,
    }  # fmt: skip

    def connect(action: str, word: Word) -> None:
        @app.action(action)
        def clicked(ack: Ack, body: Json) -> None:
            ack()
            click = read_click(body, surface)
            _ask(word, item(click.value), click, body, surface)

    for action, word in words.items(): connect(action, word)

    @app.action(ids.EDITOR_ROLLBACK)
    def back(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        value, _, revision = click.value.rpartition("|")
        _ask(Word.ROLLBACK, item(value), click, body, surface, to=number(revision))


def _ask(word: Word, about: Item, click: Click, body: Json, surface: SlackSurface, to: int = 0) -> None:
    """Ask for a word, once it is known that the person sees the item."""
    found = surface.assistant.sheets.of(about.kind, about.slug, click.person)
    if word is not Word.SUBMIT: must_publish(click.person, about.kind)
    stage, keeping = Stage(click, body, surface), surface.assistant.keeping
    lost = keeping.losses(about.kind, about.slug, click.person) if word is Word.RETIRE else ()
    stage.show(say.view(word, about, found.title, to=to, lost=lost))


def _saying(app: App, surface: SlackSurface) -> None:
    """What is said is done before Slack hears that it came: who hears nothing sends it again, and it counts once."""
    @app.view(ids.EDITOR_SAY_VIEW)
    def said(ack: Ack, body: Json, view: Json) -> None:
        begun = monotonic()
        word, to, about = say.meant(view["private_metadata"])
        person, note = surface.directory.person(body["user"]["id"]), entered(view)["word"]
        key = f"said:{view['id']}:{view['hash']}"[:KEY]  # the hash is another one whenever the view is drawn anew
        try:
            shown = sheet_of(about, person, surface, said=_done(word, to, about, person, note, key, surface))
        except NeedsReason as error:
            title = surface.assistant.sheets.of(about.kind, about.slug, person).title
            shown = say.view(word, about, title, lost=error.lost, to=to, said=note)
        except FirstlineError as error:
            if isinstance(error, Unavailable) or not surface.assistant.reviewing.was_done(key):
                ack(response_action="errors", errors={"word": surface.directory.named(str(error))})
                return
            shown = sheet_of(about, person, surface, said=texts.DONE_BEFORE)
        ack(response_action="update", view=shown)
        if monotonic() - begun > LATE: surface.client.views_update(view_id=view["id"], view=shown)
        redraw_home(person, surface)


def after(deed: Callable[[], str], about: Item, person: Person, surface: SlackSurface) -> Json:
    """Do something, and what is to be seen then: the sheet, why it could not be done, or what is still to be said."""
    try:
        said = deed()
    except NeedsReason as error:
        title = surface.assistant.sheets.of(about.kind, about.slug, person).title
        return say.view(Word.PUBLISH, about, title, lost=error.lost)
    except FirstlineError as error:
        return sheet_of(about, person, surface, problem=str(error))
    return sheet_of(about, person, surface, said=said)


def _done(word: Word, to: int, about: Item, person: Person, note: str, key: str, surface: SlackSurface) -> str:
    reviewing, keeping = surface.assistant.reviewing, surface.assistant.keeping
    kind, slug, seen = about.kind, about.slug, about.seen
    match word:
        case Word.SUBMIT:
            reviewing.submit(kind, slug, person, seen_version=seen, note=note, key=key)
            return texts.SUBMITTED
        case Word.SEND_BACK:
            reviewing.send_back(kind, slug, person, seen_version=seen, note=note, key=key)
            return texts.SENT_BACK
        case Word.PUBLISH: return _publish(about, person, surface, note, key)
        case Word.RETIRE:
            title = keeping.retire(kind, slug, person, seen_revision=seen, reason=note, key=key)
            return texts.RETIRED.format(title=escape(title))
        case Word.ROLLBACK:
            saved = keeping.rollback(kind, slug, to, person, seen_revision=seen, reason=note, key=key)
            return texts.SUBMITTED if saved.waits else _published(kind, saved.revision)


def _publish(about: Item, person: Person, surface: SlackSurface, reason: str = "", key: str = "") -> str:
    saved = surface.assistant.reviewing.publish(
        about.kind, about.slug, person, seen_version=about.seen, reason=reason, key=key
    )  # fmt: skip
    return _published(about.kind, saved.revision)


def _published(kind: str, revision: int) -> str:
    return (texts.PUBLISHED_RUNBOOK if kind == RUNBOOK else texts.PUBLISHED).format(revision=revision)


def _rebase(about: Item, person: Person, surface: SlackSurface) -> str:
    surface.assistant.writing.rebase(about.kind, about.slug, person, seen_version=about.seen)
    return texts.REBASED


def _drop(about: Item, person: Person, surface: SlackSurface) -> str:
    title = surface.assistant.writing.draft(about.kind, about.slug, person).title
    surface.assistant.writing.drop(about.kind, about.slug, person, seen_version=about.seen)
    return texts.DROPPED.format(title=escape(title))


def _verify(about: Item, person: Person, surface: SlackSurface) -> str:
    surface.assistant.keeping.verify(about.kind, about.slug, person, seen_revision=about.seen)
    return texts.VERIFIED
