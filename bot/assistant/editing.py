"""Articles, as editors change them on a form."""

from dataclasses import dataclass

from bot.assistant.parts import Parts
from core.errors import BadInput, NotFound
from core.people import Action, Person
from kb.articles import ARTICLE, Article
from kb.drafting import unfinished
from kb.service import ArticleView, Draft, article_draft, article_source

EVERYTHING = frozenset({"employees", "staff"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a save made: the article's title and its new revision."""

    title: str
    revision: int


class Editing:
    """What editors can do."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def titles(self, person: Person) -> list[tuple[str, str]]:
        """Slug and title of every article, by title."""
        person.must(Action.EDIT_ARTICLES)
        return sorted(
            ((item.slug, item.title) for item in self._parts.kb.titles(EVERYTHING)), key=lambda row: row[1].lower()
        )

    def open(self, slug: str, person: Person) -> ArticleView:
        """An article to be edited."""
        person.must(Action.EDIT_ARTICLES)
        return self._parts.kb.article(slug, EVERYTHING)

    def save(self, slug: str, values: dict[str, str], person: Person, *, seen_revision: int) -> Saved:
        """Publish what was written on the form; the person who saves it has checked it today.

        Raises:
            BadInput: the article does not pass the checks, or has parts that are still to be written; says which.
            Stale: somebody else saved it meanwhile; nothing was overwritten.
        """
        person.must(Action.EDIT_ARTICLES)
        known = self._known(slug) if seen_revision else None
        left = unfinished(f"{slug}.md", values["body"])
        if left: raise BadInput(f"Line {left[0].line}: {left[0].message}")
        article = Article(
            slug=slug or slug_of(values["title"]), title=values["title"].strip(), body=values["body"].strip(),
            category=values["category"].strip().lower() or "other", audience=known.audience if known else "employees",
            owner=known.owner if known else person.email, verified=self._parts.clock().date(),
            review_every=known.review_every if known else 180,
            aliases=tuple(line.strip() for line in values.get("aliases", "").splitlines() if line.strip()),
        )
        revision = self._parts.kb.save(_draft(article), by=person.id, seen_revision=seen_revision)
        return Saved(title=article.title, revision=revision)

    def _known(self, slug: str) -> ArticleView | None:
        """What is published under a name; None where there is only a draft."""
        try:
            return self._parts.kb.article(slug, EVERYTHING)
        except NotFound:
            self._parts.kb.draft(slug, ARTICLE)
            return None


def _draft(article: Article) -> Draft:
    draft = article_draft(f"{article.slug}.md", article_source(article))
    if isinstance(draft, Draft): return draft
    raise BadInput(" ".join(problem.message for problem in draft))


def slug_of(title: str) -> str:
    """A slug of a title's words; empty when it has none that a slug can have."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in title.lower()).split()
    return "-".join(words)[:100].strip("-")
