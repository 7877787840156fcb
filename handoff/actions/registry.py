"""The registry of actions: `data/actions.yaml`. Read once, checked whole, frozen."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from core import webhooks
from core.content import load, read_as
from core.errors import NotFound
from core.files import Misfits, Problem
from core.files import Path as Place
from core.people import Person
from handoff.agreed import Duration, Span

Approval = Literal["none", "requester", "manager", "agent"]
Who = Literal["employees", "staff", "employee", "agent", "editor", "manager", "admin"]  # audiences and roles
Type = Literal["text", "number", "date", "yes-no"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

DONE, REFUSED, FAILED = "done", "refused", "failed"  # the outcomes that every action has
A_DAY = timedelta(days=1)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(_Part):
    """How often an action may be asked for within 24 hours: by one person, and by all together."""

    person: int = Field(ge=1)
    all: int = Field(ge=1)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class ActionRule(_Part):
    """One thing that the company's automation can do, and the rules for it.

    `tells` is what the requester and the approver are told it will do; `outcomes` are the good ones beside `done`;
    `results` are the values of an answer that recipes may use as facts; `url` goes before the general address.
    """

    title: str = Field(min_length=1, max_length=75)
    tells: str = Field(min_length=1, max_length=400)
    approval: Approval
    who: Annotated[list[Who], BeforeValidator(_listed)] = Field(default=["employees"], min_length=1)
    limit: Limit
    parameters: list[Name] = Field(default_factory=list, max_length=20)
    outcomes: list[Slug] = Field(default_factory=list, max_length=20)
    results: dict[Name, Type] = Field(default_factory=dict, max_length=20)
    dry_run: bool = False
    url: str = ""

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        return webhooks.address(url) if url else url

    @model_validator(mode="after")
    def _fits(self) -> "ActionRule":
        own = [*self.parameters, *self.outcomes]
        twice: list[tuple[Place, str]] = [
            (("outcomes",), f'"{name}" is there twice') for name in sorted({n for n in own if own.count(n) > 1})
        ]
        taken: list[tuple[Place, str]] = [
            (("outcomes", n), f'every action can end as "{name}"; leave it out')
            for n, name in enumerate(self.outcomes) if name in (REFUSED, FAILED)
        ]  # fmt: skip
        if twice or taken: raise Misfits([*twice, *taken])
        return self

    @property
    def good(self) -> frozenset[str]:
        """The outcomes that the automation may answer with."""
        return frozenset({DONE, *self.outcomes})

    def open_to(self, person: Person) -> bool:
        """Whether the person's roles let them ask for it."""
        return bool(set(self.who) & {*person.audiences(), *person.roles})


class Actions(_Part):
    """Everything that the automation may be asked for. `manager_field` is the label of Slack's profile field."""

    answer_within: Duration = Span(amount=4, unit="h")
    give_up_after: Duration = Span(amount=1, unit="d")
    manager_field: str = Field(default="Manager", min_length=1)
    actions: dict[Slug, ActionRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> "Actions":
        if self.late >= self.end:
            raise Misfits([(("give_up_after",), "give_up_after: must be longer than answer_within")])
        return self

    def get(self, name: str) -> ActionRule:
        """The rules of one action; `NotFound` if there is none of that name."""
        found = self.actions.get(name)
        if found is None: raise NotFound(f"There is no action {name!r} here (any more).")
        return found

    @property
    def names(self) -> frozenset[str]:
        """Of all actions."""
        return frozenset(self.actions)

    @property
    def outcomes(self) -> Mapping[str, frozenset[str]]:
        """The outcomes that a recipe may have ways for, by the action's name; `refused` and `failed` among them."""
        return {name: rule.good | {REFUSED, FAILED} for name, rule in self.actions.items()}

    @property
    def parameters(self) -> Mapping[str, frozenset[str]]:
        """What each action takes in `with`."""
        return {name: frozenset(rule.parameters) for name, rule in self.actions.items()}

    @property
    def results(self) -> Mapping[str, frozenset[str]]:
        """The facts that each action may bring."""
        return {name: frozenset(rule.results) for name, rule in self.actions.items()}

    @property
    def late(self) -> timedelta:
        """After which time an unanswered request goes to L2 as well."""
        return self.answer_within.within(A_DAY)

    @property
    def end(self) -> timedelta:
        """After which time an unanswered request is refused."""
        return self.give_up_after.within(A_DAY)


def read_actions(file: str, text: str) -> Actions | list[Problem]:
    """The registry, or everything that is wrong with it."""
    return read_as(file, text, Actions.model_validate, empty={})


def load_actions(path: Path) -> Actions:
    """Read and check the registry; without the file there are no actions. Errors: see `core.content.load`."""
    return load(path, read_actions, Actions)
