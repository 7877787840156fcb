"""The cookbook's rules: what a recipe is, whether it is sound, and what one choice leads to. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import BadInput
from core.files import Document, Problem, read_yaml

STEP_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MAX_LABEL = 75  # characters of a choice: what a Slack button takes
MAX_INPUT = 500  # characters one answer may have; longer text belongs into the conversation


class End(StrEnum):
    """How a run can end."""

    SOLVED = "solved"
    HANDOFF = "handoff"
    ARTICLE = "article"


class Input(BaseModel):
    """What a step asks the person to type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    type: Literal["text", "number", "date", "email"] = "text"
    label: str = Field(min_length=1, max_length=48)
    help: str = Field(default="", max_length=150)
    max: int = Field(default=200, ge=1, le=MAX_INPUT)


class Step(BaseModel):
    """One thing that a recipe asks or does. A target is a step id or an ending."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: str = Field(min_length=1, max_length=2000)
    choices: dict[str, str] = Field(default_factory=dict, max_length=5)
    input: Input | None = None
    next: str = ""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> "Step":
        if bool(self.choices) == bool(self.input): raise ValueError("a step has either choices or an input")
        if bool(self.input) != bool(self.next): raise ValueError("an input goes with `next`, the step that follows")
        bad = next((label for label in self.choices if not 1 <= len(label.strip()) <= MAX_LABEL), None)
        if bad is not None: raise ValueError(f'the label "{bad[:30]}" must have 1 to {MAX_LABEL} characters')
        return self

    def targets(self) -> list[str]:
        """Where the step can lead."""
        return [*self.choices.values(), *([self.next] if self.next else [])]


class Recipe(BaseModel):
    """One scripted fix."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")
    title: str = Field(min_length=1, max_length=150)
    category: str = Field(default="other", max_length=40)
    audience: str = Field(default="employees", max_length=60)
    triggers: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(min_length=1, max_length=30)
    goal: str = Field(default="", max_length=150)
    start: str
    handoff: str = Field(default="", max_length=500)
    steps: dict[str, Step] = Field(min_length=1, max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One step that a person went through: what it said, and what they chose or typed."""

    step: str
    said: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands: at a step, or at an end.

    `seen` counts the moves; a click names the count that it was drawn for.
    """

    step: str
    seen: int = 0
    trail: tuple[Done, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    end: End | None = None
    article: str = ""


def parse_recipe(file: str, text: str) -> Recipe | list[Problem]:
    """One YAML file (its name, its text) to a sound Recipe, or to what is wrong with it, line by line."""
    document = read_yaml(file, text)
    if isinstance(document, Problem): return [document]
    if not isinstance(document.data, dict):
        return [Problem(file=file, line=1, message="a recipe is `key: value` lines: title, triggers, start, steps")]
    slug = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    try:
        recipe = Recipe.model_validate({"slug": slug} | document.data)
    except ValidationError as error:
        return document.problems(file, error)
    return _sound(file, recipe, document) or recipe


def _sound(file: str, recipe: Recipe, document: Document) -> list[Problem]:
    # A step may only seem unreachable or endless because a target is misspelt: that comes first.
    found = [*_bad_targets(recipe)] or [*_unreachable(recipe), *_endless(recipe)]
    rows = [Problem(file=file, line=document.line(path), message=message) for path, message in found]
    return sorted(rows, key=lambda row: row.line)


_Found = Iterable[tuple[tuple[int | str, ...], str]]


def _bad_targets(recipe: Recipe) -> _Found:
    if recipe.start not in recipe.steps:
        yield ("start",), f'the start step "{recipe.start}" does not exist'
    for name, step in recipe.steps.items():
        if not STEP_ID.fullmatch(name):
            yield ("steps", name), f'the step id "{name[:60]}" may only have a-z, 0-9 and dashes'
        elif _is_end(name): yield ("steps", name), f'"{name}" is the name of an ending; call the step something else'
        yield from ((("steps", name, *path), message) for path, message in _bad_ways(recipe, step))


def _bad_ways(recipe: Recipe, step: Step) -> _Found:
    ways: list[tuple[tuple[str, ...], str]] = [(("choices", label), target) for label, target in step.choices.items()]
    if step.next: ways.append((("next",), step.next))
    for path, target in ways:
        if target not in recipe.steps and not _is_end(target):
            yield path, f'"{target}" is neither a step nor an ending (solved, handoff, article:slug)'


def _is_end(target: str) -> bool:
    return target in (End.SOLVED, End.HANDOFF) or bool(re.fullmatch(r"article:[a-z0-9][a-z0-9-]*", target))


def _unreachable(recipe: Recipe) -> _Found:
    reached, todo = set[str](), [recipe.start]
    while todo:
        name = todo.pop()
        if name in reached or name not in recipe.steps: continue
        reached.add(name)
        todo.extend(recipe.steps[name].targets())
    for name in recipe.steps:
        if name not in reached: yield ("steps", name), f'nobody reaches the step "{name}"'


def _endless(recipe: Recipe) -> _Found:
    """Steps from which no ending can be reached: dead ends and cycles without an exit."""
    ending = {name for name, step in recipe.steps.items() if any(_is_end(t) for t in step.targets())}
    grew = True
    while grew:
        more = {n for n, s in recipe.steps.items() if n not in ending and ending.intersection(s.targets())}
        grew, ending = bool(more), ending | more
    for name in recipe.steps:
        if name not in ending: yield ("steps", name), f'no ending can be reached from the step "{name}"'


def begin(recipe: Recipe) -> Progress:
    """A run at its first step."""
    return Progress(step=recipe.start)


def advance(recipe: Recipe, progress: Progress, answer: str) -> Progress:
    """What one answer (a choice's label, or the typed input) leads to.

    Raises:
        BadInput: the answer is not one that the step takes; says what it takes.
    """
    if progress.end: return progress
    step = recipe.steps[progress.step]
    taken = _taken(step, answer)
    answers = {**progress.answers, step.input.name: taken} if step.input else dict(progress.answers)
    done = Done(step=progress.step, said=step.say, answer=taken)
    target = step.next if step.input else step.choices[taken]
    moved = Progress(step=progress.step, seen=progress.seen + 1, trail=(*progress.trail, done), answers=answers)
    return _at(moved, target)


def _at(progress: Progress, target: str) -> Progress:
    if not _is_end(target): return replace(progress, step=target)
    kind, _, slug = target.partition(":")
    return replace(progress, end=End(kind), article=slug)


def _taken(step: Step, answer: str) -> str:
    if step.input: return _typed(step.input, answer.strip())
    if answer not in step.choices: raise BadInput(f"Please choose one of: {', '.join(step.choices)}.")
    return answer


def _typed(wanted: Input, answer: str) -> str:
    if not answer: raise BadInput(f"{wanted.label}: please type something.")
    if len(answer) > wanted.max: raise BadInput(f"{wanted.label}: at most {wanted.max} characters.")
    if wanted.type == "number" and not re.fullmatch(r"-?\d+([.,]\d+)?", answer):
        raise BadInput(f"{wanted.label}: please type a number, such as 42.")
    if wanted.type == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", answer):
        raise BadInput(f"{wanted.label}: please type an e-mail address.")
    if wanted.type == "date": _date(wanted, answer)
    return answer


def _date(wanted: Input, answer: str) -> None:
    try:
        known = DAY.fullmatch(answer) and date.fromisoformat(answer)
    except ValueError:
        known = None
    if not known: raise BadInput(f"{wanted.label}: please type a date as year-month-day, such as 2026-03-31.")


def back(recipe: Recipe, progress: Progress) -> Progress:
    """One step back; the count goes on, so that an old click stays old."""
    if progress.end or not progress.trail: return progress
    trail = progress.trail[:-1]
    typed = [(recipe.steps[done.step].input, done.answer) for done in trail]
    answers = {wanted.name: answer for wanted, answer in typed if wanted}
    return Progress(step=progress.trail[-1].step, seen=progress.seen + 1, trail=trail, answers=answers)
