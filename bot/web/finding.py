"""What a search shows, and which articles are near another: the same search as in Slack, in the same order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.web.markdown import HelpMarkdown, excerpt
from core.encoder import Vectors
from core.errors import NotFound
from core.people import PUBLIC
from kb.ranking import LISTED_AT, Candidate
from kb.service import KnowledgeBase

RESULTS = 8  # data/training/questions.jsonl: 6 would lose right ones, and more is a list that nobody reads
RELATED = 5
EXCERPT = 220  # characters, about two lines on a desktop
REMEMBERED = 1_000  # vectors of titles, 1.5 kB each; more than an installation has articles
Rank = Callable[[str, frozenset[str]], Sequence[Candidate]]  # what fits a question for some audiences, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the results. A recipe has no `url`, an article's `anchor` is of the passage that fits best."""

    title: str
    category: str
    url: str = ""
    anchor: str = ""
    heading: str = ""
    excerpt: str = ""


class Finder:
    """Searches what the reader of a page may see: what everybody may, unless it is told of more audiences."""

    def __init__(
        self, kb: KnowledgeBase, encode: Callable[[str], Vectors], markdown: HelpMarkdown, rank: Rank | None = None
    ) -> None:
        """Take the knowledge base, what turns one text into a vector [dims], and what ranks as answers are.

        Without the last, the order is that of the search alone.
        """
        self._kb, self._encode, self._markdown, self._rank = kb, encode, markdown, rank or self._nearest
        self._of_title = lru_cache(maxsize=REMEMBERED)(encode)

    def search(self, text: str, audiences: frozenset[str] = PUBLIC) -> list[Result]:
        """What fits a question, best first; empty when nothing is near."""
        shown = self._rank(text, audiences)[:RESULTS]
        return [result for candidate in shown if (result := self._result(candidate, audiences))]

    def _nearest(self, text: str, audiences: frozenset[str]) -> list[Candidate]:
        read = self._kb.read(text, audiences)
        return [one for one in self._kb.search(self._encode(read), read, audiences) if one.cosine >= LISTED_AT]

    def related(self, slug: str, title: str, audiences: frozenset[str] = PUBLIC) -> list[Result]:
        """The articles nearest to one."""
        found = self._kb.search(self._of_title(title), title, audiences, without=frozenset({slug}))
        near = [c for c in found if c.kind == "article" and c.cosine >= LISTED_AT][:RELATED]
        return [Result(title=c.title, category=c.category, url=f"/help/{c.slug}") for c in near]

    def _result(self, found: Candidate, audiences: frozenset[str]) -> Result | None:
        if found.kind == "recipe": return Result(title=found.title, category=found.category)
        try:
            article = self._kb.article(found.slug, audiences)
        except NotFound:
            return None  # it was taken down between the two looks
        passage = next((p for p in article.passages if p.ordinal == found.passage), None)
        return Result(
            title=article.title, category=article.category, url=f"/help/{article.slug}",
            anchor=f"p-{passage.ordinal}" if passage else "", heading=passage.heading if passage else "",
            excerpt=excerpt(self._markdown.plain(passage.text), EXCERPT) if passage else "",
        )
