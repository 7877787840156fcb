"""Everything there is, to look through. The role is checked here, for every surface."""

from dataclasses import dataclass, replace

from bot.assistant.editorial.made import MAY_WRITE, NAMES, known
from bot.assistant.parts import Parts
from core.errors import NotFound
from core.people import Action, Person
from kb import listing
from kb.listing import Line, Show, Wanted
from kb.ranking import LISTED_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the items that fit, from `first` on, and how many fit in all."""

    lines: tuple[Line, ...]
    total: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What items can be chosen by: their categories and owners, and the audiences by name."""

    categories: tuple[str, ...]
    owners: tuple[str, ...]
    audiences: dict[str, str]


class Listing:
    """Lists and finds items."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts, self._all = parts, listing.Listing(parts.database)

    def find(self, text: str, wanted: Wanted, person: Person, *, first: int = 0, limit: int = 25) -> Page:
        """The items that fit: in the order of a search for a text, which is Slack's; by title without one."""
        seen = self._seen(wanted, person)
        if not text.strip():
            lines, total = self._all.page(seen, first, limit)
            return Page(lines=tuple(lines), total=total, first=first)
        found = self._all.named(seen, self._searched(text, person), text.strip())
        return Page(lines=tuple(found[first : first + limit]), total=len(found), first=first)

    def one(self, kind: str, slug: str, person: Person) -> Line:
        """One item.

        Raises:
            NotFound: there is none; says the same of one that the person may not see.
        """
        person.must(MAY_WRITE[known(kind)])
        line = self._all.one(kind, slug)
        if line is None or not self._may_see(line, person): raise NotFound(f'There is no {NAMES[kind]} "{slug}".')
        return line

    def choices(self, person: Person) -> Choices:
        """What the list can be narrowed down by."""
        person.must(Action.DRAFT_ARTICLES)
        kinds, seen = [kind for kind in NAMES if person.may(MAY_WRITE[kind])], self._seen(Wanted(), person).audiences
        return Choices(
            categories=tuple(self._all.values("category", kinds, seen)),
            owners=tuple(self._all.values("owner", kinds, seen)), audiences=self._parts.readable_by_name(person),
        )

    def count(self, show: Show, person: Person) -> int:
        """How many items stand somewhere, such as lapsed."""
        return self._all.page(self._seen(Wanted(show=show), person), 0, 1)[1]

    def _searched(self, text: str, person: Person) -> list[int]:
        """The ids of what a search finds: what answers questions, then run-books."""
        kb = self._parts.kb
        read, audiences = kb.read(text), self._parts.readable(person)
        vector = self._parts.encode(read)
        near = [
            (index, one) for index in (kb.index(), kb.runbooks()) for one in index.search(vector, read, audiences)
            if one.cosine >= LISTED_AT
        ]
        return [index.by_slug[one.kind, one.slug].id for index, one in near]

    def _seen(self, wanted: Wanted, person: Person) -> Wanted:
        person.must(Action.DRAFT_ARTICLES)
        if person.may(Action.EDIT_ARTICLES): return wanted
        return replace(wanted, audiences=self._parts.readable(person))

    def _may_see(self, line: Line, person: Person) -> bool:
        if person.may(Action.EDIT_ARTICLES): return True
        return line.published and self._parts.reads(person, line.audience)
