"""What is about to be saved: a file's text, and what was read from it."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from core.errors import BadInput
from core.files import Problem
from kb.articles import ARTICLE, Article, check, parse_article, passages
from kb.cookbook import parse_recipe
from kb.index import Entry

RECIPE: Final = "recipe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article or recipe about to be saved: its file's text, and what was read from it."""

    kind: str
    slug: str
    title: str
    source: str
    fields: dict[str, Any]
    entries: tuple[Entry, ...]

    def hash(self) -> str:
        """A hash of the source; saving an equal source again changes nothing."""
        return hashlib.sha256(self.source.encode()).hexdigest()


def article_draft(file: str, source: str) -> Draft | list[Problem]:
    """A Markdown file's name and text, ready to be saved, or what is wrong with it."""
    article = parse_article(file, source)
    if isinstance(article, list): return article
    return _article_draft(article, source)


def _article_draft(article: Article, source: str) -> Draft:
    own = [Entry(item=0, kind="title", ordinal=0, heading="", text=article.title)]
    own += [Entry(item=0, kind="alias", ordinal=n, heading="", text=text) for n, text in enumerate(article.aliases)]
    own += [Entry(item=0, kind="passage", ordinal=p.ordinal, heading=p.heading, text=p.text) for p in passages(article)]
    verified = article.verified.isoformat() if article.verified else ""
    fields = {
        "category": article.category, "audience": article.audience, "owner": article.owner, "verified": verified,
        "review_every": article.review_every, "aliases": list(article.aliases), "body": article.body,
    }
    return Draft(
        kind=article.kind, slug=article.slug, title=article.title, source=source, fields=fields, entries=tuple(own)
    )


def recipe_draft(file: str, source: str) -> Draft | list[Problem]:
    """A YAML file's name and text, ready to be saved, or what is wrong with it."""
    recipe = parse_recipe(file, source)
    if isinstance(recipe, list): return recipe
    own = [Entry(item=0, kind="title", ordinal=0, heading="", text=recipe.title)]
    own += [Entry(item=0, kind="trigger", ordinal=n, heading="", text=text) for n, text in enumerate(recipe.triggers)]
    fields = {"category": recipe.category, "audience": recipe.audience, "recipe": recipe.model_dump(mode="json")}
    return Draft(kind="recipe", slug=recipe.slug, title=recipe.title, source=source, fields=fields, entries=tuple(own))


def article_source(article: Article) -> str:
    """The Markdown file of an article that was written on a form."""
    import yaml

    problems = check(article)
    if problems: raise BadInput(" ".join(f"{problem[0].upper()}{problem[1:]}." for problem in problems))
    kind = {} if article.kind == ARTICLE else {"kind": article.kind}
    front: dict[str, Any] = {"title": article.title, **kind, "category": article.category, "audience": article.audience}
    if article.owner: front["owner"] = article.owner
    if article.verified: front["verified"] = article.verified
    if article.review_every: front["review_every"] = f"{article.review_every}d"
    if article.aliases: front["aliases"] = list(article.aliases)
    return f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True)}---\n\n{article.body}\n"
