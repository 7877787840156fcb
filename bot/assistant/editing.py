"""Articles, as editors change them on a form."""

from bot.assistant.editorial.made import refuse, slug_of, written
from bot.assistant.editorial.reviewing import Reviewing, Saved
from bot.assistant.editorial.writing import Writing
from bot.assistant.parts import Parts
from core.errors import NotFound
from core.people import Action, Person
from kb.articles import ARTICLE, Article
from kb.drafting import unfinished
from kb.service import ArticleView


class Editing:
    """What editors can do on a form that publishes."""

    def __init__(self, parts: Parts, writing: Writing, reviewing: Reviewing) -> None:
        """Take the shared parts."""
        self._parts, self._writing, self._reviewing = parts, writing, reviewing

    def titles(self, person: Person) -> list[tuple[str, str]]:
        """Slug and title of every article, by title."""
        return self._writing.titles(person)

    def open(self, slug: str, person: Person) -> ArticleView:
        """An article to be edited."""
        return self._writing.article(slug, person)

    def save(self, slug: str, values: dict[str, str], person: Person, *, seen_revision: int) -> Saved:
        """Publish what was written on the form.

        Raises:
            BadInput: the article does not pass the checks, or has parts that are still to be written; says which.
            Stale: somebody else saved it meanwhile; nothing was overwritten.
        """
        person.must(Action.EDIT_ARTICLES)
        refuse(unfinished(slug, values["body"]))
        known = self._known(slug) if seen_revision else None
        draft = self._parts.kb.drafts.find(slug, ARTICLE) if slug else None
        article = Article(
            slug=slug or slug_of(values["title"]), title=values["title"].strip(), body=values["body"].strip(),
            category=values["category"].strip().lower() or "other", audience=known.audience if known else "employees",
            owner=known.owner if known else person.email, verified=self._parts.clock().date(),
            review_every=known.review_every if known else 180,
            aliases=tuple(line.strip() for line in values.get("aliases", "").splitlines() if line.strip()),
        )
        kept = self._writing.keep(
            ARTICLE, article.slug, written(article).source, person, seen_version=seen_revision if draft else 0,
            based_on=0 if draft else seen_revision,
        )
        return self._reviewing.publish(ARTICLE, kept.slug, person, seen_version=kept.version)

    def _known(self, slug: str) -> ArticleView | None:
        """What is published under a name; None where there is only a draft."""
        try:
            return self._parts.kb.article(slug, self._parts.every_audience())
        except NotFound:
            return None
