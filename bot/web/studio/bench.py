"""What a writer has on the bench: the form, and the state of the draft that it was drawn for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request

from bot.assistant.editorial.writing import Begun
from bot.web.studio.sheet import Sheet, blank, from_fields, from_source
from bot.web.studio.visit import Visit, studio, whole
from core.errors import BadInput, NotFound
from core.people import Person
from kb.drafts import Kept
from kb.writing import RECIPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The form, and what it goes on from: a draft's `version` (0: none yet), and the revision it is `based_on`.

    `new` is a text without a fixed name; `origin` is what it came from.
    """

    sheet: Sheet
    version: int = 0
    based_on: int = 0
    new: bool = False
    origin: str = ""
    passage: int = 0
    dirty: bool = False

    @property
    def address(self) -> str:
        """Where the form is sent to."""
        kind, slug = self.sheet.kind, self.sheet.slug
        return f"/studio/new?kind={kind}" if self.new else f"/studio/edit/{kind}/{slug}"

    def on(self, kept: Kept) -> "Bench":
        """The same after a save."""
        sheet = replace(self.sheet, slug=kept.slug)
        return replace(
            self, sheet=sheet, version=kept.version, based_on=kept.based_on, new=False, dirty=False
        )

    def beside(self, now: Begun | None) -> "Bench":
        """The same on top of what is there now, which its writer is shown."""
        if now is None: return replace(self, version=0, based_on=0, dirty=True)
        return replace(self, version=now.version, based_on=now.based_on, dirty=True)


def from_form(kind: str, slug: str, fields: Mapping[str, str]) -> Bench:
    """What a browser sent back; without a slug it is new, and may have a name of its own."""
    sheet = from_fields(kind, slug or fields.get("name", ""), fields)
    return Bench(
        sheet=sheet, new=not slug, version=whole(fields.get("version", "")),
        based_on=whole(fields.get("based_on", "")), origin=fields.get("origin", "")[:60],
        passage=whole(fields.get("passage", "")), dirty=True,
    )  # fmt: skip


def begun(now: Begun) -> Bench:
    """What there is to write on."""
    sheet = from_source(now.kind, now.slug, now.source)
    return Bench(sheet=sheet, version=now.version, based_on=now.based_on)


def empty(request: Request, who: Visit, kind: str) -> Bench:
    """A new text: an empty one, or what a ticket brings along."""
    if ticket := request.query_params.get("ticket", ""): return _of_ticket(request, who.person, kind, ticket)
    return Bench(sheet=blank(kind, who.person.email), new=True)


def now(request: Request, person: Person, bench: Bench) -> Begun | None:
    """What is there now under the name; None if nothing is."""
    try:
        return studio(request).assistant.writing.begin(bench.sheet.kind, bench.sheet.name, person)
    except NotFound:
        return None


def _of_ticket(request: Request, person: Person, kind: str, ticket: str) -> Bench:
    number = _identity(ticket)
    slug, source = studio(request).assistant.drafting.begin(number, person, kind)
    sheet = from_source(kind, slug, source)
    if kind != RECIPE: sheet = replace(sheet, owner=sheet.owner or person.email, review_every="180")
    return Bench(sheet=sheet, new=True, origin=f"ticket:{number}", dirty=True)


def _identity(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 18: return int(text)  # noqa: PLR2004 - a 64-bit number
    raise BadInput("This address names no ticket.")
