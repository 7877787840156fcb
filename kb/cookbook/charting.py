"""What a recipe's flow chart shows: its nodes, their words, and the ways between them. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kb.cookbook.conditions import Wanted
from kb.cookbook.inputs import Input
from kb.cookbook.language import GOAL, Kind, Recipe, Row, Step

LABEL, BACK = "label", "back"  # kinds of nodes beside those of steps and endings
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"(\*\*|__|`|^#+ |^> )", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing in the chart: a step, an ending, the words on a way, or where a way leads back to.

    `kind` is a step's, the first part of an ending, `label` or `back`; `head` is set small above the words.
    """

    name: str
    kind: str
    words: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Nodes, and the ways between them by their names. They never lead in a circle: ways back end at a `back` node."""

    title: str
    nodes: Sequence[Node]
    ways: Sequence[tuple[str, str]]


def chart(recipe: Recipe) -> Chart:
    """A recipe's chart. Each step has its endings to itself, so that no way crosses the whole chart."""
    numbers = {name: number for number, name in enumerate(_names(recipe), 1)}
    nodes = {name: _step_node(recipe, name, number) for name, number in numbers.items()}
    ways: list[tuple[str, str]] = []
    returns = set(_ways_back(recipe, list(numbers)))
    for name in numbers:
        for number, (label, target) in enumerate(_ways(recipe.step(name))):
            word = Node(name=f"{name} {number}", kind=LABEL, words=label)
            end = _end_node(recipe, name, target, numbers, back=(name, target) in returns)
            nodes |= {word.name: word, end.name: nodes.get(end.name, end)}
            ways += [(name, word.name), (word.name, end.name)]
    return Chart(title=recipe.title, nodes=tuple(nodes.values()), ways=tuple(ways))


def _names(recipe: Recipe) -> list[str]:
    """The steps as people come to them, the goal first."""
    names = [GOAL, recipe.start] if recipe.goal else [recipe.start]
    todo = [*names]
    while todo:
        further = [one for one in recipe.step(todo.pop(0)).targets() if one in recipe.steps and one not in names]
        names += dict.fromkeys(further)
        todo += dict.fromkeys(further)
    return names


def _ways_back(recipe: Recipe, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The ways to a step that one has come through already: without them nothing leads in a circle."""
    over, within = set[str](), set[str]()

    def visit(name: str) -> Iterator[tuple[str, str]]:
        within.add(name)
        for target in recipe.step(name).targets():
            if target in within: yield name, target
            elif target in recipe.steps and target not in over: yield from visit(target)
        within.discard(name)
        over.add(name)

    yield from visit(names[0])


def _end_node(recipe: Recipe, source: str, target: str, numbers: dict[str, int], *, back: bool) -> Node:
    """Where a way leads: a step, a mark that it goes back to one, or an ending of the source's own."""
    if back: return Node(name=f"{source} back {target}", kind=BACK, words=f"back to {numbers[target]} {target}")
    if target in recipe.steps: return Node(name=target, kind="")
    kind, _, name = target.partition(":")
    words = {"solved": "Solved", "handoff": "Handoff", "article": "Article"}[kind]
    return Node(name=f"{source} end {target}", kind=kind, words=f"{words}: {name}" if name else words)


def _step_node(recipe: Recipe, name: str, number: int) -> Node:
    step = recipe.step(name)
    which = f"{number} {name}"
    if step.kind is Kind.DECIDE: return Node(name=name, kind=step.kind.value, words=which)
    head = " · ".join(part for part in (which, _about(step)) if part)
    return Node(name=name, kind=step.kind.value, words=_plain(step.say) or step.action or step.recipe, head=head)


def _about(step: Step) -> str:
    """What there is to a step beside its words."""
    parts = [f"keeps {step.save}"] if step.save else []
    if step.input: parts.append(f"asks for {_asked(step.input)}")
    if step.action: parts.append(f"action {step.action}")
    if step.wait: parts.append(f"waits {_span(step.wait)}")
    if step.recipe: parts.append("another recipe")
    if step.check: parts.append("check")
    return ", ".join(parts)


def _asked(wanted: Input) -> str:
    return f"{wanted.name}: {wanted.form or wanted.listed or wanted.type}"


def _span(wait: timedelta) -> str:
    minutes = int(wait.total_seconds()) // 60
    units = ((1440, "d"), (60, "h"), (1, "m"))
    return next(f"{minutes // size}{unit}" for size, unit in units if minutes % size == 0)


def _plain(text: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", text)).strip()


# -- ways ------------------------------------------------------------------------------------------------------------


def _ways(step: Step) -> list[tuple[str, str]]:
    """The words on each way, and where it leads; what is not written down is there, too."""
    ways = [(label, choice.to) for label, choice in step.choices.items()]
    ways += [(_row(row), row.to) for row in step.decide]
    ways += list(step.on.items())
    if step.otherwise: ways.append(("otherwise", step.otherwise))
    if step.next: ways.append(("", step.next))
    unsaid = ("refused", "failed") if step.action else ("handoff", "article") if step.recipe else ()
    missing = [outcome for outcome in unsaid if outcome not in step.on]
    if missing: ways.append((", ".join(missing), "handoff"))
    if step.limit: ways.append((f"after {step.limit.times} times", step.limit.then))
    return ways


def _row(row: Row) -> str:
    return ", ".join(f"{name} {_wanted(wanted)}" for name, wanted in row.conditions.items())


def _wanted(wanted: Wanted) -> str:
    parts = [f"is {' or '.join(wanted.among)}"] if wanted.among else []
    if wanted.none_of: parts.append(f"is not {' or '.join(wanted.none_of)}")
    if wanted.over is not None: parts.append(f"over {wanted.over:g}")
    if wanted.under is not None: parts.append(f"under {wanted.under:g}")
    if wanted.known is not None: parts.append("is known" if wanted.known else "is not known")
    return " and ".join(parts)
