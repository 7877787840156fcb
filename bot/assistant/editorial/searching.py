"""Articles, run-books and recipes that somebody wants to work on, found by their titles and by what they say."""

from dataclasses import dataclass

from bot.assistant.editorial.made import MAY_WRITE
from bot.assistant.editorial.writing import Writing
from bot.assistant.parts import STAFF, Parts
from core.people import Action, Person
from kb.articles import RUNBOOK
from kb.drafts import Kept
from kb.index import Item
from kb.ranking import Candidate

MOST = 15  # that are shown at once
LONGEST = 300  # characters of what is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """One that fits; `drafted` tells whether somebody is writing on it, `live` whether it is published."""

    kind: str
    slug: str
    title: str
    drafted: bool = False
    live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItems:
    """What fits best, and how many there are to look through."""

    items: tuple[FoundItem, ...]
    of: int


class Searching:
    """Finds what there is to write on, and run-books to read."""

    def __init__(self, parts: Parts, writing: Writing) -> None:
        """Take the shared parts."""
        self._parts, self._writing = parts, writing

    def find(self, words: str, person: Person) -> FoundItems:
        """What the person may write on: titles that hold the words first, then what the search for answers finds.

        Without words the first titles of all.
        """
        known = self._published(person)
        for kept in self._drafts(person):
            live = (kept.kind, kept.slug) in known
            known[kept.kind, kept.slug] = FoundItem(
                kind=kept.kind, slug=kept.slug, title=kept.title, drafted=True, live=live
            )
        return self._best(words, known, person, answers=True)

    def run_books(self, words: str, person: Person) -> FoundItems:
        """The same of the run-books that staff read."""
        person.must(Action.READ_STAFF_ARTICLES)
        known = {key: item for key, item in self._items(person).items() if key[0] == RUNBOOK}
        return self._best(words, known, person, answers=False)

    def _drafts(self, person: Person) -> tuple[Kept, ...]:
        found = self._writing.drafts(person)
        return (*found.mine, *found.to_review, *found.others)

    def _published(self, person: Person) -> dict[tuple[str, str], FoundItem]:
        person.must(Action.DRAFT_ARTICLES)
        return {key: one for key, one in self._items(person).items() if person.may(MAY_WRITE[key[0]])}

    def _items(self, person: Person) -> dict[tuple[str, str], FoundItem]:
        kb = self._parts.kb
        items: list[Item] = [*kb.index().items.values(), *kb.runbooks().items.values()]
        mine = [one for one in items if self._parts.reads(person, one.audience)]
        return {(one.kind, one.slug): FoundItem(kind=one.kind, slug=one.slug, title=one.title) for one in mine}

    def _best(
        self, words: str, known: dict[tuple[str, str], FoundItem], person: Person, *, answers: bool
    ) -> FoundItems:
        plain = " ".join(words.lower().split())[:LONGEST]
        every = sorted(known.values(), key=lambda one: (one.title.lower(), one.kind, one.slug))
        titled = [one for one in every if plain in one.title.lower() or plain in one.slug]
        near = self._near(plain, person, answers=answers) if plain else []
        meant = [known[key] for one in near if (key := (one.kind, one.slug)) in known]
        return FoundItems(items=tuple(dict.fromkeys([*titled[: MOST - 3], *meant, *titled]))[:MOST], of=len(known))

    def _near(self, words: str, person: Person, *, answers: bool) -> list[Candidate]:
        kb = self._parts.kb
        text = kb.read(words)
        vector = self._parts.encode(text)
        found = kb.search(vector, text, self._parts.readable(person)) if answers else []
        return [*found, *kb.runbooks().search(vector, text, STAFF)]


