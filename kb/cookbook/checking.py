"""Whether a recipe's file is sound: by itself, and beside the other recipes, the actions and the lists. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pydantic import ValidationError

from core.files import Document, Problem, read_yaml
from kb.cookbook import testing
from kb.cookbook.conditions import named
from kb.cookbook.language import GOAL, End, Kind, Recipe, Step, is_end

STEP_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LONG_SAY = 600  # characters that people read in one go; with more they lose their place
ALWAYS_KNOWN = frozenset({"platform", "location", "category", "message", GOAL})
ALWAYS_OUTCOMES = frozenset({"refused", "failed"})
UNASKED = frozenset({Kind.DECIDE, Kind.ACTION, Kind.WAIT})  # an action may need no approval, a wait ends by itself
UNASKED_CIRCLE = "in which nobody is asked anything; give one of its steps a `limit`"

Found = tuple[tuple[int | str, ...], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What recipes may name: outcomes and results of actions, lists, articles, pictures. None: not looked at."""

    outcomes: Mapping[str, AbstractSet[str]] | None = None
    parameters: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    results: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    lists: AbstractSet[str] | None = None
    articles: AbstractSet[str] | None = None
    pictures: AbstractSet[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A file that was read: a recipe, or what is wrong with it; and where everything stands in it."""

    file: str
    recipe: Recipe | None = None
    problems: tuple[Problem, ...] = ()
    document: Document | None = None

    def at(self, found: Iterable[Found]) -> list[Problem]:
        """Findings with their lines, in the file's order."""
        line = self.document.line if self.document else lambda _path: 1
        rows = [Problem(file=self.file, line=line(path), message=message) for path, message in found]
        return sorted(rows, key=lambda row: row.line)


def parse_recipe(file: str, text: str) -> Recipe | list[Problem]:
    """One YAML file (its name, its text) to a sound Recipe, or to what is wrong with it, line by line."""
    read = read_recipe(file, text)
    return read.recipe if read.recipe and not read.problems else list(read.problems)


def read_recipe(file: str, text: str) -> Read:
    """The same, with the recipe even where it has problems of sense, and with its lines."""
    document = read_yaml(file, text, words=True)
    if isinstance(document, Problem): return Read(file=file, problems=(document,))
    if not isinstance(document.data, dict):
        problem = Problem(file=file, line=1, message="a recipe is `key: value` lines: title, triggers, start, steps")
        return Read(file=file, problems=(problem,))
    slug = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    try:
        recipe = Recipe.model_validate({"slug": slug} | document.data)
    except ValidationError as error:
        return Read(file=file, problems=tuple(document.problems(file, error)), document=document)
    read = Read(file=file, recipe=recipe, document=document)
    return Read(file=file, recipe=recipe, document=document, problems=tuple(read.at(_unsound(recipe))))


def _unsound(recipe: Recipe) -> list[Found]:
    """What is wrong inside of a recipe. A step may only seem endless because a target is misspelt: that comes first."""
    return [*_bad_targets(recipe)] or [*_unreachable(recipe), *_endless(recipe), *_blind(recipe)] or [
        *testing.failures(recipe)
    ]


def _bad_targets(recipe: Recipe) -> Iterator[Found]:
    if recipe.start not in recipe.steps: yield ("start",), f'the start step "{recipe.start}" does not exist'
    for name, step in recipe.steps.items():
        if not STEP_ID.fullmatch(name):
            yield ("steps", name), f'the step id "{name[:60]}" may only have a-z, 0-9 and dashes'
        elif is_end(name) or name == GOAL:
            yield ("steps", name), f'"{name}" has a meaning of its own; call the step something else'
        yield from ((("steps", name, *path), message) for path, message in _bad_ways(recipe, name, step))


def _bad_ways(recipe: Recipe, name: str, step: Step) -> Iterator[Found]:
    for path, target in step.ways():
        reason = target.partition(":")[2] if target.startswith("handoff:") else ""
        if target not in recipe.steps and not is_end(target):
            yield path, f'"{target}" is neither a step nor an ending (solved, handoff, handoff:reason, article:slug)'
        elif reason and reason not in recipe.reasons: yield path, f'`reasons` has no "{reason}"'
    if step.limit and step.limit.then == name: yield ("limit", "then"), "a limit must lead to somewhere else"


def _unreachable(recipe: Recipe) -> Iterator[Found]:
    reached, todo = set[str](), [recipe.start]
    while todo:
        name = todo.pop()
        if name in reached or name not in recipe.steps: continue
        reached.add(name)
        todo.extend(recipe.steps[name].targets())
    for name in recipe.steps:
        if name not in reached: yield ("steps", name), f'nobody reaches the step "{name}"'


def _endless(recipe: Recipe) -> Iterator[Found]:
    """Steps from which no ending can be reached: dead ends and cycles without an exit."""
    for name in sorted(_without_end(recipe)):
        yield ("steps", name), f'no ending can be reached from the step "{name}"'


def _without_end(recipe: Recipe) -> AbstractSet[str]:
    return recipe.steps.keys() - _leading_to(recipe, is_end)


def _leading_to(recipe: Recipe, wanted: Callable[[str], bool]) -> set[str]:
    """The steps from which a target of a kind can be reached."""
    found = {name for name, step in recipe.steps.items() if any(wanted(t) for t in step.targets())}
    grew = True
    while grew:
        more = {n for n, s in recipe.steps.items() if n not in found and found.intersection(s.targets())}
        grew, found = bool(more), found | more
    return found


def _blind(recipe: Recipe) -> Iterator[Found]:
    """Circles in which nobody is asked anything: a run would never come out, or call the automation without end."""
    hidden = {name: step for name, step in recipe.steps.items() if step.kind is Kind.DECIDE}
    decisions = _circling({name: step.targets() for name, step in hidden.items()})
    for name in decisions:
        yield ("steps", name), f'"{name}" is in a circle of decisions in which nobody is asked anything'
    unasked = {name: _alone(step) for name, step in recipe.steps.items() if step.kind in UNASKED}
    told = {*decisions, *_without_end(recipe)}
    for name in _circling(unasked):
        if name not in told: yield ("steps", name), f'"{name}" is in a circle {UNASKED_CIRCLE}'


def _alone(step: Step) -> list[str]:
    """Where a step can lead for ever while everything goes well: once its limit is reached, on one way only."""
    if step.limit: return [step.limit.then]
    return [target for path, target in step.ways() if path[-1] not in ALWAYS_OUTCOMES]


def _circling(ways: Mapping[str, Sequence[str]]) -> list[str]:
    """The nodes of a graph that can reach themselves."""
    return [name for name, targets in _reach(ways).items() if name in targets]


def _reach(ways: Mapping[str, Sequence[str]]) -> dict[str, AbstractSet[str]]:
    """The nodes that each node of a graph can reach in one move or more."""
    reach: dict[str, AbstractSet[str]] = {name: set(targets) & ways.keys() for name, targets in ways.items()}
    for middle in ways:
        for name, targets in reach.items():
            if middle in targets: reach[name] = targets | reach[middle]
    return reach


# -- beside the others ---------------------------------------------------------------------------------------------


def check_together(reads: Sequence[Read], around: Surroundings) -> list[Problem]:
    """What is wrong between sound recipes, and with what they name."""
    recipes = {read.recipe.slug: read.recipe for read in reads if read.recipe}
    within = _reach({slug: [s.recipe for s in one.steps.values() if s.recipe] for slug, one in recipes.items()})
    found = {slug: given_by(one, recipes, around) for slug, one in recipes.items()}
    return [
        problem for read in reads if read.recipe
        for problem in read.at(_beside(read.recipe, found, within, recipes, around))
    ]  # fmt: skip


def _beside(
    recipe: Recipe, found: Mapping[str, AbstractSet[str]], within: Mapping[str, AbstractSet[str]],
    recipes: Mapping[str, Recipe], around: Surroundings,
) -> Iterator[Found]:
    outer = [slug for slug, inner in within.items() if recipe.slug in inner]  # a recipe shares the facts of those
    facts = ALWAYS_KNOWN.union(*(found[slug] for slug in (recipe.slug, *outer)))
    anywhere = ALWAYS_KNOWN.union(*found.values())
    for name, step in recipe.steps.items():
        problems = [*_bad_names(step, recipes, around), *_bad_facts(step, facts, anywhere)]
        if recipe.slug in within.get(step.recipe, ()):
            problems.append((("recipe",), f'"{step.recipe}" leads back to this recipe'))
        yield from ((("steps", name, *path), message) for path, message in problems)


def _bad_names(step: Step, recipes: Mapping[str, Recipe], around: Surroundings) -> Iterator[Found]:
    if step.recipe and step.recipe not in recipes: yield ("recipe",), f'there is no recipe "{step.recipe}"'
    if step.action and around.outcomes is not None: yield from _bad_action(step, around)
    listed = step.input.listed if step.input else ""
    if listed and around.lists is not None and listed not in around.lists:
        yield ("input", "list"), f'data/lists.yaml has no "{listed}"'
    if step.picture and around.pictures is not None and step.picture.file not in around.pictures:
        yield ("picture", "file"), f'data/pictures has no "{step.picture.file}"'
    for path, target in step.ways():
        slug = target.removeprefix("article:")
        if slug != target and around.articles is not None and slug not in around.articles:
            yield path, f'there is no article "{slug}"'


def _bad_action(step: Step, around: Surroundings) -> Iterator[Found]:
    outcomes = (around.outcomes or {}).get(step.action)
    if outcomes is None:
        yield ("action",), f'data/actions.yaml has no "{step.action}"'
        return
    for outcome in sorted(outcomes - ALWAYS_OUTCOMES - step.on.keys()):
        yield ("on",), f'`on` has no target for "{outcome}", an outcome of {step.action}'
    for outcome in sorted(step.on.keys() - outcomes - ALWAYS_OUTCOMES):
        yield ("on", outcome), f'{step.action} has no outcome "{outcome}"; it has {", ".join(sorted(outcomes))}'
    for name in sorted(step.given.keys() - around.parameters.get(step.action, set())):
        yield ("with", name), f'{step.action} takes no "{name}"'


def _bad_facts(step: Step, facts: AbstractSet[str], anywhere: AbstractSet[str]) -> Iterator[Found]:
    """Texts need what is found out before; a decision may also ask for what a recipe before has found out."""
    texts = [(("say",), step.say), *((("with", name), text) for name, text in step.given.items())]
    for path, text in texts:
        for fact in named(text):
            if fact not in facts: yield path, f"nothing in this recipe finds out {{{fact}}}"
    for number, row in enumerate(step.decide):
        for fact in sorted(row.conditions.keys() - anywhere):
            yield ("decide", number), f'no recipe finds out "{fact}"'


def given_by(recipe: Recipe, recipes: Mapping[str, Recipe], around: Surroundings) -> set[str]:
    """The facts that a recipe, and those within it, can find out."""
    found, todo, seen = set[str](), [recipe], set[str]()
    while todo:
        one = todo.pop()
        if one.slug in seen: continue
        seen.add(one.slug)
        for step in one.steps.values():
            found |= {step.save, step.input.name if step.input else ""} - {""}
            found |= around.results.get(step.action, set())
            if step.recipe in recipes: todo.append(recipes[step.recipe])
    return found


# -- advice --------------------------------------------------------------------------------------------------------


def advice(read: Read) -> list[Problem]:
    """What an author should look at: it works, but people would get on better without it."""
    return read.at(_advice(read.recipe)) if read.recipe else []


def _advice(recipe: Recipe) -> Iterator[Found]:
    if not recipe.handoff: yield ("title",), "`handoff` is missing: what L2 needs to know when it does not help"
    if not recipe.tests: yield ("title",), "`tests` is missing: no path through the recipe is tried"
    used = {target for step in recipe.steps.values() for target in step.targets()}
    for reason in recipe.reasons:
        if f"handoff:{reason}" not in used: yield ("reasons", reason), f'nothing leads to "handoff:{reason}"'
    for name, step in recipe.steps.items():
        if len(step.say) > LONG_SAY:
            yield ("steps", name, "say"), f"{len(step.say)} characters are much for one step; make two of it"
        for path, target in step.ways():
            if target == End.SOLVED and not step.check and not step.recipe:
                yield ("steps", name, *path), "leads to solved without a `check: true` that it really works"
