"""What people type at a step: what is asked for, and whether an answer fits. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.errors import BadInput
from kb.cookbook.conditions import Text, number_of

SKIP = "skip"  # the answer that leaves an optional input out
MAX_INPUT = 500  # characters one answer may have; longer text belongs into the conversation
MOST_NAMED = 5  # entries of a list that a message names
Lists = Mapping[str, Sequence[str]]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MENTION = re.compile(r"<@[UW][A-Z0-9]{2,20}(\|[^>]*)?>")
_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,255}\.[^@\s<>.]{1,63}")
_MAILTO = re.compile(r"<mailto:([^|>]+)(\|[^>]*)?>")  # as Slack writes an address that somebody typed
_FILLERS = frozenset((
    "a", "an", "at", "believe", "i", "in", "is", "it", "its", "mine", "my", "number", "of", "on", "one", "our",
    "please", "s", "that", "the", "think", "this", "we", "your",
))  # words around the name of a thing: "it's the one on the second floor"
_PLACES = {"#": "[0-9]", "@": "[A-Za-z]"}


class Input(BaseModel):
    """What a step asks the person to type."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    type: Literal["text", "number", "date", "email", "person", "device"] = "text"
    label: str = Field(min_length=1, max_length=48)
    help: str = Field(default="", max_length=150)
    max: int = Field(default=200, ge=1, le=MAX_INPUT)
    form: Text = Field(default="", max_length=40)
    least: float | None = None
    most: float | None = None
    listed: str = Field(default="", alias="list", max_length=40)
    options: list[Annotated[Text, Field(min_length=1, max_length=75)]] = Field(default_factory=list, max_length=100)
    other: bool = False
    optional: bool = False

    @model_validator(mode="after")
    def _keys_of_its_type(self) -> "Input":
        if self.form and self.type != "text": raise ValueError("`form` goes with `type: text`")
        if self.type != "number" and (self.least is not None or self.most is not None):
            raise ValueError("`least` and `most` go with `type: number`")
        if (self.type == "device") != (bool(self.listed) != bool(self.options)):
            raise ValueError("`type: device`, and it alone, takes either `list` or `options`")
        return self

    def among(self, lists: Lists) -> Sequence[str]:
        """The entries that a device is one of."""
        return self.options or lists.get(self.listed, ())


def typed(wanted: Input, answer: str, lists: Lists) -> str:
    """An answer as it is kept.

    Raises:
        BadInput: it is not what the step asks for; says what it asks for.
    """
    said = answer.strip()
    if wanted.optional and said.casefold() == SKIP: return SKIP
    if not said: raise BadInput(f"{wanted.label}: please type something.")
    if len(said) > wanted.max: raise BadInput(f"{wanted.label}: at most {wanted.max} characters.")
    match wanted.type:
        case "number": return _number(wanted, said)
        case "date": return _date(wanted, said)
        case "email": return _email(wanted, said)
        case "person": return _person(wanted, said)
        case "device": return _device(wanted, said, wanted.among(lists))
        case _: return _formed(wanted, said)


def _number(wanted: Input, said: str) -> str:
    number = number_of(said)
    if number is None: raise BadInput(f"{wanted.label}: please type a number, such as 42.")
    if wanted.least is not None and number < wanted.least:
        raise BadInput(f"{wanted.label}: at least {wanted.least:g}, please.")
    if wanted.most is not None and number > wanted.most:
        raise BadInput(f"{wanted.label}: at most {wanted.most:g}, please.")
    return said


def _date(wanted: Input, said: str) -> str:
    try:
        known = _DAY.fullmatch(said) and date.fromisoformat(said)
    except ValueError:
        known = None
    if not known: raise BadInput(f"{wanted.label}: please type a date as year-month-day, such as 2026-03-31.")
    return said


def _email(wanted: Input, said: str) -> str:
    address = _MAILTO.sub(r"\1", said)
    if not _ADDRESS.fullmatch(address): raise BadInput(f"{wanted.label}: please type an e-mail address.")
    return address


def _person(wanted: Input, said: str) -> str:
    address = _MAILTO.sub(r"\1", said)
    if MENTION.fullmatch(said) or _ADDRESS.fullmatch(address): return address
    raise BadInput(f"{wanted.label}: please name somebody with @, or by their e-mail address.")


def _device(wanted: Input, said: str, among: Sequence[str]) -> str:
    """The entry that a text names: as it is written, by its words alone, or as the only one that has all of them."""
    if said in among: return said  # entries may differ in a sign alone
    exact = [one for one in among if _bare(said) and _bare(one) == _bare(said)]
    named = set(_bare(said).split()) - _FILLERS
    near = exact or [one for one in among if named and named <= set(_bare(one).split())]
    if len(near) == 1: return near[0]
    if wanted.other and not near: return said
    shown = (near or list(among))[:MOST_NAMED]
    more = ", …" if len(near or among) > MOST_NAMED else ""
    raise BadInput(f"{wanted.label}: please choose one of {', '.join(shown)}{more}.")


def _formed(wanted: Input, said: str) -> str:
    if not wanted.form: return said
    pattern = "".join(_PLACES.get(sign, re.escape(sign)) for sign in wanted.form)
    if not re.fullmatch(pattern, said, re.IGNORECASE): said = _spelled_out(wanted.form, said)
    if re.fullmatch(pattern, said, re.IGNORECASE): return said.upper() if wanted.form.isupper() else said
    raise BadInput(f"{wanted.label}: please type it like {example(wanted.form)}.")


def _spelled_out(form: str, said: str) -> str:
    """What was typed without the form's signs, with them: `bw 12345` as `bw-12345`."""
    signs = iter(re.findall(r"[^\W_]", said))
    return "".join(next(signs, "") if sign in _PLACES or sign.isalnum() else sign for sign in form) + "".join(signs)


def example(form: str) -> str:
    """A made-up value of a form: BW-12345 of BW-#####."""
    digits, letters = iter("1234567890" * 4), iter("ABCDEFGHIJ" * 4)
    return "".join(next(digits) if sign == "#" else next(letters) if sign == "@" else sign for sign in form)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
