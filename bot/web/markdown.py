"""An article's Markdown to HTML that is safe to show, with an anchor for every passage and heading."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from kb.articles import Passage
from kb.files import LINK as KEPT
from kb.honest import elsewhere
from kb.links import anchor_of, unused

_ARTICLE = re.compile(r"(?:\./)?([a-z0-9][a-z0-9-]{0,99})\.md(#[\w-]+)?")
_ALLOWED = re.compile(
    r"https?://|mailto:|/help/[a-z0-9][a-z0-9-]*(?:#[\w-]+)?\Z|/help/files/[0-9a-f]{64}\.\w+\Z", re.IGNORECASE
)
_FILE = re.compile(r"/help/files/[0-9a-f]{64}\.(?:png|jpg|gif|webp)")
_TAKEN = frozenset({"main", "q"})  # ids of the page around the article
_DEEPEST = 6  # HTML has h1 to h6


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page. `anchor` is `p-<ordinal>` of the passage that begins here, or empty."""

    anchor: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An article's body as HTML sections, and its main headings as pairs (id, text)."""

    sections: tuple[Section, ...]
    contents: tuple[tuple[str, str], ...]


class HelpMarkdown(MarkdownIt):
    """CommonMark with tables, without HTML. Links go to the web, to e-mail, or to another article."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.enable("table")
        self.add_render_rule("image", _image_link)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        """`(slug.md)` is the article's page, `(files/...)` a picture that is kept here."""
        if KEPT.fullmatch(url): return f"/help/{url}"
        article = _ARTICLE.fullmatch(url)
        return f"/help/{article[1]}{article[2] or ''}" if article else super().normalizeLink(url)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        """A link to anywhere else stays plain text."""
        return bool(_ALLOWED.match(url)) and super().validateLink(url)

    def parse(self, src: str, env: Any = None) -> list[Token]:
        """The tokens of a text; a link whose words name another host says where it leads."""
        tokens = super().parse(src, env)
        for token in tokens:
            if token.type == "inline" and token.children: token.children = list(_honest(token.children))
        return tokens

    def article(self, title: str, body: str, passages: Sequence[Passage]) -> Rendered:
        """A body as people read it under its title; `passages` are those that it was cut into."""
        env: dict[str, Any] = {}
        tokens = _under_title(self.parse(body, env), title)
        contents = _headings(tokens, _TAKEN | {f"p-{passage.ordinal}" for passage in passages})
        groups = _grouped(tokens, _starts(body, passages))
        sections = (Section(anchor=a, html=self.renderer.render(own, self.options, env)) for a, own in groups)
        return Rendered(sections=tuple(s for s in sections if s.html or s.anchor), contents=contents)

    def plain(self, text: str) -> str:
        """Markdown as running text."""
        parts = (_text(token.children or ()) for token in self.parse(text) if token.type == "inline")
        return " ".join(" ".join(parts).split())


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text, up to `limit` characters, cut between words."""
    if len(text) <= limit: return text
    kept = text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.")
    return f"{kept} …"


def _honest(children: Sequence[Token]) -> Iterator[Token]:
    href, label = "", ""
    for child in children:
        yield child
        if child.type == "link_open": href, label = str(child.attrGet("href") or ""), ""
        elif child.type == "link_close" and (told := elsewhere(label, href)): yield Token("text", "", 0, content=told)
        else: label += child.content


def _text(children: Iterable[Token]) -> str:
    return "".join(" " if child.type in ("softbreak", "hardbreak") else child.content for child in children)


def _image_link(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    # The page loads nothing from elsewhere, so a picture that is not kept here is one click away.
    source, words = str(tokens[index].attrs["src"]), tokens[index].content
    if _FILE.fullmatch(source): return f'<img src="{source}" alt="{escapeHtml(words)}" loading="lazy">'
    return f'<a href="{escapeHtml(source)}">{escapeHtml(words or source)}</a>'


def _under_title(tokens: list[Token], title: str) -> list[Token]:
    """The title is the page's only h1: a first heading that repeats it goes, other h1 make all one deeper."""
    first = [token.type for token in tokens[:2]]
    if first == ["heading_open", "inline"] and tokens[1].content.strip() == title: tokens = tokens[3:]
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    if any(token.tag == "h1" for token in headings):
        for token in headings: token.tag = f"h{min(_DEEPEST, int(token.tag[1]) + 1)}"
    return tokens


def _headings(tokens: Sequence[Token], taken: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Give every heading an id of its own; pairs (id, text) of the main ones."""
    used, contents = set(taken), []
    for token, inline in pairwise(tokens):
        if token.type != "heading_open": continue
        text = _text(inline.children or ())
        name = unused(anchor_of(text), used)
        used.add(name)
        token.attrSet("id", name)
        if token.tag == "h2": contents.append((name, text))
    return tuple(contents)


def _starts(body: str, passages: Sequence[Passage]) -> list[tuple[int, str]]:
    """Line and anchor of each passage; one with a heading begins at the heading."""
    starts, end = [], 0
    for passage in passages:
        at = body.find(passage.text, end)
        if at < 0: continue
        begin = end + len(body[end:at]) - len(body[end:at].lstrip())
        starts.append((body.count("\n", 0, begin), f"p-{passage.ordinal}"))
        end = at + len(passage.text)
    return starts


def _grouped(tokens: Sequence[Token], starts: Sequence[tuple[int, str]]) -> list[tuple[str, list[Token]]]:
    """Tokens cut where passages begin; inside of a list or table, the element there takes the anchor."""
    groups: list[tuple[str, list[Token]]] = [("", [])]
    waiting = deque(starts)
    for token in tokens:
        while waiting and token.map and token.map[0] >= waiting[0][0]:
            anchor = waiting.popleft()[1]
            if token.level == 0: groups.append((anchor, []))
            else: token.attrSet("id", anchor)
        groups[-1][1].append(token)
    return groups
