"""A file's text as something that can be kept or published, or what is wrong with it in a few lines."""

from collections.abc import Sequence
from datetime import date

from core.errors import BadInput
from core.files import Problem
from core.people import Action, Person
from kb.articles import ARTICLE, RUNBOOK, Article, parse_article
from kb.writing import RECIPE, Draft, article_draft, article_source, recipe_draft

SHOWN = 5  # problems told at once
MAY_WRITE = {ARTICLE: Action.DRAFT_ARTICLES, RECIPE: Action.DRAFT_RECIPES, RUNBOOK: Action.EDIT_RUNBOOKS}
MAY_PUBLISH = {ARTICLE: Action.EDIT_ARTICLES, RECIPE: Action.EDIT_ARTICLES, RUNBOOK: Action.EDIT_RUNBOOKS}
NAMES = {ARTICLE: "article", RECIPE: "recipe", RUNBOOK: "run-book"}


def must_write(person: Person, kind: str) -> None:
    """Refuse whoever may not write this kind."""
    person.must(MAY_WRITE[known(kind)])


def must_publish(person: Person, kind: str) -> None:
    """Refuse whoever may not publish this kind."""
    person.must(MAY_PUBLISH[known(kind)])


def known(kind: str) -> str:
    """A kind that there is; `BadInput` for another."""
    if kind in NAMES: return kind
    raise BadInput(f'There is nothing of the kind "{kind[:20]}".')


def made(kind: str, slug: str, source: str) -> Draft:
    """A text of some kind as a draft.

    Raises:
        BadInput: it is not sound; says which lines.
    """
    if kind == RECIPE: return _or_refuse(kind, recipe_draft(f"{slug.strip()}.yaml", source))
    draft = _or_refuse(kind, article_draft(f"{slug.strip()}.md", source))
    if (draft.kind, draft.slug) == (kind, slug.strip()): return draft
    raise BadInput(f"The front matter says {draft.kind} {draft.slug}, but this is the {NAMES[kind]} {slug}.")


def audience_of(kind: str, slug: str, source: str) -> str:
    """Whom a text is for; empty, which is nobody, where that cannot be read."""
    try:
        return str(made(kind, slug, source).fields["audience"])
    except BadInput:
        return ""


def read(slug: str, source: str) -> Article:
    """An article's or run-book's text, read.

    Raises:
        BadInput: it is not sound; says which lines.
    """
    found = parse_article(f"{slug}.md", source)
    if isinstance(found, Article): return found
    refuse(found)
    raise BadInput("This is no article.")


def written(article: Article) -> Draft:
    """An article or run-book that was filled in on a form, as a draft.

    Raises:
        BadInput: it is not sound; says what.
    """
    return made(article.kind, article.slug, article_source(article))


def in_order(kind: str, slug: str, source: str) -> str:
    """A text as a form would write it, so that two can be compared by what they say; as it is, if it is not sound."""
    if kind == RECIPE: return source
    try:
        return article_source(read(slug, source))
    except BadInput:
        return source


def checked_on(source: str, slug: str, day: date, owner: str) -> str:
    """The text of an article that somebody checked on a day; it is theirs if it was nobody's."""
    from dataclasses import replace

    article = read(slug, source)
    return article_source(replace(article, verified=day, owner=article.owner or owner))


def refuse(problems: Sequence[Problem]) -> None:
    """`BadInput` with the first problems, a line each, if there is any."""
    if not problems: return
    more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
    raise BadInput("\n".join([*(f"Line {one.line}: {one.message}" for one in problems[:SHOWN]), *more]))


def _or_refuse(kind: str, draft: Draft | list[Problem]) -> Draft:
    if isinstance(draft, Draft): return draft
    refuse(draft)
    raise BadInput(f"This is no {NAMES[kind]}.")


def slug_of(title: str) -> str:
    """A slug of a title's words; empty when it has none that a slug can have."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in title.lower()).split()
    return "-".join(words)[:100].strip("-")
