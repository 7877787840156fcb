"""What others ask of the knowledge base: save, import, search, read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from core.clock import Clock
from core.db import Database
from core.encoder import Encoder, Vectors
from core.errors import NotFound
from kb.articles import ARTICLE, RUNBOOK, Article, Passage, passages
from kb.cookbook import Recipe
from kb.drafts import Drafts
from kb.history import History
from kb.importing import Report, read_folders
from kb.index import Item, SearchIndex
from kb.loading import published
from kb.publishing import bump, find, publish, retire
from kb.ranking import Candidate
from kb.shelf import Shelf
from kb.tables import PUBLISHED, ItemRow, RevisionRow
from kb.vectorstore import Note, VectorStore
from kb.wording import Wording
from kb.writing import RECIPE, Draft

IMPORTER = "import"  # the actor of a revision that came from a file


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """A published article as people read it. `passages` are in its order."""

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


class KnowledgeBase:
    """The knowledge base of one process, over the database that all processes share."""

    def __init__(self, database: Database, encoder: Encoder, clock: Clock, wording: Wording | None = None) -> None:
        """Take its parts; an index is built at the first search."""
        self._wording = wording or Wording()
        self._database, self._clock = database, clock
        self._vectors = VectorStore(database, encoder)
        self._answers = Shelf(database, self._vectors, (ARTICLE, RECIPE), self._wording)
        self._runbooks = Shelf(database, self._vectors, (RUNBOOK,))
        self.drafts = Drafts(database, self._vectors, clock)
        self.history = History(database)

    # -- writing ---------------------------------------------------------------------------------------------------

    def save(self, draft: Draft, *, by: str, seen_revision: int | None = None, note: str = "") -> int:
        """Publish a draft as a new revision and return its number; an equal one is not saved again.

        Raises:
            Stale: what is published is no longer at `seen_revision` (0: nothing may be); nothing was overwritten.
        """
        self._vectors.embed(draft.entries)
        with self._database.transaction() as session:
            number, changed = publish(session, draft, by=by, now=self._clock(), seen=seen_revision, note=note)
            if changed: bump(session)
        return number

    def retire(self, kind: str, slug: str, *, by: str, note: str = "") -> None:
        """Take an item out of search; its revisions stay."""
        with self._database.transaction() as session:
            if retire(session, kind, slug, by=by, now=self._clock(), note=note): bump(session)

    def import_folders(
        self, articles: Path | None, cookbook: Path | None, note: Note = lambda _done, _all: None
    ) -> Report:
        """Read every article and recipe file; good ones are saved, the problems of the others are told.

        `note(done, all)` is told how far it is. A second import of the same files changes nothing.
        """
        report = Report()
        self.take(read_folders(articles, cookbook, report), report, note)
        return report

    def take(self, drafts: Sequence[Draft], report: Report, note: Note = lambda _done, _all: None) -> None:
        """Publish what was read from files, all or nothing, and tell the report what became of each."""
        self._vectors.embed([entry for draft in drafts for entry in draft.entries], note)
        now = self._clock()
        with self._database.transaction() as session:
            for draft in drafts:
                number, changed = publish(session, draft, by=IMPORTER, now=now)
                outcome = report.same if not changed else report.added if number == 1 else report.changed
                outcome.append(draft.slug)
            if report.added or report.changed: bump(session)

    # -- reading ---------------------------------------------------------------------------------------------------

    def search(
        self, vector: Vectors, text: str, audiences: frozenset[str], *, without: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        """Candidates for one question, best first, from the newest published state."""
        return self.index().search(vector, text, audiences, without=without)

    def read(self, text: str) -> str:
        """A question in the words to search and to encode it with: typos put right, abbreviations explained."""
        if not self._answers.built: self.index()
        return self._wording.read(text)

    def index(self) -> SearchIndex:
        """What questions are answered from: articles and recipes, of the newest generation."""
        return self._answers.index()

    def runbooks(self) -> SearchIndex:
        """The run-books, of the newest generation: an index of their own, so that no question can ever find one."""
        return self._runbooks.index()

    def article(self, slug: str, audiences: frozenset[str]) -> ArticleView:
        """A published article that these audiences may see.

        Raises:
            NotFound: there is none; says the same for a hidden one.
        """
        found = self._view(ARTICLE, slug)
        if found is None or found.audience not in audiences: raise NotFound(f'There is no article "{slug}".')
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

    def title(self, kind: str, slug: str) -> str:
        """The title of a published item.

        Raises:
            NotFound: there is none.
        """
        found = (self.runbooks() if kind == RUNBOOK else self.index()).by_slug.get((kind, slug))
        if found is None: raise NotFound(f'There is no {kind} "{slug}".')
        return found.title

    def _view(self, kind: str, slug: str) -> ArticleView | None:
        with self._database.reading() as session:
            pair = session.execute(published().where(ItemRow.kind == kind, ItemRow.slug == slug)).first()
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
    )
