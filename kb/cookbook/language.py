"""The recipe language: what a file may say. docs/recipes.md tells it to authors. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kb.cookbook.conditions import Text, Wanted
from kb.cookbook.inputs import Input

MAX_LABEL = 75  # characters of a choice: what a Slack button takes
MAX_GOAL = 300  # characters of a goal
GOAL = "goal"  # the step that asks for the goal, and the fact that keeps it
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=7)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_ARTICLE = re.compile(r"article:[a-z0-9][a-z0-9-]*")
_REASON = re.compile(r"handoff:[a-z0-9][a-z0-9-]*")


class End(StrEnum):
    """How a run can end. The first three are written in recipes; the last two are what people do."""

    SOLVED = "solved"
    HANDOFF = "handoff"
    ARTICLE = "article"
    STOPPED = "stopped"
    ABANDONED = "abandoned"


class Kind(StrEnum):
    """What a step does."""

    CHOICE = "choices"
    INPUT = "input"
    DECIDE = "decide"
    ACTION = "action"
    WAIT = "wait"
    RECIPE = "recipe"


SEEN = frozenset({Kind.CHOICE, Kind.INPUT, Kind.ACTION, Kind.WAIT})  # steps that people come to
ANSWERED = frozenset({Kind.CHOICE, Kind.INPUT})  # steps that people answer


def is_end(target: str) -> bool:
    """Whether a target is an ending."""
    return target in (End.SOLVED, End.HANDOFF) or bool(_ARTICLE.fullmatch(target) or _REASON.fullmatch(target))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Choice(_Part):
    """Where a choice leads, and in which other words people make it."""

    to: str
    words: list[Annotated[Text, Field(min_length=1, max_length=200)]] = Field(default_factory=list, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"to": value} if isinstance(value, str) else value


class Row(_Part):
    """One row of a decision: taken if all its conditions hold."""

    conditions: dict[str, Wanted] = Field(alias="if", min_length=1, max_length=10)
    to: str


class Limit(_Part):
    """How often a run may come to a step, and where it goes instead after that."""

    times: int = Field(ge=1, le=50)
    then: str


class Picture(_Part):
    """A picture in data/pictures."""

    file: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,80}\.(png|jpg|gif)$")
    alt: str = Field(min_length=1, max_length=300)


def _span(value: Any) -> Any:
    """A time as authors write it; what the database keeps (ISO 8601) is read by pydantic."""
    if not isinstance(value, str) or value.startswith("P"): return value
    match = re.fullmatch(r"(\d{1,4})\s*([mhd])", value)
    if not match: raise ValueError("write a time such as 10m, 2h or 1d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


class Step(_Part):
    """One thing that a recipe asks or does. A target is a step id or an ending."""

    say: str = Field(default="", max_length=2000)
    help: str = Field(default="", max_length=1000)
    picture: Picture | None = None
    check: bool = False
    limit: Limit | None = None
    save: str = Field(default="", pattern=r"^([a-z][a-z0-9_]{0,39})?$")
    choices: dict[str, Choice] = Field(default_factory=dict, max_length=10)
    input: Input | None = None
    decide: list[Row] = Field(default_factory=list, max_length=50)
    otherwise: str = ""
    action: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]{0,59})?$")
    given: dict[str, Text] = Field(default_factory=dict, alias="with", max_length=20)
    wait: Annotated[timedelta | None, BeforeValidator(_span)] = None
    recipe: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]{0,99})?$")
    on: dict[str, str] = Field(default_factory=dict, max_length=20)
    next: str = ""

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        kinds = [kind for kind in Kind if getattr(self, kind.value)]
        if len(kinds) != 1: raise ValueError(f"a step has one of {', '.join(Kind)}; this one has {len(kinds)} of them")
        problem = next(_misfits(self), "")
        if problem: raise ValueError(problem)
        return self

    @property
    def kind(self) -> Kind:
        """Which of the six kinds it is."""
        return next(kind for kind in Kind if getattr(self, kind.value))

    def ways(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every way on: where it stands in the file, and its target."""
        found: list[tuple[tuple[str | int, ...], str]] = [
            (("choices", label), choice.to) for label, choice in self.choices.items()
        ]
        found += [(("decide", number, "to"), row.to) for number, row in enumerate(self.decide)]
        found += [(("on", outcome), target) for outcome, target in self.on.items()]
        found += [((key,), target) for key in ("next", "otherwise") if (target := getattr(self, key))]
        if self.limit: found.append((("limit", "then"), self.limit.then))
        return found

    def targets(self) -> list[str]:
        """Where the step can lead, its unwritten ways included: no automation answers for sure."""
        unsaid = {"refused", "failed"} if self.action else {"handoff", "article"} if self.recipe else set()
        return [target for _, target in self.ways()] + ([End.HANDOFF.value] if unsaid - self.on.keys() else [])


_GOES_WITH = (
    ("next", "the step that follows", (Kind.INPUT, Kind.WAIT)),
    ("otherwise", "where no row fits", (Kind.DECIDE,)),
    ("on", "a target for each outcome", (Kind.ACTION, Kind.RECIPE)),
)  # keys that a kind must have, and others must not


def _misfits(step: Step) -> Iterator[str]:
    """What does not fit the step's kind, in words."""
    kind = step.kind
    if kind in SEEN - {Kind.ACTION} and not step.say.strip(): yield "`say` is missing: what people read at the step"
    if kind not in SEEN and (step.say or step.help or step.picture): yield "nobody sees this step: it takes no words"
    for key, what, kinds in _GOES_WITH:
        if (kind in kinds) != bool(getattr(step, key)): yield f"`{key}`, {what}, goes with {_listed(kinds)}"
    if step.save and kind is not Kind.CHOICE: yield "`save` goes with `choices`; an input has its `name`"
    if step.given and kind is not Kind.ACTION: yield "`with` goes with `action`"
    if step.wait and not SHORTEST_WAIT <= step.wait <= LONGEST_WAIT: yield "a wait is from 1m to 7d"
    yield from _bad_labels(step)
    yield from _bad_outcomes(step)


def _listed(kinds: Iterable[Kind]) -> str:
    return " and ".join(f"`{kind}`" for kind in kinds)


def _bad_labels(step: Step) -> Iterator[str]:
    for label in step.choices:
        if not 1 <= len(label.strip()) <= MAX_LABEL:
            yield f'the label "{label[:30]}" must have 1 to {MAX_LABEL} characters'


def _bad_outcomes(step: Step) -> Iterator[str]:
    if step.action and "done" not in step.on: yield "`on` has no target for `done`"
    if not step.recipe: return
    if "solved" not in step.on: yield "`on` has no target for `solved`"
    odd = next((one for one in step.on if one not in (End.SOLVED, End.HANDOFF, End.ARTICLE)), None)
    if odd: yield f'a recipe does not end as "{odd}"; it ends solved, handoff or article'


class Move(_Part):
    """One answer of a test path: a label, a text, or what an action, a wait or another recipe came to."""

    answer: Text = ""
    action: str = ""
    wait: str = ""
    recipe: str = ""
    results: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"answer": value}

    def said(self) -> str:
        """The answer, whoever gives it."""
        return self.answer or self.action or self.wait or self.recipe


class Path(_Part):
    """A way through the recipe that must work."""

    name: str = Field(default="", max_length=120)
    known: dict[str, Text] = Field(default_factory=dict)
    path: list[Move] = Field(min_length=1, max_length=100)
    ends: str


class Recipe(_Part):
    """One scripted fix."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")
    title: str = Field(min_length=1, max_length=150)
    category: str = Field(default="other", max_length=40)
    audience: str = Field(default="employees", max_length=60)
    triggers: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(min_length=1, max_length=30)
    goal: str = Field(default="", max_length=150)
    notes: str = Field(default="", max_length=3000)
    start: str
    handoff: str = Field(default="", max_length=500)
    reasons: dict[str, Annotated[str, Field(min_length=1, max_length=500)]] = Field(default_factory=dict, max_length=20)
    steps: dict[str, Step] = Field(min_length=1, max_length=200)
    tests: list[Path] = Field(default_factory=list, max_length=200)

    def step(self, name: str) -> Step:
        """A step by its id; the one that asks for the goal is made from `goal`."""
        if name != GOAL or not self.goal: return self.steps[name]
        wanted = Input(name=GOAL, label="What you want to get done", max=MAX_GOAL, optional=True)
        return Step(say=self.goal, input=wanted, next=self.start)
