"""What a person's Home shows of the knowledge, put together."""

from bot.assistant.editorial.figures import ArticleHealth
from bot.assistant.editorial.gaps import Gaps
from bot.assistant.editorial.health import Health
from bot.assistant.editorial.writing import Writing
from bot.assistant.parts import Parts
from bot.overview import GapRow, HealthRow, LapsedRow, Overview
from core.people import Action, Person

DRAFTS, LAPSED, GAPS, WORST = 5, 3, 5, 3  # of each list that are shown
BAD = 0.8  # of those to whom it is shown, the share it helps at best; nothing above it is listed as doing badly


class Overviews:
    """Puts overviews together."""

    def __init__(self, parts: Parts, writing: Writing, gaps: Gaps, health: Health) -> None:
        """Take the shared parts, and who knows what; `studio` is the Studio's address, where there is one."""
        self.studio = ""
        self._parts, self._writing, self._gaps, self._health = parts, writing, gaps, health

    def of(self, person: Person) -> Overview:
        """What a person's Home shows."""
        if not person.may(Action.READ_STAFF_ARTICLES): return Overview()
        drafts = self._writing.drafts(person)
        mine, edits = (*drafts.mine, *drafts.others), person.may(Action.EDIT_ARTICLES)
        found = self._health.recent(person) if edits else []
        lapsed = [one for one in found if one.lapsed_at]
        bad = [one for one in found if one.lapsed_at is None and one.at_best < BAD]
        return Overview(
            reads=True, writes=person.may(Action.DRAFT_ARTICLES), edits=edits,
            mine=mine[:DRAFTS], more_mine=max(0, len(mine) - DRAFTS),
            to_review=drafts.to_review[:DRAFTS], more_to_review=max(0, len(drafts.to_review) - DRAFTS),
            lapsed=tuple(map(self._lapsed, lapsed[:LAPSED])), more_lapsed=max(0, len(lapsed) - LAPSED),
            gaps=self._missing(person) if edits else (), worst=tuple(map(_bad, bad[:WORST])),
            studio=self.studio if edits else "",
        )  # fmt: skip

    def _lapsed(self, one: ArticleHealth) -> LapsedRow:
        revision = self._parts.kb.history.of(one.kind, one.slug)[0].number
        verified = one.verified.isoformat() if one.verified else ""
        return LapsedRow(
            kind=one.kind, slug=one.slug, title=one.title, revision=revision, lapse=one.lapse, verified=verified
        )

    def _missing(self, person: Person) -> tuple[GapRow, ...]:
        found = self._gaps.listed(person, limit=GAPS).gaps
        return tuple(
            GapRow(
                id=one.id, title=one.title, count=one.count, people=one.people, minutes=one.minutes,
                version=one.version, assignee=one.assignee,
            ) for one in found
        )  # fmt: skip


def _bad(one: ArticleHealth) -> HealthRow:
    return HealthRow(kind=one.kind, slug=one.slug, title=one.title, says=one.why)
