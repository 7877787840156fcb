"""A resolved ticket becomes the draft of a recipe; editors publish it."""

from collections.abc import Callable

from bot.assistant.editorial.beside import beside_published
from bot.assistant.editorial.made import made, must_write, refuse, slug_of
from bot.assistant.parts import Parts
from bot.reading import clean
from core import events, people
from core.db import Database
from core.errors import BadInput, NotFound
from core.people import Person
from core.personal import full_names, impersonal
from handoff import tickets
from handoff.tickets import Ticket
from kb.cookbook.checking import Surroundings
from kb.drafting import Solved, article_text, recipe_text, title_of, unfinished
from kb.service import KnowledgeBase
from kb.writing import RECIPE

SHOWN = 5  # problems told at once
SLUG = 6  # words of a name that is made of a title


def draft_of(
    database: Database, find: Callable[..., Ticket | None], key: object, kind: str = RECIPE
) -> tuple[str, str]:
    """The name and the text of a recipe, or of an article, from a resolved ticket, without the people in it.

    Raises:
        NotFound: there is no such ticket.
        BadInput: it is still open.
    """
    with database.reading() as session:
        ticket = find(session, key)
        if ticket is None: raise NotFound(f"There is no ticket {key}.")
        if ticket.open: raise BadInput(f"{ticket.number} is still open. A recipe can be drafted once it is resolved.")
        concerned = {ticket.requester, ticket.assignee}
        concerned |= {event.actor for event in events.history(session, f"ticket:{ticket.id}")}
        names = {person.name for one in concerned if one and (person := people.find(session, one))}
        names |= people.names_among(session, full_names("\n".join(_said(ticket))))
    solved = _solved(ticket, names)
    text = recipe_text(solved) if kind == RECIPE else article_text(solved)
    return "-".join(slug_of(title_of(solved)).split("-")[:SLUG]) or "draft", text


def _said(ticket: Ticket) -> tuple[str, ...]:
    return (*ticket.brief.asked, *(step.step for step in ticket.brief.tried), ticket.resolution)


def _solved(ticket: Ticket, names: set[str]) -> Solved:
    return Solved(
        number=ticket.number, category=ticket.category,
        asked=tuple(impersonal(clean(text), names) for text in ticket.brief.asked),
        tried=tuple(impersonal(step.step, names) for step in ticket.brief.tried),
        note=impersonal(ticket.resolution, names),
    )


def publish(kb: KnowledgeBase, slug: str, around: Surroundings, *, by: str) -> str:
    """Publish a draft of a recipe; its title. `around` is what recipes may name beside articles and other recipes.

    Raises:
        NotFound: there is no such draft.
        BadInput: something in it is still to be written, or it is no longer sound; says which line.
    """
    kept = kb.drafts.get(slug)
    draft = made(RECIPE, slug, kept.source)
    refuse([*unfinished(f"{slug}.yaml", kept.source), *beside_published(kb, slug, kept.source, around)])
    kb.drafts.publish(draft, by=by, seen_version=kept.version)
    return draft.title


class Drafting:
    """What staff can do with drafts. The role is checked here, whatever surface asks."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def begin(self, ticket_id: int, person: Person, kind: str = RECIPE) -> tuple[str, str]:
        """The name and the text of a recipe, or of an article, from a resolved ticket; see `draft_of`."""
        must_write(person, kind)
        return draft_of(self._parts.database, tickets.get, ticket_id, kind)
