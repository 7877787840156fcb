"""Links of articles and run-books that lead nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.assistant.parts import Parts
from kb.articles import ARTICLE, RUNBOOK, Article, passages
from kb.links import Known, Link, anchors, dead, headings, links, web_address
from kb.loading import published
from kb.tables import PUBLISHED, FileRow, ItemRow, RevisionRow

READ = (ARTICLE, RUNBOOK)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLink:
    """A link that leads nowhere, where it stands, and why, by the words of `kb.links`; `line` is the body's."""

    kind: str
    slug: str
    title: str
    target: str
    text: str
    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLink:
    """An address on the web, and the items that link to it: kind, slug, title."""

    address: str
    items: tuple[tuple[str, str, str], ...]


class Linking:
    """Looks at the links of everything that is published."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def dead(self) -> list[DeadLink]:
        """The links that lead to what is not there, by title and line; the web is not asked."""
        rows, known = self._rows(), self._known()
        found = [(row, revision, link) for row, revision in rows for link in links(revision.fields["body"])]
        bad = [
            DeadLink(
                kind=row.kind, slug=row.slug, title=revision.title, target=link.target, text=link.text, line=link.line,
                why=why,
            )
            for row, revision, link in found if (why := dead(link, row.slug, known))
        ]  # fmt: skip
        return sorted(bad, key=lambda one: (one.title.lower(), one.slug, one.line))

    def web(self) -> list[WebLink]:
        """The addresses on the web that are linked to, each once."""
        found: dict[str, dict[tuple[str, str, str], None]] = {}
        for row, revision in self._rows():
            for address in _addresses(links(revision.fields["body"])):
                found.setdefault(address, {})[row.kind, row.slug, revision.title] = None
        return [WebLink(address=address, items=tuple(items)) for address, items in sorted(found.items())]

    def _rows(self) -> list[tuple[ItemRow, RevisionRow]]:
        with self._parts.database.reading() as session:
            found = session.execute(published().where(ItemRow.kind.in_(READ)))
            return [(row, revision) for row, revision in found]

    def _known(self) -> Known:
        """What there is; where an article and a run-book have one name, the article is meant."""
        rows = sorted(self._rows(), key=lambda pair: pair[0].kind, reverse=True)
        articles = {row.slug: str(revision.fields["audience"]) for row, revision in rows}
        gone = select(ItemRow.slug).where(ItemRow.state != PUBLISHED, ItemRow.revision > 0, ItemRow.kind.in_(READ))
        with self._parts.database.reading() as session:
            retired = frozenset(session.scalars(gone))
            files = {part for pair in session.execute(select(FileRow.hash, FileRow.name)) for part in pair}
        folder = self._parts.pictures
        pictures = frozenset(path.name for path in folder.glob("*")) if folder else frozenset[str]()
        return Known(articles=articles, anchors=_anchors(rows), retired=retired, files=pictures | files)


def _anchors(rows: Sequence[tuple[Any, Any]]) -> dict[str, frozenset[str]]:
    found = {}
    for row, revision in rows:
        body = revision.fields["body"]
        parts = passages(Article(slug=row.slug, title=revision.title, body=body))
        found[row.slug] = anchors(headings(body, revision.title), len(parts))
    return found


def _addresses(found: Sequence[Link]) -> list[str]:
    return [address for link in found if (address := web_address(link))]
