"""What becomes due on tickets with time: warnings before a promise is broken, and what follows by itself."""

from bot.assistant.parts import Parts
from handoff import waking, warnings

AT_ONCE = 20  # tickets of one look, of each kind


class DeskClock:
    """Looks for tickets that something is due on. Several processes may look at once: each is taken by one."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def look(self) -> int:
        """Do what is due; how much that was."""
        now, desk = self._parts.clock(), self._parts.desk
        with self._parts.database.reading() as session:
            found = [(warnings.take, one) for one in warnings.due(session, now, AT_ONCE)]
            found += [(waking.take, one) for one in waking.due(session, now, AT_ONCE)]
        taken = 0
        for take, ticket in found:
            with self._parts.database.transaction() as session: taken += take(session, desk, ticket, now)
        return taken
