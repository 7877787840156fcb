"""What becomes due on tickets with time: warnings before a promise is broken, and what follows by itself."""

from bot.assistant.parts import Parts
from bot.assistant.sweeping import sweep
from handoff import waking, warnings


class DeskClock:
    """Looks for tickets that something is due on. Several processes may look at once: each is taken by one."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def look(self) -> int:
        """Do what is due; how much that was."""
        now = self._parts.clock()
        return sweep(self._parts, warnings, now) + sweep(self._parts, waking, now)
