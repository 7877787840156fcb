"""What a recipe does not fit beside: what is published, and what the company's actions and lists are."""

from dataclasses import replace

from bot.assistant.parts import PUBLIC, Parts
from core.files import Problem
from kb.cookbook.checking import Read, Surroundings, check_together, read_recipe
from kb.service import KnowledgeBase


def beside(parts: Parts, slug: str, source: str) -> list[Problem]:
    """What does not fit to what is published: a recipe, an article, an action or a fact that there is not."""
    actions = parts.actions
    around = Surroundings(
        outcomes=actions.outcomes, parameters=actions.parameters, results=actions.results,
        lists=parts.books.lists.keys(),
    )
    return beside_published(parts.kb, slug, source, around)


def beside_published(kb: KnowledgeBase, slug: str, source: str, around: Surroundings) -> list[Problem]:
    """The same, where `around` is what recipes may name beside articles and other recipes."""
    published = kb.index().by_slug
    articles = {name for (kind, name), item in published.items() if kind == "article" and item.audience in PUBLIC}
    own = read_recipe(f"{slug}.yaml", source)
    others = [Read(file=name, recipe=kb.recipe(name)[0]) for kind, name in published if kind == "recipe"]
    found = check_together([own, *others], replace(around, articles=articles))
    return [problem for problem in found if problem.file == own.file]
