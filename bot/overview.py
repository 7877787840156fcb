"""The knowledge as an editor's Home shows it: what waits, what lapsed, what is missing, what goes wrong."""

from dataclasses import dataclass

from kb.drafts import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class LapsedRow:
    """Something whose verification lapsed: why, as `kb.lapsing` has it, and the day (ISO) on which it was checked."""

    kind: str
    slug: str
    title: str
    revision: int
    lapse: str
    verified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """Questions without a good answer, at the `version` that is shown."""

    id: int
    title: str
    count: int
    people: int
    minutes: int
    version: int
    assignee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRow:
    """Something that does badly, and how that shows."""

    kind: str
    slug: str
    title: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The knowledge as one person's Home shows it.

    `reads` is for whoever reads run-books, `writes` for whoever drafts, `edits` for who publishes articles; `studio` is
    the address of the Studio, empty where it is not on.
    """

    reads: bool = False
    writes: bool = False
    edits: bool = False
    mine: tuple[Kept, ...] = ()
    to_review: tuple[Kept, ...] = ()
    more_mine: int = 0
    more_to_review: int = 0
    lapsed: tuple[LapsedRow, ...] = ()
    more_lapsed: int = 0
    gaps: tuple[GapRow, ...] = ()
    worst: tuple[HealthRow, ...] = ()
    studio: str = ""
