"""What others ask of the knowledge base: save, import, search, read."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import events
from core.clock import Clock
from core.db import Database, insert
from core.encoder import Encoder, Vectors
from core.errors import BadInput, NotFound, Stale
from core.files import Problem
from kb.articles import ARTICLE, RUNBOOK, Article, Passage, check, parse_article, passages
from kb.cookbook import Recipe, parse_recipe
from kb.index import Entry, Item, SearchIndex
from kb.loading import newest, published
from kb.ranking import Candidate
from kb.shelf import Shelf
from kb.tables import DRAFT, PUBLISHED, RETIRED, EntryRow, GenerationRow, ItemRow, RevisionRow
from kb.vectorstore import Note, VectorStore, hash_of
from kb.wording import Wording

RECIPE = "recipe"
IMPORTER = "import"  # the actor of a revision that came from a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article or recipe about to be saved: its file's text, and what was read from it."""

    kind: str
    slug: str
    title: str
    source: str
    fields: dict[str, Any]
    entries: tuple[Entry, ...]

    def hash(self) -> str:
        """A hash of the source; saving an equal source again changes nothing."""
        return hashlib.sha256(self.source.encode()).hexdigest()


@dataclass(slots=True, kw_only=True)
class Report:
    """What an import did: slugs by outcome, and the problems of what was not taken."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def article_draft(file: str, source: str) -> Draft | list[Problem]:
    """A Markdown file's name and text, ready to be saved, or what is wrong with it."""
    article = parse_article(file, source)
    if isinstance(article, list): return article
    return _article_draft(article, source)


def _article_draft(article: Article, source: str) -> Draft:
    own = [Entry(item=0, kind="title", ordinal=0, heading="", text=article.title)]
    own += [Entry(item=0, kind="alias", ordinal=n, heading="", text=text) for n, text in enumerate(article.aliases)]
    own += [Entry(item=0, kind="passage", ordinal=p.ordinal, heading=p.heading, text=p.text) for p in passages(article)]
    verified = article.verified.isoformat() if article.verified else ""
    fields = {
        "category": article.category, "audience": article.audience, "owner": article.owner, "verified": verified,
        "review_every": article.review_every, "aliases": list(article.aliases), "body": article.body,
    }
    return Draft(
        kind=article.kind, slug=article.slug, title=article.title, source=source, fields=fields, entries=tuple(own)
    )


def recipe_draft(file: str, source: str) -> Draft | list[Problem]:
    """A YAML file's name and text, ready to be saved, or what is wrong with it."""
    recipe = parse_recipe(file, source)
    if isinstance(recipe, list): return recipe
    own = [Entry(item=0, kind="title", ordinal=0, heading="", text=recipe.title)]
    own += [Entry(item=0, kind="trigger", ordinal=n, heading="", text=text) for n, text in enumerate(recipe.triggers)]
    fields = {"category": recipe.category, "audience": recipe.audience, "recipe": recipe.model_dump(mode="json")}
    return Draft(kind="recipe", slug=recipe.slug, title=recipe.title, source=source, fields=fields, entries=tuple(own))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft of a recipe or an article that waits for an editor: its file's text, who saved it last and when."""

    slug: str
    title: str
    source: str
    revision: int
    saved_by: str
    saved_at: datetime
    kind: str = RECIPE


class KnowledgeBase:
    """The knowledge base of one process, over the database that all processes share."""

    def __init__(self, database: Database, encoder: Encoder, clock: Clock, wording: Wording | None = None) -> None:
        """Take its parts; an index is built at the first search."""
        self._wording = wording or Wording()
        self._database, self._clock = database, clock
        self._vectors = VectorStore(database, encoder)
        self._answers = Shelf(database, self._vectors, (ARTICLE, RECIPE), self._wording)
        self._runbooks = Shelf(database, self._vectors, (RUNBOOK,))

    # -- writing ---------------------------------------------------------------------------------------------------

    def save(self, draft: Draft, *, by: str, seen_revision: int | None = None) -> int:
        """Publish a draft as a new revision and return its number; an equal one is not saved again.

        Raises:
            BadInput: the article does not pass the checks.
            Stale: the item is no longer at `seen_revision` (0: it must be new); nothing was overwritten.
        """
        self._vectors.embed(draft.entries)
        with self._database.transaction() as session:
            number, changed = self._save(session, draft, by, seen_revision)
            if changed: self._bump(session)
        return number

    def keep_draft(self, draft: Draft, *, by: str, seen_revision: int | None = None) -> int:
        """Keep a draft that is neither searched nor offered, as a new revision; an equal one is not kept again.

        Raises:
            BadInput: what is published has this name.
            Stale: the draft is no longer at `seen_revision` (0: it must be new).
        """
        with self._database.transaction() as session:
            taken = self._item_row(session, draft).state == PUBLISHED
            if taken: raise BadInput(f'There is a {draft.kind} "{draft.slug}" already. Please choose another name.')
            return self._save(session, draft, by, seen_revision, DRAFT)[0]

    def retire(self, kind: str, slug: str, *, by: str) -> None:
        """Take an item out of search; its revisions stay."""
        with self._database.transaction() as session:
            row = _row(session, kind, slug, lock=True)
            if row.state == RETIRED: return
            row.state = RETIRED
            session.execute(delete(EntryRow).where(EntryRow.item_id == row.id))
            events.record(session, f"{kind}.retired", f"{kind}:{row.id}", actor=by, at=self._clock(), slug=slug)
            self._bump(session)

    def import_folders(
        self, articles: Path | None, cookbook: Path | None, note: Note = lambda _done, _all: None
    ) -> Report:
        """Read every article and recipe file; good ones are saved, the problems of the others are told.

        `note(done, all)` is told how far it is. A second import of the same files changes nothing.
        """
        report = Report()
        files = [*_read(articles, ("*.md",), article_draft, report)]
        files += _read(cookbook, ("*.yaml", "*.yml"), recipe_draft, report)
        drafts = _without_clashes(files, report)
        self._vectors.embed([entry for draft in drafts for entry in draft.entries], note)
        with self._database.transaction() as session:
            for draft in drafts: self._import_one(session, draft, report)
            if report.added or report.changed: self._bump(session)
        return report

    def _import_one(self, session: Session, draft: Draft, report: Report) -> None:
        number, changed = self._save(session, draft, IMPORTER, None)
        outcome = report.same if not changed else report.added if number == 1 else report.changed
        outcome.append(draft.slug)

    def _save(
        self, session: Session, draft: Draft, by: str, seen: int | None, state: str = PUBLISHED
    ) -> tuple[int, bool]:
        row = self._item_row(session, draft)
        if seen is not None and seen != row.revision:
            raise Stale(f'"{draft.title}" was changed by somebody else meanwhile. Look at it again, then save.')
        if row.hash == draft.hash() and row.state == state: return row.revision, False
        row.state, row.revision, row.hash = state, row.revision + 1, draft.hash()
        session.flush()
        self._write(session, row, draft, by)
        return row.revision, True

    def _item_row(self, session: Session, draft: Draft) -> ItemRow:
        """The row of a draft's item, locked; at revision 0 when it is new, so that two who make it take turns."""
        values = {"kind": draft.kind, "slug": draft.slug, "state": RETIRED, "revision": 0, "hash": ""}
        session.execute(insert(session, ItemRow).values(values).on_conflict_do_nothing())
        return _row(session, draft.kind, draft.slug, lock=True)

    def _write(self, session: Session, row: ItemRow, draft: Draft, by: str) -> None:
        now = self._clock()
        session.add(
            RevisionRow(
                item_id=row.id, number=row.revision, title=draft.title, source=draft.source, fields=draft.fields,
                saved_by=by, saved_at=now,
            )
        )
        session.execute(delete(EntryRow).where(EntryRow.item_id == row.id))
        session.add_all(
            EntryRow(
                item_id=row.id, kind=e.kind, ordinal=e.ordinal, heading=e.heading, text=e.text,
                hash=hash_of(e),
            )
            for e in (draft.entries if row.state == PUBLISHED else ())
        )
        facts = {"slug": draft.slug, "revision": row.revision}
        what = "published" if row.state == PUBLISHED else "drafted"
        events.record(session, f"{draft.kind}.{what}", f"{draft.kind}:{row.id}", actor=by, at=now, **facts)

    def _bump(self, session: Session) -> None:
        first = insert(session, GenerationRow).values(id=1, number=1)
        grown = first.on_conflict_do_update(index_elements=["id"], set_={"number": GenerationRow.number + 1})
        session.execute(grown)

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

    def drafts(self) -> list[Kept]:
        """What is kept as a draft, by name."""
        with self._database.reading() as session:
            rows = session.execute(newest().where(ItemRow.state == DRAFT).order_by(ItemRow.slug))
            return [_kept(item, revision) for item, revision in rows]

    def draft(self, slug: str, kind: str = RECIPE) -> Kept:
        """A draft by its name and kind.

        Raises:
            NotFound: there is none.
        """
        found = next((one for one in self.drafts() if (one.kind, one.slug) == (kind, slug)), None)
        if found is None: raise NotFound(f'There is no draft "{slug}".')
        return found

    def has_any(self, kind: str) -> bool:
        """Whether there has ever been an item of a kind, published or not."""
        with self._database.reading() as session:
            return session.scalar(select(ItemRow.id).where(ItemRow.kind == kind).limit(1)) is not None

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
            item = _row(session, "recipe", slug)
            number = revision or item.revision
            own = (RevisionRow.item_id == item.id) & (RevisionRow.number == number)
            row = session.scalar(select(RevisionRow).where(own))
        if row is None: raise NotFound(f'There is no revision {number} of the recipe "{slug}".')
        return Recipe.model_validate(row.fields["recipe"]), number


def _kept(item: ItemRow, revision: RevisionRow) -> Kept:
    return Kept(
        slug=item.slug, title=revision.title, source=revision.source, revision=item.revision,
        saved_by=revision.saved_by, saved_at=revision.saved_at, kind=item.kind,
    )


def article_source(article: Article) -> str:
    """The Markdown file of an article that was written on a form."""
    import yaml

    problems = check(article)
    if problems: raise BadInput(" ".join(f"{problem[0].upper()}{problem[1:]}." for problem in problems))
    kind = {} if article.kind == ARTICLE else {"kind": article.kind}
    front: dict[str, Any] = {"title": article.title, **kind, "category": article.category, "audience": article.audience}
    if article.owner: front["owner"] = article.owner
    if article.verified: front["verified"] = article.verified
    if article.review_every: front["review_every"] = f"{article.review_every}d"
    if article.aliases: front["aliases"] = list(article.aliases)
    return f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True)}---\n\n{article.body}\n"


def _row(session: Session, kind: str, slug: str, *, lock: bool = False) -> ItemRow:
    query = select(ItemRow).where(ItemRow.kind == kind, ItemRow.slug == slug)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None: raise NotFound(f'There is no {kind} "{slug}".')
    return row


def _article_view(row: ItemRow, revision: RevisionRow) -> ArticleView:
    fields = revision.fields
    verified = date.fromisoformat(fields["verified"]) if fields["verified"] else None
    article = Article(slug=row.slug, title=revision.title, body=fields["body"])
    return ArticleView(
        slug=row.slug, title=revision.title, body=fields["body"], category=fields["category"],
        audience=fields["audience"], owner=fields["owner"], verified=verified, review_every=fields["review_every"],
        aliases=tuple(fields["aliases"]), revision=row.revision, passages=tuple(passages(article)),
    )


def _read(
    folder: Path | None, patterns: Iterable[str], parse: Callable[[str, str], Draft | list[Problem]], report: Report
) -> list[tuple[str, Draft]]:
    """The drafts in a folder with their files' names."""
    if folder is None: return []
    if not folder.is_dir(): report.problems.append(Problem(file=str(folder), line=1, message="there is no such folder"))
    drafts = []
    for path in sorted(p for pattern in patterns for p in folder.rglob(pattern)):
        name = path.relative_to(folder).as_posix()
        draft = _parsed(name, path, parse)
        if isinstance(draft, Draft): drafts.append((name, draft))
        else: report.problems.extend(draft)
    return drafts


def _parsed(name: str, path: Path, parse: Callable[[str, str], Draft | list[Problem]]) -> Draft | list[Problem]:
    try:
        return parse(name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return [Problem(file=name, line=1, message=f"cannot be read: {error}")]


def _without_clashes(drafts: Sequence[tuple[str, Draft]], report: Report) -> list[Draft]:
    """The first file of a slug wins; a second one is a problem, not an overwrite."""
    unique: dict[tuple[str, str], tuple[str, Draft]] = {}
    for name, draft in drafts:
        first, kept = unique.setdefault((draft.kind, draft.slug), (name, draft))
        if kept is draft: continue
        message = f'the {draft.kind} "{draft.slug}" is already in {first}'
        report.problems.append(Problem(file=name, line=1, message=message))
    return [draft for _, draft in unique.values()]
