"""The recipes that a run may come to, at the revisions with which it began."""

import threading
from collections.abc import Mapping

from core.errors import NotFound
from core.people import PUBLIC
from kb.cookbook import Book, Recipe
from kb.cookbook.inputs import Lists
from kb.service import KnowledgeBase

KEPT = 500  # recipes held in memory; one is some ten kilobytes, and a revision never changes


class Books:
    """Reads recipes from the knowledge base, each revision once."""

    def __init__(self, kb: KnowledgeBase, lists: Lists) -> None:
        """Take the knowledge base, and the company's lists that inputs name."""
        self._kb, self.lists = kb, lists
        self._kept: dict[tuple[str, int], Recipe] = {}
        self._lock = threading.Lock()

    def newest(self, slug: str, audiences: frozenset[str] = PUBLIC) -> tuple[Book, dict[str, int]]:
        """A recipe and all within it as they are published now for some audiences, and their revisions.

        Raises:
            NotFound: there is no such recipe for them, or it is retired; one within it that is gone is left out, and so
                is one that is not for them.
        """
        revisions, todo = dict[str, int](), [slug]
        while todo:
            name = todo.pop()
            if name in revisions or not (number := self._kb.recipe_revision(name)): continue
            recipe = self._recipe(name, number)
            if recipe.audience not in audiences: continue
            revisions[name] = number
            todo += [step.recipe for step in recipe.steps.values() if step.recipe]
        if slug not in revisions: raise NotFound("That walk-through is no longer there. Ask me once more, please.")
        return self.at(revisions), revisions

    def audience(self, slug: str) -> str:
        """Whom a recipe is for now; empty where it is retired."""
        number = self._kb.recipe_revision(slug)
        return self._recipe(slug, number).audience if number else ""

    def at(self, revisions: Mapping[str, int]) -> Book:
        """The recipes at these revisions."""
        return Book(recipes={slug: self._recipe(slug, number) for slug, number in revisions.items()}, lists=self.lists)

    def _recipe(self, slug: str, revision: int) -> Recipe:
        known = self._kept.get((slug, revision))
        if known: return known
        recipe, _ = self._kb.recipe(slug, revision)
        with self._lock:
            if len(self._kept) >= KEPT: self._kept.clear()
            self._kept[slug, revision] = recipe
        return recipe
