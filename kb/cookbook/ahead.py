"""How much of a recipe is left. Pure."""

from collections.abc import Callable, Mapping

from kb.cookbook.conditions import Facts
from kb.cookbook.language import GOAL, End, Kind, Recipe, Step, is_end
from kb.cookbook.playing import Book, Progress, decided


def steps_left(book: Book, progress: Progress) -> int:
    """How many steps are at least ahead until the recipe can end, the present one included.

    On the shortest way to `solved`; where none is left, to any end. Recipes that it is within count as one more each.
    """
    recipe = book.recipes[progress.recipe]
    solved = lambda target: target == End.SOLVED  # noqa: E731 - one expression
    for facts in (progress.facts, None):  # as far as it is known now; where that leads round in a circle, any way
        ways = {name: _onward(step, facts) for name, step in recipe.steps.items()} | {GOAL: [recipe.start]}
        found = _shortest(recipe, ways, progress.step, solved) or _shortest(recipe, ways, progress.step, is_end)
        if found: break
    return found + len(progress.callers)


def _onward(step: Step, facts: Facts | None) -> list[str]:
    """Where a step leads when all goes well; decisions by these facts, or anywhere."""
    if step.kind is Kind.DECIDE and facts is not None: return [decided(step, facts)]
    if step.kind is Kind.RECIPE: return [step.on[End.SOLVED]]
    return [target for outcome, target in step.on.items() if outcome not in ("refused", "failed")] or step.targets()


def _shortest(
    recipe: Recipe, ways: Mapping[str, list[str]], start: str, wanted: Callable[[str], bool]
) -> int:
    """Steps that people see on the shortest way to a wanted ending; 0 if there is no way."""
    best, todo = {start: 0 if start in recipe.steps and recipe.steps[start].kind is Kind.DECIDE else 1}, [start]
    while todo:
        name = min(todo, key=best.__getitem__)
        todo.remove(name)
        if any(wanted(target) for target in ways[name]): return best[name]
        for target in ways[name]:
            if target not in recipe.steps: continue
            cost = best[name] + (recipe.steps[target].kind is not Kind.DECIDE)
            if cost < best.get(target, cost + 1):
                best[target] = cost
                todo.append(target)
    return 0
