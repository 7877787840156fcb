"""Where the editors' clicks go on: one modal, which shows a sheet, a form or a question, one after the other."""

from typing import Any

from bot.assistant.editorial.made import MAY_PUBLISH
from bot.assistant.editorial.sheets import Sheet
from bot.slack.editors import sheet, texts
from bot.slack.editors.state import Item
from bot.slack.listeners.messages import publish_home
from bot.slack.surface import Click, SlackSurface
from core.errors import FirstlineError
from core.people import Person

Json = dict[str, Any]


class Stage:
    """The modal that was clicked in, or a new one over a message or a Home."""

    def __init__(self, click: Click, body: Json, surface: SlackSurface) -> None:
        """Take the modal, or open one at once: what Slack lends for that lasts three seconds."""
        view = body.get("view") or {}
        self._surface = surface
        self._id = view["id"] if view.get("type") == "modal" else self._opened(click)

    def show(self, view: Json) -> None:
        """Show something else in it."""
        self._surface.client.views_update(view_id=self._id, view=view)

    def _opened(self, click: Click) -> str:
        made: str = self._surface.client.views_open(trigger_id=click.trigger, view=waiting())["view"]["id"]
        return made


def waiting(kind: str = "article") -> Json:
    """What is shown until something is done."""
    return sheet.over(kind, texts.MOMENT)


def sheet_of(item: Item, person: Person, surface: SlackSurface, *, said: str = "", problem: str = "") -> Json:
    """The sheet of an item as the person sees it now; where they see none, the words alone."""
    try:
        found = surface.assistant.sheets.of(item.kind, item.slug, person)
    except FirstlineError as error:
        if problem: return sheet.refused(item.kind, problem)
        if retired(item, person, surface): return sheet.over(item.kind, said or texts.NOW_RETIRED, item.slug)
        return sheet.over(item.kind, said) if said else sheet.refused(item.kind, str(error))
    return drawn(found, surface, said=said, problem=problem)


def retired(item: Item, person: Person, surface: SlackSurface) -> bool:
    """Whether it was published once and is not now, and the person may go back to it."""
    if item.kind not in MAY_PUBLISH or not person.may(MAY_PUBLISH[item.kind]): return False
    kb = surface.assistant.parts.kb
    return not kb.is_published(item.kind, item.slug) and bool(kb.history.of(item.kind, item.slug))


def drawn(found: Sheet, surface: SlackSurface, *, said: str = "", problem: str = "") -> Json:
    """A sheet as a view."""
    return sheet.view(found, surface.assistant.parts.audiences(), surface.link_base, said, problem)


def show_sheet(click: Click, body: Json, item: Item, surface: SlackSurface) -> None:
    """Open an item over what the person looks at; a sheet that is open is drawn anew."""
    if not retired(item, click.person, surface):  # else refused before anything opens
        surface.assistant.sheets.of(item.kind, item.slug, click.person)
    view = body.get("view") or {}
    if view.get("type") != "modal":
        surface.client.views_open(trigger_id=click.trigger, view=sheet_of(item, click.person, surface))
    else:
        surface.client.views_push(trigger_id=click.trigger, view=sheet_of(item, click.person, surface))


def redraw_home(person: Person, surface: SlackSurface) -> None:
    """Draw the Home that lies below anew."""
    publish_home(person.id, surface)
