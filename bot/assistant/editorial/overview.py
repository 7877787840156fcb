"""What a person's Home shows of the knowledge, put together."""

from bot.assistant.editorial.writing import Writing
from bot.assistant.parts import Parts
from bot.overview import Overview
from core.people import Action, Person

DRAFTS = 5  # of each list that are shown


class Overviews:
    """Puts overviews together."""

    def __init__(self, parts: Parts, writing: Writing) -> None:
        """Take the shared parts."""
        self._parts, self._writing = parts, writing

    def of(self, person: Person) -> Overview:
        """What a person's Home shows."""
        if not person.may(Action.READ_STAFF_ARTICLES): return Overview()
        drafts = self._writing.drafts(person)
        mine = (*drafts.mine, *drafts.others)
        return Overview(
            reads=True, writes=person.may(Action.DRAFT_ARTICLES), edits=person.may(Action.EDIT_ARTICLES),
            mine=mine[:DRAFTS], more_mine=max(0, len(mine) - DRAFTS),
            to_review=drafts.to_review[:DRAFTS], more_to_review=max(0, len(drafts.to_review) - DRAFTS),
        )  # fmt: skip
