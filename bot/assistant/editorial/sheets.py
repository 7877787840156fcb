"""An item on one sheet: what it says, what is published, what is being written, and what this person may do with it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.assistant.editorial.made import MAY_PUBLISH, read
from bot.assistant.editorial.writing import Begun, Writing
from bot.assistant.parts import Parts
from core.people import Action, Person
from kb.articles import Article
from kb.drafts import DraftState, Kept
from kb.history import Revision
from kb.writing import RECIPE


class May(StrEnum):
    """What can be done with an item from its sheet."""

    EDIT = "edit"
    SUBMIT = "submit"
    PUBLISH = "publish"
    SEND_BACK = "send_back"
    REBASE = "rebase"
    DROP = "drop"
    VERIFY = "verify"
    RETIRE = "retire"
    HISTORY = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An item as one person sees it.

    `source` is the text of the draft, where there is one, else of what is published; `article` is that text read, None
    for a recipe. `live` is the published revision, None where nothing is published that the person may read.
    """

    kind: str
    slug: str
    title: str
    source: str
    article: Article | None
    draft: Kept | None
    live: Revision | None
    may: frozenset[May]

    @property
    def revision(self) -> int:
        """The number of the published revision; 0 for none."""
        return self.live.number if self.live else 0

    @property
    def version(self) -> int:
        """The number of the draft's last save; 0 where there is no draft."""
        return self.draft.version if self.draft else 0


class Sheets:
    """Puts sheets together."""

    def __init__(self, parts: Parts, writing: Writing) -> None:
        """Take the shared parts."""
        self._parts, self._writing = parts, writing

    def of(self, kind: str, slug: str, person: Person) -> Sheet:
        """The sheet of an item.

        Raises:
            NotAllowed: the person may not write this kind.
            NotFound: there is no such item, or the person may not see it.
        """
        begun = self._writing.begin(kind, slug, person)
        live = self._writing.live(kind, slug, person)
        number = live.number if live else 0
        article = None if kind == RECIPE else read(slug, begun.source)
        title = begun.draft.title if begun.draft else live.title if live else slug
        return Sheet(
            kind=kind, slug=slug, title=title, source=begun.source, article=article, draft=begun.draft, live=live,
            may=frozenset(self._may(begun, number, person)),
        )

    def audiences(self, person: Person) -> dict[str, str]:
        """The audiences that a person may write for, and how each is called."""
        return self._parts.readable_by_name(person)

    def _may(self, begun: Begun, revision: int, person: Person) -> set[May]:
        publishes = person.may(MAY_PUBLISH[begun.kind])
        found = {May.EDIT} | ({May.HISTORY, May.RETIRE} if revision and publishes else set())
        if begun.draft: return found | self._with_draft(begun.draft, person, publishes=publishes)
        return found | ({May.VERIFY} if publishes and revision and begun.kind != RECIPE else set())

    def _with_draft(self, draft: Kept, person: Person, *, publishes: bool) -> set[May]:
        waits, own = draft.state is DraftState.REVIEW, person.id in (draft.begun_by, draft.saved_by)
        found = {May.DROP} if own or person.may(Action.EDIT_ARTICLES) else set()
        if draft.overtaken: return found | {May.REBASE}
        if not waits: found |= {May.SUBMIT}
        if waits and publishes: found |= {May.SEND_BACK}
        if self._writing.reviews(draft, person): found |= {May.PUBLISH}
        return found
