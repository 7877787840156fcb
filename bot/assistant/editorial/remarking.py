"""What there is to say about a text while somebody writes it, beside what is published and they may see."""

from bot.assistant.editorial.beside import beside
from bot.assistant.editorial.made import must_write
from bot.assistant.parts import Parts
from core import people
from core.people import Person
from core.personal import full_names
from kb import naming
from kb.articles import ARTICLE
from kb.remarks import Around, Other, Remark, linked, remarks
from kb.writing import RECIPE

NAMES = 200  # of people in one text that are looked up


class Remarking:
    """Gathers what a text will stand beside, and has it read. The role is checked here, whatever surface asks."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts. What everything is called is read anew only when something was published."""
        self._parts = parts
        self._names: tuple[int, list[Other]] = (-1, [])

    def on(self, kind: str, slug: str, source: str, person: Person) -> list[Remark]:
        """The remarks on a text, by line; see `kb.remarks.remarks`. A new text has no slug."""
        must_write(person, kind)
        return remarks(kind, slug, source, self._around(kind, slug, source, person))

    def audiences(self, person: Person) -> dict[str, str]:
        """Whom a person may write for, by slug and name: editors for all."""
        return self._parts.readable_by_name(person)

    def categories(self, person: Person) -> list[str]:
        """The categories that there are, as far as the person may see what is in them."""
        seen = self.audiences(person)
        items = (*self._parts.kb.index().items.values(), *self._parts.kb.runbooks().items.values())
        return sorted({item.category for item in items if item.audience in seen})

    def _around(self, kind: str, slug: str, source: str, person: Person) -> Around:
        seen, targets = self.audiences(person), linked(source)
        with self._parts.database.reading() as session:
            gone = naming.retired(session, ARTICLE, targets)
            known = people.names_among(session, set(sorted(full_names(source))[:NAMES]))
        problems = beside(self._parts, slug, source) if kind == RECIPE else []
        return Around(
            others=[one for one in self._others() if one.audience in seen], audiences=seen,
            retired=frozenset(name for name, audience in gone if audience in seen), names=frozenset(known),
            problems=problems, today=self._parts.clock().date(),
        )

    def _others(self) -> list[Other]:
        """Everything that is published, with its names; in one value, as several threads ask."""
        answers, books = self._parts.kb.index(), self._parts.kb.runbooks()
        number = max(answers.generation, books.generation)
        if self._names[0] != number:
            with self._parts.database.reading() as session:
                self._names = (number, naming.names(session, [*answers.items.values(), *books.items.values()]))
        return self._names[1]
