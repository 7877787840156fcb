"""The desk file: staff, queues, priorities, policies, hours, catalogue. Read once, checked whole, frozen."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from core.content import load, read_as
from core.files import Misfits
from core.people import Person, Role
from handoff import misfits
from handoff.agreed import Duration, Hours, Part, Policies, Priority, Span

Level = Literal["high", "medium", "low"]
FIRST_PEOPLE = misfits.FIRST_PEOPLE
OWN_CODES = misfits.OWN_CODES


class Contact(Part):
    """Other ways to reach IT, shown where they help."""

    phone: str = ""
    hours: str = ""
    channel: str = ""


class Staff(Part):
    """One member of staff, by e-mail: `level` is the tier they work at, `platforms` the categories they know."""

    email: str
    roles: list[Role]
    level: Literal[0, 2, 3] = 0
    platforms: list[str] = Field(default_factory=list)


class Tier(Part):
    """One tier of support."""

    level: int
    name: str


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]
Lines = Annotated[list[Line], Field(min_length=1, max_length=8)]  # three of these fit on a form, and are still read


class Procedure(Part):
    """How a ticket leaves a queue for the next tier: what is done before, whom it goes to, what must be on it."""

    before: Lines
    to: Lines
    facts: Lines


class Queue(Part):
    """Where tickets wait: a channel, the categories it takes (none: all others), its hours, how they leave it.

    `lead` is the e-mail address of who hears before a promise is broken. To a queue for `review` go tickets that are
    stuck, for the IT operations manager; in one to `watch` somebody outside works, and a ticket stays with its owner.
    With `assign` a new ticket is given to whoever is placed best; without it they are only named.
    """

    name: str = Field(min_length=1, max_length=40)
    tier: int
    channel: str = Field(min_length=1, max_length=80)
    hours: str
    categories: list[str] = Field(default_factory=list)
    procedure: Procedure | None = None
    lead: str = ""
    review: bool = False
    watch: bool = False
    assign: bool = False


class Straight(Part):
    """A category that may not wait for anything."""

    category: str = Field(max_length=40)
    priority: Priority
    article: str = ""


class FormField(Part):
    """One input of a catalogue form."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: str = Field(min_length=1, max_length=48)
    type: Literal["text", "date"] = "text"
    max: int = Field(default=200, ge=1, le=3000)
    long: bool = False


class CatalogueItem(Part):
    """One thing that people can request through a form."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    title: str = Field(min_length=1, max_length=100)
    category: str
    triggers: list[str] = Field(min_length=1)
    fields: list[FormField] = Field(min_length=1, max_length=20)


def _span(text: str) -> Span:
    return Span.model_validate({"amount": int(text[:-1]), "unit": text[-1]})


class After(Part):
    """What follows by itself.

    A requester who does not answer is reminded after `remind`, and the ticket resolved after `resolve`; a resolved one
    closes after `close` of silence, and can be reopened within `reopen`.
    """

    remind: Duration = _span("1d")
    resolve: Duration = _span("5d")
    close: Duration = _span("3d")
    reopen: Duration = _span("14d")


class Entitled(Part):
    """People whose tickets start at a higher tier: by e-mail address, or by the title in their Slack profile."""

    email: str = ""
    title: str = ""
    tier: int

    def fits(self, person: Person) -> bool:
        """Whether it is this person, whatever the case."""
        mail = bool(self.email) and self.email.lower() == person.email.lower()
        return mail or (bool(self.title) and self.title.lower() == person.title.strip().lower())


class Vendor(Part):
    """Somebody outside whom tickets go to; `chase` is how often they are reminded when a promised date has passed."""

    name: str = Field(min_length=1, max_length=80)
    contact: str = Field(default="", max_length=200)
    chase: Duration = _span("1d")


class Canned(Part):
    """A reply that is written often; `{name}` and `{number}` are filled in."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    title: str = Field(min_length=1, max_length=70)
    text: str = Field(min_length=1, max_length=2_500)


class Group(Part):
    """People for whom alone some articles are, by their e-mail addresses; `slug` is what an article names."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    people: list[str] = Field(default_factory=list)


class Lapse(Part):
    """How much that is bad ends an article's verification: people, tickets, tickets; 0 for what counts for nothing.

    `codes` are the reasons of an escalation that say that the article is wrong.
    """

    not_helpful: int = Field(default=3, ge=0)
    reopened: int = Field(default=1, ge=0)
    wrong: int = Field(default=1, ge=0)
    codes: list[str] = Field(default_factory=lambda: ["wrong-article"])


Months = Annotated[int, Field(ge=0, le=600)]  # 0 is for ever


class Retention(Part):
    """For how many months what is kept of people stays as it is; see docs/desk-file.md.

    `conversations` count from their last message, `tickets` from when they were closed, `questions` of gaps from when
    they were asked, `drafts` from their last change, `sessions` from their end, `people` from when they were last met;
    `bookkeeping` is what went out and came in.
    """

    conversations: Months = 12
    tickets: Months = 24
    questions: Months = 12
    drafts: Months = 12
    bookkeeping: Months = 1
    sessions: Months = 1
    people: Months = 24


class Desk(Part):
    """Everything a company has agreed about its support."""

    contact: Contact = Contact()
    watched_channels: list[str] = Field(default_factory=list)
    staff: list[Staff] = Field(default_factory=list)
    tiers: list[Tier]
    queues: list[Queue] = Field(min_length=1)
    straight_to_people: list[Straight] = Field(default_factory=list)
    priorities: dict[Level, dict[Level, Priority]]
    policies: Policies
    hours: dict[str, Hours]
    escalation_reasons: dict[Annotated[str, Field(max_length=20)], str] = Field(min_length=1)
    editor_tasks: dict[str, str] = Field(default_factory=dict)
    resolution_codes: dict[Annotated[str, Field(max_length=20)], str] = Field(min_length=1)
    catalogue: list[CatalogueItem] = Field(default_factory=list)
    after: After = After()
    bounced_after: int = Field(default=3, ge=1)
    entitled: list[Entitled] = Field(default_factory=list)
    vendors: list[Vendor] = Field(default_factory=list)
    canned: list[Canned] = Field(default_factory=list, max_length=100)
    editors_channel: str = Field(default="", max_length=80)
    groups: list[Group] = Field(default_factory=list, max_length=100)
    approval: list[Literal["article", "recipe", "runbook"]] = Field(default_factory=list)
    lapse: Lapse = Lapse()
    retention: Retention = Retention()
    connected: bool = Field(default=False, exclude=True)  # whether tickets go to another system too; not in the file

    @model_validator(mode="after")
    def _fits_together(self) -> "Desk":
        found = misfits.of(self)
        if found: raise Misfits(found)
        return self

    def queue(self, name: str) -> Queue:
        """A queue by name; a queue that was taken out of the file is stood in for by the first one."""
        return next((q for q in self.queues if q.name == name), self.queues[0])

    def staff_of(self, email: str) -> Staff | None:
        """The staff record of an e-mail address, whatever its case."""
        return next((s for s in self.staff if s.email.lower() == email.lower()), None)

    def groups_of(self, email: str) -> frozenset[str]:
        """The groups that an e-mail address is in, whatever its case."""
        known = email.lower()
        own = [one for one in self.groups if known in {person.lower() for person in one.people}]
        return frozenset(one.slug for one in own if known)

    def wants_approval(self, kind: str) -> bool:
        """Whether a second editor has to look at an article, recipe or run-book before it is published."""
        return kind in self.approval

    def review_queue(self) -> Queue | None:
        """Where tickets go that are stuck, if there is such a queue."""
        return next((q for q in self.queues if q.review), None)

    def start_tier(self, person: Person) -> int:
        """The tier at which a person's tickets start."""
        return next((one.tier for one in self.entitled if one.fits(person)), FIRST_PEOPLE)

    def vendor(self, name: str) -> Vendor:
        """A vendor by name; one that is not in the file is chased as any other."""
        return next((v for v in self.vendors if v.name == name), Vendor(name=name or "vendor"))

    def ended(self, code: str) -> str:
        """How a ticket ended, in words, by its code: one of the file's, or one of Firstline's own."""
        return self.resolution_codes.get(code) or OWN_CODES.get(code, code)

    def task(self, reason: str) -> str:
        """What the editors are asked for by the reason of an escalation; the reason itself where the file has none."""
        return self.editor_tasks.get(reason) or self.escalation_reasons.get(reason, reason)

    def item(self, slug: str) -> CatalogueItem | None:
        """A catalogue item by its slug."""
        return next((item for item in self.catalogue if item.slug == slug), None)

    def straight(self, category: str) -> Straight | None:
        """The rule for a category that may not wait, if it is one."""
        return next((rule for rule in self.straight_to_people if rule.category == category), None)


def load_desk(path: Path) -> Desk:
    """Read and check the desk file. Errors: see `core.content.load`."""
    return load(path, lambda file, text: read_as(file, text, Desk.model_validate))
