"""A change tried on real questions before it is published."""

from collections.abc import Sequence

from bot.assistant.parts import Parts
from kb.writing import Draft


class Rehearsing:
    """Replays questions against the knowledge base with a change in it. Nothing is changed by it."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def losses(self, kind: str, slug: str, draft: Draft | None) -> Sequence[str]:  # noqa: ARG002 - on its way
        """The questions whose answer by an item was confirmed, and that it would answer no more."""
        return ()
