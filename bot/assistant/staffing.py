"""The staff of the desk file, as far as Firstline has met them."""

from bot.assistant.parts import Parts
from core import people
from core.people import Person


class Staffing:
    """Keeps what people may do in step with the desk file."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def known(self) -> list[Person]:
        """The staff whom Firstline has met, by name."""
        emails = [one.email for one in self._parts.desk.staff]
        with self._parts.database.reading() as session: found = people.with_emails(session, emails)
        return sorted(found, key=lambda one: one.name)

    def enrol(self) -> int:
        """Give everybody the roles, level and platforms of the present desk file; of how many they changed.

        Without it, somebody who was taken out of the file would keep theirs until they write again.
        """
        with self._parts.database.transaction() as session:
            changed = [now for was in people.everybody(session) if (now := self._parts.with_roles(was)) != was]
            for person in changed: people.save(session, person, self._parts.clock())
        return len(changed)
