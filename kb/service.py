"""What others ask of the knowledge base: save, import, search, read."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.encoder import Encoder, Vectors
from core.errors import NotFound
from core.people import PUBLIC
from core.watching import staged
from kb.articles import ARTICLE, RUNBOOK, Article, Passage, passages
from kb.cookbook import Recipe
from kb.drafts import Drafts
from kb.files import Files
from kb.history import History
from kb.importing import Report, read_folders
from kb.index import Item, SearchIndex
from kb.lapsing import is_due
from kb.likeness import Texts
from kb.loading import load, published
from kb.pgvectors import PgVectors
from kb.publishing import Also, bump, find, nothing, publish, retire
from kb.ranking import Candidate
from kb.reads import Reads
from kb.shelf import Shelf, Still
from kb.sources import Origin, folder_key, remember
from kb.tables import PUBLISHED, ItemRow, RevisionRow
from kb.taking.keeping import IMPORTER, Keeping
from kb.taking.mirror import Mirror
from kb.trying import NO_ROWS, with_draft, without
from kb.vectorstore import Note, VectorStore
from kb.wording import Wording
from kb.writing import RECIPE, Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """A published article as people read it. `passages` are in its order.

    `lapsed` says that what came of it since it was checked asks for another check.
    """

    slug: str
    title: str
    body: str
    category: str
    audience: str
    owner: str
    verified: date | None
    review_every: int
    aliases: tuple[str, ...]
    revision: int
    passages: tuple[Passage, ...]
    lapsed: bool = False

    def is_due(self, today: date) -> bool:
        """Whether somebody has to check it again: its date has passed, or its verification lapsed before that."""
        return self.lapsed or is_due(self.verified, self.review_every, today)


class KnowledgeBase:
    """The knowledge base of one process, over the database that all processes share."""

    def __init__(
        self,
        database: Database,
        encoder: Encoder,
        clock: Clock,
        wording: Wording | None = None,
        near: PgVectors | None = None,
    ) -> None:
        """Take its parts; an index is built at the first search. With `near` the database searches vectors."""
        self._wording = wording or Wording()
        self._database, self._clock = database, clock
        self._vectors = VectorStore(database, encoder, near)
        self._answers: Shelf | Still = Shelf(database, self._vectors, (ARTICLE, RECIPE), self._wording)
        self._runbooks: Shelf | Still = Shelf(database, self._vectors, (RUNBOOK,))
        self.drafts = Drafts(database, self._vectors, clock)
        self.history, self.reads = History(database), Reads(database, clock)
        self.files = Files(database)
        self.keeping = Keeping(database, self._vectors, clock)
        self.mirror = Mirror(database, self._vectors, clock)

    # -- writing ---------------------------------------------------------------------------------------------------

    def save(
        self, draft: Draft, *, by: str, seen_revision: int | None = None, note: str = "", also: Also = nothing
    ) -> int:
        """Publish a draft as a new revision and return its number; an equal one is not saved again.

        What is to happen `also`, in the same transaction, can be given, here and below.

        Raises:
            Stale: what is published is no longer at `seen_revision` (0: nothing may be); nothing was overwritten.
        """
        self._vectors.embed(draft.entries)
        with self._database.transaction() as session:
            number, changed = publish(session, draft, by=by, now=self._clock(), seen=seen_revision, note=note)
            also(session)
            if changed: bump(session)
        return number

    def retire(
        self, kind: str, slug: str, *, by: str, seen_revision: int | None = None, note: str = "", also: Also = nothing
    ) -> None:
        """Take an item out of search; its revisions stay.

        Raises:
            Stale: what is published is no longer at `seen_revision`.
        """
        with self._database.transaction() as session:
            if retire(session, kind, slug, by=by, now=self._clock(), seen=seen_revision, note=note): bump(session)
            also(session)

    def import_folders(
        self, articles: Path | None, cookbook: Path | None, note: Note = lambda _done, _all: None
    ) -> Report:
        """Read every article and recipe file; good ones are saved, the problems of the others are told.

        `note(done, all)` is told how far it is. A second import of the same files changes nothing.
        """
        report = Report()
        found = read_folders(articles, cookbook, report)
        self._vectors.embed([entry for _, draft in found for entry in draft.entries], note)
        folders = {RECIPE: cookbook} if cookbook else {}
        with self._database.transaction() as session:
            for name, draft in found: self._take(session, name, draft, folders.get(draft.kind, articles), report)
            if report.added or report.changed: bump(session)
        return report

    def _take(self, session: Session, name: str, draft: Draft, folder: Path | None, report: Report) -> None:
        now = self._clock()
        number, changed = publish(session, draft, by=IMPORTER, now=now, checked=False)
        outcome = report.same if not changed else report.added if number == 1 else report.changed
        outcome.append(draft.slug)
        if folder is None or not changed: return
        item = find(session, draft.kind, draft.slug).id
        origin = Origin(folder=folder_key(folder), path=name, item=item, hash=draft.hash(), revision=number)
        remember(session, [origin], now)

    # -- reading ---------------------------------------------------------------------------------------------------

    @staged("search")
    def search(
        self, vector: Vectors, text: str, audiences: frozenset[str], *, without: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        """Candidates for one question, best first, from the newest published state."""
        return self.index().search(vector, text, audiences, without=without)

    def read(self, text: str, audiences: frozenset[str] = PUBLIC) -> str:
        """A question in the words to search and to encode it with: typos put right, abbreviations explained.

        Only words of what the audiences may see are known.
        """
        self.index()  # so that no word is known that is hidden by now
        return self._wording.read(text, audiences)

    def index(self) -> SearchIndex:
        """What questions are answered from: articles and recipes, of the newest generation."""
        return self._answers.index()

    def held(self) -> SearchIndex | None:
        """The index that this process has now, of whatever generation; None before the first search."""
        return self._answers.held()

    def runbooks(self) -> SearchIndex:
        """The run-books, of the newest generation: an index of their own, so that no question can ever find one."""
        return self._runbooks.index()

    def tried(self, kind: str, slug: str, draft: Draft | None) -> tuple[Self, Self]:
        """This knowledge base as it is now, and as it would be with a draft published, or (None) the item retired.

        Both are to be searched for items of that kind; they stay as they are, whatever is published meanwhile.
        """
        before = (self._runbooks if kind == RUNBOOK else self._answers).apart()
        after = with_draft(before, draft, self._vectors.of(draft.entries)) if draft else without(before, kind, slug)
        known, then = self._wording.apart(), self._wording.apart()
        if kind != RUNBOOK: then.learn(*after.since(before), anew=False)
        rest = Still(SearchIndex.build(0, [], [], NO_ROWS) if kind != RUNBOOK else self.index())
        return self._standing(kind, before, rest, known), self._standing(kind, after, rest, then)

    def _standing(self, kind: str, index: SearchIndex, rest: Still, wording: Wording) -> Self:
        other, own = object.__new__(type(self)), Still(index)
        other.__dict__.update(self.__dict__)
        other._answers, other._runbooks = (rest, own) if kind == RUNBOOK else (own, rest)
        other._wording = wording
        return other

    def settle(self) -> None:
        """Wait until indexes that are being built anew are in use."""
        self._answers.settle()
        self._runbooks.settle()

    def article(self, slug: str, audiences: frozenset[str]) -> ArticleView:
        """A published article that these audiences may see.

        Raises:
            NotFound: there is none; a hidden one is not looked at either, so that it takes as long and says the same.
        """
        found = self._view(ARTICLE, slug, RevisionRow.fields["audience"].as_string().in_(audiences))
        if found is None: raise NotFound(f'There is no article "{slug}".')
        return found

    def runbook(self, slug: str) -> ArticleView:
        """A published run-book.

        Raises:
            NotFound: there is none.
        """
        found = self._view(RUNBOOK, slug)
        if found is None: raise NotFound(f'There is no run-book "{slug}".')
        return found

    def has_any(self, kind: str) -> bool:
        """Whether there has ever been an item of a kind, published or not."""
        with self._database.reading() as session:
            return session.scalar(select(ItemRow.id).where(ItemRow.kind == kind).limit(1)) is not None

    def is_published(self, kind: str, slug: str) -> bool:
        """Whether there is such an item for people to find."""
        return (kind, slug) in (self.runbooks() if kind == RUNBOOK else self.index()).by_slug

    def texts(self, *kinds: str) -> Texts:
        """Everything that is searched of some kinds, with its vectors, as the database has it now."""
        with self._database.reading() as session: found = load(session, self._vectors.encoder, kinds, None)
        return Texts(items=found.items, entries=found.entries, rows=self._vectors.read(found))

    def title(self, kind: str, slug: str) -> str:
        """The title of a published item.

        Raises:
            NotFound: there is none.
        """
        found = (self.runbooks() if kind == RUNBOOK else self.index()).by_slug.get((kind, slug))
        if found is None: raise NotFound(f'There is no {kind} "{slug}".')
        return found.title

    def _view(self, kind: str, slug: str, *seen: ColumnElement[bool]) -> ArticleView | None:
        with self._database.reading() as session:
            pair = session.execute(published().where(ItemRow.kind == kind, ItemRow.slug == slug, *seen)).first()
        return _article_view(*pair) if pair else None

    def titles(self, audiences: frozenset[str]) -> list[Item]:
        """The published articles that these audiences may see, by category and title."""
        own = [item for item in self.index().items.values() if item.kind == "article" and item.audience in audiences]
        return sorted(own, key=lambda item: (item.category, item.title))

    def recipe_revision(self, slug: str) -> int:
        """The number of a recipe's newest revision; 0 if there is no such recipe, or it is retired."""
        own = (ItemRow.kind == "recipe") & (ItemRow.slug == slug) & (ItemRow.state == PUBLISHED)
        query = select(ItemRow.revision).where(own)
        with self._database.reading() as session: return session.scalar(query) or 0

    def recipe(self, slug: str, revision: int | None = None) -> tuple[Recipe, int]:
        """A recipe at one revision, or the published one, with its revision number; retired ones can still be finished.

        Raises:
            NotFound: there is no such recipe.
        """
        with self._database.reading() as session:
            item = find(session, "recipe", slug)
            number = revision or item.revision
            own = (RevisionRow.item_id == item.id) & (RevisionRow.number == number)
            row = session.scalar(select(RevisionRow).where(own))
        if row is None: raise NotFound(f'There is no revision {number} of the recipe "{slug}".')
        return Recipe.model_validate(row.fields["recipe"]), number


def _article_view(row: ItemRow, revision: RevisionRow) -> ArticleView:
    fields = revision.fields
    verified = date.fromisoformat(fields["verified"]) if fields["verified"] else None
    article = Article(slug=row.slug, title=revision.title, body=fields["body"])
    return ArticleView(
        slug=row.slug, title=revision.title, body=fields["body"], category=fields["category"],
        audience=fields["audience"], owner=fields["owner"], verified=verified, review_every=fields["review_every"],
        aliases=tuple(fields["aliases"]), revision=row.revision, passages=tuple(passages(article)),
        lapsed=row.lapsed_at is not None,
    )
