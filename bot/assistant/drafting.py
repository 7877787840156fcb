"""A resolved ticket becomes the draft of a recipe; editors publish it."""

from collections.abc import Callable
from dataclasses import replace

from bot.assistant.editing import slug_of
from bot.assistant.parts import PUBLIC, Parts
from bot.reading import clean
from core import events, people
from core.db import Database
from core.errors import BadInput, NotFound
from core.files import Problem
from core.people import Action, Person
from core.personal import full_names, impersonal
from handoff import tickets
from handoff.tickets import Ticket
from kb.articles import ARTICLE, Article, parse_article
from kb.cookbook.checking import Read, Surroundings, check_together, read_recipe
from kb.drafting import Solved, article_text, recipe_text, title_of, unfinished
from kb.service import RECIPE, Draft, Kept, KnowledgeBase, article_draft, recipe_draft

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


def keep(kb: KnowledgeBase, slug: str, source: str, *, by: str, seen_revision: int | None = None) -> Kept:
    """Keep a draft whose recipe is sound, though parts may still be unwritten.

    Raises:
        BadInput: it is not sound, says which line; or its name is taken.
        Stale: somebody else changed the draft meanwhile.
    """
    kb.keep_draft(sound(slug, source), by=by, seen_revision=seen_revision)
    return kb.draft(slug)


def publish(kb: KnowledgeBase, slug: str, around: Surroundings, *, by: str) -> str:
    """Publish a draft; its title. `around` is what recipes may name beside articles and other recipes.

    Raises:
        NotFound: there is no such draft.
        BadInput: something in it is still to be written, or it is no longer sound; says which line.
    """
    kept = kb.draft(slug)
    draft = sound(slug, kept.source)
    _refuse([*unfinished(f"{slug}.yaml", kept.source), *_beside(kb, slug, kept.source, around)])
    kb.save(draft, by=by, seen_revision=kept.revision)
    return draft.title


def _beside(kb: KnowledgeBase, slug: str, source: str, around: Surroundings) -> list[Problem]:
    """What does not fit to what is published: a recipe, an article, an action or a fact that there is not."""
    published = kb.index().by_slug
    articles = {name for (kind, name), item in published.items() if kind == "article" and item.audience in PUBLIC}
    own = read_recipe(f"{slug}.yaml", source)
    others = [Read(file=name, recipe=kb.recipe(name)[0]) for kind, name in published if kind == "recipe"]
    found = check_together([own, *others], replace(around, articles=articles))
    return [problem for problem in found if problem.file == own.file]


def sound(slug: str, source: str) -> Draft:
    """A recipe's text as a draft; `BadInput` with its problems if it is not sound."""
    draft = recipe_draft(f"{slug.strip()}.yaml", source)
    if isinstance(draft, Draft): return draft
    _refuse(draft)
    raise BadInput("This is no recipe.")


def article_of(slug: str, source: str) -> Draft:
    """The same of an article's text."""
    draft = article_draft(f"{slug}.md", source)
    if isinstance(draft, Draft): return draft
    _refuse(draft)
    raise BadInput("This is no article.")


def _refuse(problems: list[Problem]) -> None:
    if not problems: return
    more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
    raise BadInput("\n".join([*(f"Line {one.line}: {one.message}" for one in problems[:SHOWN]), *more]))


class Drafting:
    """What staff can do with drafts. The role is checked here, whatever surface asks."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def begin(self, ticket_id: int, person: Person) -> tuple[str, str]:
        """The name and the text of a recipe from a resolved ticket; see `draft_of`."""
        person.must(Action.DRAFT_RECIPES)
        return draft_of(self._parts.database, tickets.get, ticket_id)

    def open(self, slug: str, person: Person) -> Kept:
        """A draft of a recipe to go on with."""
        person.must(Action.DRAFT_RECIPES)
        return self._parts.kb.draft(slug)

    def open_article(self, slug: str, person: Person) -> tuple[Kept, Article]:
        """A draft of an article to go on with; saving it on the form of articles publishes it."""
        person.must(Action.EDIT_ARTICLES)
        kept = self._parts.kb.draft(slug, ARTICLE)
        read = parse_article(f"{slug}.md", kept.source)
        if isinstance(read, Article): return kept, read
        raise BadInput(" ".join(problem.message for problem in read))

    def keep(self, slug: str, source: str, person: Person, *, seen_revision: int) -> Kept:
        """Keep what was written on the form; see `keep`."""
        person.must(Action.DRAFT_RECIPES)
        return keep(self._parts.kb, slug, source, by=person.id, seen_revision=seen_revision)

    def publish(self, slug: str, person: Person) -> str:
        """Publish a draft; see `publish`."""
        person.must(Action.EDIT_ARTICLES)
        actions = self._parts.actions
        around = Surroundings(
            outcomes=actions.outcomes, parameters=actions.parameters, results=actions.results,
            lists=self._parts.books.lists.keys(),
        )
        return publish(self._parts.kb, slug, around, by=person.id)
