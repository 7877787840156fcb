"""The form of the editors: it is filled, looked at as people will read it, turned to another page, and kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App

from bot.assistant.editorial.made import read
from bot.assistant.editorial.writing import Begun
from bot.slack import ids
from bot.slack.blocks import number
from bot.slack.editors import clash, form, preview, texts
from bot.slack.editors.filled import Wrong, over, text_of, written
from bot.slack.editors.form import Drawn, input_id
from bot.slack.editors.parts import Parted, pages, parted
from bot.slack.editors.state import Form, Item, begun_form, item, read_form, typed
from bot.slack.listeners.editors_stage import Stage, redraw_home, sheet_of
from bot.slack.surface import SlackSurface, read_click, view_of
from core.errors import FirstlineError, NotFound, Stale
from core.people import Person
from kb.articles import Article
from kb.drafts import Kept
from kb.history import Revision
from kb.writing import RECIPE

Json = dict[str, Any]


def register(app: App, surface: SlackSurface) -> None:
    """Connect the form."""
    _filling(app, surface)
    _looking(app, surface)


def _filling(app: App, surface: SlackSurface) -> None:
    @app.action(ids.EDITOR_EDIT)
    def edit(ack: Ack, body: Json) -> None:
        ack()
        click = read_click(body, surface)
        about = item(click.value)
        begun = surface.assistant.writing.begin(about.kind, about.slug, click.person)
        Stage(click, body, surface).show(form_of(begun, click.person, surface))

    @app.view(ids.EDITOR_FORM_VIEW)
    def saved(ack: Ack, body: Json, view: Json) -> None:
        person = surface.directory.person(body["user"]["id"])
        seen, values = read_form(view["private_metadata"]), typed(view)
        try:
            kept = keep(seen, values, person, surface)
        except Stale as error:
            ack(response_action="update", view=clashed(seen, values, person, surface, str(error)))
        except FirstlineError as error:
            ack(response_action="errors", errors={input_id(seen, _place(error, values)): str(error)})
        else:
            about = Item(kind=kept.kind, slug=kept.slug)
            ack(response_action="update", view=sheet_of(about, person, surface, said=texts.KEPT))
            redraw_home(person, surface)


def _looking(app: App, surface: SlackSurface) -> None:
    @app.action(ids.EDITOR_PREVIEW)
    def look(ack: Ack, body: Json) -> None:
        ack()
        click, view = read_click(body, surface), view_of(body)
        seen, values = read_form(view["private_metadata"]), typed(view)
        source = begun_from(seen, click.person, surface)
        if seen.kind == RECIPE: shown = preview.source_view(text_of(seen, values, source))
        else: shown = preview.view(over(seen, values, source), surface.link_base)
        surface.client.views_push(trigger_id=click.trigger, view=shown)

    @app.action(ids.EDITOR_PAGE)
    def turn(ack: Ack, body: Json) -> None:
        ack()
        click, view = read_click(body, surface), view_of(body)
        seen, values = read_form(view["private_metadata"]), typed(view)
        Stage(click, body, surface).show(turned(seen, values, number(click.value), click.person, surface))


def turned(seen: Form, values: Mapping[str, str], page: int, person: Person, surface: SlackSurface) -> Json:
    """Another page of a form, once this one is kept; this one with what is wrong, if it cannot be."""
    try:
        kept = keep(seen, values, person, surface)
    except Stale as error:
        return clashed(seen, values, person, surface, str(error))
    except FirstlineError as error:
        begun = surface.assistant.writing.begin(seen.kind, seen.slug, person)
        return form_of(begun, person, surface, page=seen.page, said=clash.refused(str(error)), values=values)
    return form_of(surface.assistant.writing.begin(kept.kind, kept.slug, person), person, surface, page=page)


def keep(seen: Form, values: Mapping[str, str], person: Person, surface: SlackSurface) -> Kept:
    """Keep what was typed as the draft.

    Raises:
        Stale: somebody else was faster.
        BadInput: it cannot be kept; says why.
    """
    writing = surface.assistant.writing
    told = written(seen, values, begun_from(seen, person, surface))
    if not seen.slug: _must_be_free(seen.kind, told.slug, surface)
    return writing.keep(
        seen.kind, told.slug, told.source, person, seen_version=seen.version, based_on=seen.based_on,
        origin=seen.origin,
    )  # fmt: skip


def begun_from(seen: Form, person: Person, surface: SlackSurface) -> str:
    """The text that a form was drawn from; empty for something new.

    Raises:
        Stale: it is not there any more, or is another one.
    """
    if not seen.slug: return ""
    try:
        begun = surface.assistant.writing.begin(seen.kind, seen.slug, person)
    except NotFound as error:
        raise Stale(texts.STALE_SHORT) from error
    if (begun.version, begun.based_on) != (seen.version, seen.based_on): raise Stale(texts.STALE_SHORT)
    return begun.source


def form_of(
    begun: Begun, person: Person, surface: SlackSurface, *, page: int = 0, said: str = "",
    values: Mapping[str, str] | None = None, name: str = ""
) -> Json:
    """The form of a text, at a page; `values` were typed, to be copied from; `name` is for a new recipe."""
    article, body = opened(begun)
    at = begun_form(begun).at(min(page, len(pages(body)) - 1))
    if article is not None and not begun.slug and not article.owner: article = replace(article, owner=person.email)
    return form.view(
        Drawn(
            form=at, body=body, article=article, audiences=surface.assistant.sheets.audiences(person),
            said=[said] if said else [], ours=clash.ours(values or {}), name=name,
        )
    )


def opened(begun: Begun) -> tuple[Article | None, Parted]:
    """A text as the form shows it: its fields, none for a recipe, and the rest in parts."""
    if begun.kind == RECIPE: return None, parted(begun.source)
    article = read(begun.slug or "new", begun.source)
    return article, parted(article.body)


def clashed(seen: Form, values: Mapping[str, str], person: Person, surface: SlackSurface, words: str) -> Json:
    """What somebody else saved, on the form, with what this person wrote below it."""
    try:
        begun = surface.assistant.writing.begin(seen.kind, seen.slug, person)
    except NotFound:  # theirs is gone: ours is all there is
        return form.view(clash.anew(seen, values, surface.assistant.sheets.audiences(person)))
    article, body = opened(begun)
    theirs = clash.fields(article, body, begun.slug)
    where = clash.where(values, theirs)
    said = clash.said(begun, _live(begun, surface), where) or words
    return form_of(begun, person, surface, page=seen.page, said=said, values=clash.without_same(values, theirs))


def _live(begun: Begun, surface: SlackSurface) -> Revision | None:
    found = surface.assistant.parts.kb.history.of(begun.kind, begun.slug)
    return found[0] if found else None


def _must_be_free(kind: str, slug: str, surface: SlackSurface) -> None:
    """Refuse a name that something has already."""
    kb = surface.assistant.parts.kb
    if kb.drafts.find(slug, kind) is None and not kb.is_published(kind, slug): return
    raise Wrong("slug" if kind == RECIPE else "title", texts.TAKEN.format(kind=texts.ONE[kind], slug=slug))


def _place(error: FirstlineError, values: Mapping[str, str]) -> str:
    """The input that an error is shown at: the one that it names, else the first part of the text."""
    if isinstance(error, Wrong) and error.name in values: return error.name
    return next((name for name in values if name.startswith("part_")), "part_0")
