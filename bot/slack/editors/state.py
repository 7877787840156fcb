"""What a form or a button of the editors' remembers. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.assistant.editorial.writing import Begun
from bot.slack.blocks import entered, pack
from bot.slack.editors.parts import Part, Parted
from core.errors import BadInput

OLD = "This button is from an older version of me. Please open it again from your Home."
MOST_GAPS = 1_500  # characters; with the rest it stays within the 3,000 of a view's private metadata
MOST_FIELDS = 1_000  # the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a button is about; `seen` is the version or the revision that it was drawn for."""

    kind: str
    slug: str
    seen: int = 0

    @property
    def value(self) -> str:
        """As the value of a button."""
        return pack(self.kind, self.slug, self.seen)


def item(value: str) -> Item:
    """What the value of a button names.

    Raises:
        BadInput: it is not one of ours.
    """
    kind, _, rest = value.partition("|")
    slug, _, seen = rest.partition("|")
    if not slug or not (seen or "0").isdecimal(): raise BadInput(OLD)
    return Item(kind=kind, slug=slug, seen=int((seen or "0")[:18]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Which text a form holds: of what, at which save, which page of it.

    `slug` is empty for something new; `gaps` are then the blanks between its parts, which nothing else remembers.
    `of` is how many pages there are; `fields` is what stands in those of the first page, on the others.
    """

    kind: str
    slug: str = ""
    version: int = 0
    based_on: int = 0
    origin: str = ""
    page: int = 0
    of: int = 1
    gaps: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """What the inputs' ids end with: other ids for another save, or Slack would keep what was typed before."""
        return f"{self.version}-{self.based_on}-{self.page}"

    def private(self) -> str:
        """As a view's private metadata."""
        told = asdict(self)
        if len(json.dumps(told["gaps"])) > MOST_GAPS: told["gaps"] = ()
        while _long(told["fields"]): told["fields"].popitem()  # the last ones are the other words
        return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)

    def at(self, page: int) -> "Form":
        """Another page of the same."""
        return replace(self, page=page)


def _long(fields: Mapping[str, str]) -> bool:
    return len(json.dumps(fields, ensure_ascii=False)) > MOST_FIELDS


FORM = TypeAdapter(Form)


def begun_form(begun: Begun) -> Form:
    """The form of what somebody begins or goes on with."""
    return Form(
        kind=begun.kind, slug=begun.slug, version=begun.version, based_on=begun.based_on, origin=begun.origin
    )


def read_form(private: str) -> Form:
    """What `Form.private` wrote.

    Raises:
        BadInput: it is not one of ours.
    """
    try:
        return FORM.validate_json(private)
    except ValidationError:
        raise BadInput(OLD) from None


def typed(view: Mapping[str, Any]) -> dict[str, str]:
    """What was typed or chosen in a form, by the names of its inputs, whichever save they were drawn for.

    Raises:
        BadInput: Slack did not tell, as it may of a form that is only looked at.
    """
    if not view.get("state"): raise BadInput("Slack did not tell what you typed. Please press that once more.")
    values = view["state"]["values"]
    return entered({"state": {"values": {name.partition(".")[0]: one for name, one in values.items()}}})


def numbered(values: Mapping[str, str], name: str) -> dict[int, str]:
    """What was typed in the inputs `name_0`, `name_1` and so on."""
    mine = {key.removeprefix(f"{name}_"): value for key, value in values.items() if key.startswith(f"{name}_")}
    return {int(place): value for place, value in mine.items() if place.isdecimal()}


def loose(gaps: tuple[str, ...], places: Mapping[int, str]) -> Parted:
    """The parts of a text that is kept nowhere yet, to be put together from what was typed."""
    after = [gaps[n] if n < len(gaps) else "\n\n" for n in range(len(gaps))]
    return Parted(before="", parts=tuple(Part(text="", after=one) for one in after[: max(places, default=-1) + 1]))
