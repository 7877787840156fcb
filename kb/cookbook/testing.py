"""The test paths of a recipe: played, and counted which steps and ways they go through. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import BadInput
from kb.cookbook.language import GOAL, End, Kind, Move, Path, Recipe, Step
from kb.cookbook.playing import Book, Progress, advance, begin, step_of

Way = tuple[str, str]  # a step, and the answer or row that leads on from it
_NESTED = "nested_recipe"  # the fact that stands for how a recipe within a recipe ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the test paths of a recipe go through, of what there is."""

    steps: frozenset[str]
    all_steps: frozenset[str]
    ways: frozenset[Way]
    all_ways: frozenset[Way]

    @property
    def missing(self) -> list[Way]:
        """The ways that no path goes."""
        return sorted(self.all_ways - self.ways)


def failures(recipe: Recipe) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Where a test path does not go as it says."""
    for number, path in enumerate(recipe.tests):
        problem = _failure(recipe, path)
        if problem: yield ("tests", number), f'the path "{path.name or number + 1}" {problem}'


def _failure(recipe: Recipe, path: Path) -> str:
    progress, problem = _walked(recipe, path)
    if problem: return problem
    if not progress.end: return f'does not end: it is at the step "{progress.step}"'
    ended = ending(recipe, progress)
    return "" if ended == path.ends else f"ends as {ended}, not as {path.ends}"


def ending(recipe: Recipe, progress: Progress) -> str:
    """An end as a target names it."""
    if progress.end is End.ARTICLE: return f"article:{progress.article}"
    if progress.end is not End.HANDOFF: return str(progress.end or "")
    return next((f"handoff:{name}" for name, text in recipe.reasons.items() if text == progress.note), "handoff")


def _walked(recipe: Recipe, path: Path) -> tuple[Progress, str]:
    """Where a path leads, and what is wrong with one of its answers."""
    book = flat(recipe)
    progress = begin(book, recipe.slug, path.known)
    for number, move in enumerate(path.path, 1):
        if progress.end: return progress, f"is over before its answer {number}, {move.said()!r}"
        step = step_of(book, progress)
        problem = _misfit(step, move)
        if problem: return progress, f'answer {number} at "{progress.step}": {problem}'
        try:
            progress = advance(book, progress, move.said(), results=move.results)
        except BadInput as error:
            return progress, f'answer {number} at "{progress.step}": {error}'
    return progress, ""


def _misfit(step: Step, move: Move) -> str:
    """What is wrong with a move by its kind: people answer what they are asked, and nothing else."""
    wanted = {Kind.ACTION: "action", Kind.WAIT: "wait"}.get(step.kind, "")
    wanted = "recipe" if step.save == _NESTED else wanted
    given = next((key for key in ("action", "wait", "recipe") if getattr(move, key)), "")
    if wanted == given: return ""
    return f"write {{{wanted}: …}} there" if wanted else "that step is answered by a person"


def flat(recipe: Recipe) -> Book:
    """A book in which a recipe within the recipe is one question: how did it end? Lists take anything."""
    steps = {name: _asked(step) for name, step in recipe.steps.items()}
    return Book(recipes={recipe.slug: recipe.model_copy(update={"steps": steps})})


def _asked(step: Step) -> Step:
    if step.recipe:
        on = {"handoff": "handoff", "article": "handoff"} | step.on
        return Step.model_validate({"say": step.recipe, "choices": on, "save": _NESTED, "limit": step.limit})
    if step.input and step.input.type == "device":
        return step.model_copy(update={"input": step.input.model_copy(update={"type": "text", "max": 500})})
    return step


def coverage(recipe: Recipe) -> Coverage:
    """Which steps and ways the recipe's test paths go through."""
    book, steps, ways = flat(recipe), set[str](), set[Way]()
    for path in recipe.tests:
        progress = begin(book, recipe.slug, path.known)
        for move in path.path:
            if progress.end: break
            steps.add(progress.step)
            ways.add((progress.step, _way(book, progress, move.said())))
            progress = advance(book, progress, move.said(), results=move.results)
    seen = {name: step for name, step in book.recipes[recipe.slug].steps.items() if step.kind is not Kind.DECIDE}
    every = {(name, way) for name, step in seen.items() for way in _ways(step)}
    return Coverage(
        steps=frozenset(steps - {GOAL}), all_steps=frozenset(seen), ways=frozenset(ways) & every,
        all_ways=frozenset(every),
    )


def _way(book: Book, progress: Progress, answer: str) -> str:
    step = step_of(book, progress)
    return answer if step.kind in (Kind.CHOICE, Kind.ACTION) else "next"


def _ways(step: Step) -> list[str]:
    if step.kind is Kind.CHOICE: return list(step.choices)
    return list(step.on) if step.kind is Kind.ACTION else ["next"]
