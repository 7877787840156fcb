"""The links in what is written: where they lead, and which of them lead nowhere. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

WEB = re.compile(r"https?://", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SLUG = r"([a-z0-9][a-z0-9-]{0,99})"
ARTICLE = re.compile(rf"(?:\./)?{SLUG}\.md(?:#(\S*))?|(?:/help/|article:){SLUG}(?:#(\S*))?")
PICTURES = re.compile(r"(?:\./|/help/)?(?:pictures|files)/")  # where the files that articles show are served
NOTHING, RETIRED, HIDDEN, NO_ANCHOR, NO_PICTURE = "nothing", "retired", "hidden", "anchor", "picture"  # why it is dead


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link or a picture of a text, as it is written; `line` is counted from 1 in the text."""

    target: str
    text: str
    line: int
    picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is to link to.

    `articles` are the published ones, each with its audience; `anchors` what can be named on each page; `retired` what
    was published once; `files` the names and hashes of pictures.
    """

    articles: Mapping[str, str]
    anchors: Mapping[str, Collection[str]] = field(default_factory=dict)
    retired: Collection[str] = ()
    files: Collection[str] = ()


def links(body: str) -> list[Link]:
    """Every link and picture of a Markdown text; what stands in code is none."""
    return [link for token in _parser().parse(body) for link in _of(token)]


def web_address(link: Link) -> str:
    """The address on the web, without its anchor; empty where the link leads elsewhere."""
    return link.target.partition("#")[0] if WEB.match(link.target) else ""


def dead(link: Link, slug: str, known: Known) -> str:
    """Why a link of an article leads nowhere; empty where it does, or where only the web can tell."""
    if link.target.startswith("#"): return _no_anchor(slug, link.target[1:], known)
    to = ARTICLE.fullmatch(link.target)
    if to: return _to_article(slug, to[1] or to[3], to[2] or to[4] or "", known)
    if SCHEME.match(link.target) or link.target.startswith("//"): return ""
    if link.picture or PICTURES.match(link.target): return _no_picture(link.target, known)
    return NOTHING


def anchors(headings: Iterable[str], passages: int) -> frozenset[str]:
    """What can be named on an article's page: each heading once, and each passage."""
    used = {f"p-{number}" for number in range(passages)} | {"main", "q"}
    for text in headings: used.add(unused(anchor_of(text), used))
    return frozenset(used - {"main", "q"})


def headings(body: str, title: str) -> Iterator[str]:
    """The headings of a page, as they read; a first one that says the title again is not on it."""
    tokens = _parser().parse(body)
    first = [token.type for token in tokens[:2]]
    if first == ["heading_open", "inline"] and tokens[1].content.strip() == title: tokens = tokens[3:]
    for token, inline in pairwise(tokens):
        if token.type == "heading_open": yield _read(inline)


def anchor_of(text: str) -> str:
    """How a heading is named in an address."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-") or "section"


def unused(name: str, used: Collection[str]) -> str:
    """The name, with a number behind it where it is taken."""
    if name not in used: return name
    return next(numbered for n in range(2, len(used) + 3) if (numbered := f"{name}-{n}") not in used)


# -- inside --------------------------------------------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.validateLink = _any  # type: ignore[method-assign]  # a link that is refused is a dead one, too
    return parser


def _any(url: str) -> bool:  # noqa: ARG001 - markdown-it asks for each
    return True


def _of(token: Token) -> Iterator[Link]:
    line = (token.map[0] if token.map else 0) + 1
    children = token.children or []
    for place, child in enumerate(children):
        if child.type == "image":
            yield Link(target=str(child.attrs["src"]), text=child.content, line=line, picture=True)
        if child.type == "link_open":
            inner = children[place + 1 :]
            words = "".join(one.content for one in inner[: _closed(inner)])
            yield Link(target=str(child.attrs["href"]), text=words, line=line)
        if child.type in ("softbreak", "hardbreak"): line += 1


def _closed(inner: list[Token]) -> int:
    return next((n for n, one in enumerate(inner) if one.type == "link_close"), len(inner))


def _read(inline: Token) -> str:
    breaks = ("softbreak", "hardbreak")
    return "".join(" " if child.type in breaks else child.content for child in inline.children or ())


def _to_article(own: str, slug: str, anchor: str, known: Known) -> str:
    if slug not in known.articles: return RETIRED if slug in known.retired else NOTHING
    if known.articles[slug] not in ("employees", known.articles.get(own)): return HIDDEN
    return _no_anchor(slug, anchor, known)


def _no_anchor(slug: str, anchor: str, known: Known) -> str:
    return NO_ANCHOR if anchor and anchor not in known.anchors.get(slug, ()) else ""


def _no_picture(target: str, known: Known) -> str:
    parts = target.partition("#")[0].partition("?")[0].split("/")
    return "" if any(part in known.files for part in parts) else NO_PICTURE
