"""Markdown files to pages: Firstline's own as they are, those of other systems made plain."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.files import Document, read_yaml
from kb.articles import ARTICLE, RUNBOOK, parse_article, split_front
from kb.taking.decoding import decoded
from kb.taking.markers import without_markers
from kb.taking.pages import LeftOut, Page, stem
from kb.taking.prose import clean, on_prose
from kb.taking.tags import without_tags

DATED = frozenset({"verified", "review_every"})
OWN = frozenset({"title", "kind", "slug", "category", "audience", "owner", "verified", "review_every", "aliases"})
TITLES = ("title", "Title", "linkTitle", "name")
REDIRECTS = ("redirect_to", "redirect_url", "redirect")
_HEADING = re.compile(r"\A\s*(?:#[ \t]++(.*\S)|(\S[^\n]*)\n=+)[ \t]*(?:\n|\Z)")
_ANY_HEADING = re.compile(r"^#{1,4}[ \t]++(.*\S)", re.MULTILINE)
_LINES = re.compile(r"\n{4,}")
_REFERENCE = re.compile(
    r"^ {0,3}\[([^\]\n]{1,200})\]:[ \t]*+(?:\n[ \t]*+)?<?([^\s>]++)>?(?:[ \t]+[\"'(][^\n]*[\"')])?[ \t]*$\n?",
    re.MULTILINE,
)
_REFERRED = re.compile(r"(!?\[((?:[^\[\]\n]|\n(?!\n)){1,300})\])(?:\[([^\[\]\n]{0,200})\])?(?![\[(:])")


def markdown_page(path: str, data: bytes, audiences: frozenset[str], *, own: bool = False) -> Page:
    """A Markdown file as a page; `own` says that it was exported from Firstline, and is to be taken as it is.

    One is Firstline's own, too, if its front matter has nothing else than Firstline's, with one of the `audiences`.

    Raises:
        LeftOut: it is no text, its front matter is broken, it is a draft, or it only leads elsewhere; or it is in
            Firstline's own form, and for an audience or of a kind that there is not.
    """
    if own: return replace(_own(path, _exact(data)), exact=True)
    text, encoding = decoded(data)
    if not text.strip(): raise LeftOut("is empty")
    front = _front(path, text)
    if front and front.keys() <= OWN: _check(path, text, front, audiences)
    if "title" in front and "audience" in front and front.keys() <= OWN and isinstance(front["audience"], str):
        return _own(path, text)
    raw = split_front(text)[1]
    body = _body(raw)
    if not body: raise LeftOut(_nothing(front))
    if front.get("draft") is True or front.get("published") is False: raise LeftOut("is marked as a draft")
    title, body, aliases = _titled(path, front, body)
    notes = (f"was read as {encoding}, for it is not UTF-8",) if encoding else ()
    loses = bool(front.keys() - OWN) or _words_of(body) not in _words_of(raw)
    front = {**front, "aliases": aliases}
    return Page(path=path, title=title, body=body, front=front, notes=notes, loses=loses)


def named_audiences(front: Mapping[str, Any]) -> list[str]:
    """Whom a front matter says that the page is for; empty where it says nothing."""
    given = front.get("audience")
    return [str(one).strip() for one in (given if isinstance(given, list) else [given]) if one not in (None, "")]


def kind_of(front: Mapping[str, Any]) -> str:
    """The kind that a front matter names as Firstline does, however it is spelled; empty for any other and none."""
    given = re.sub(r"[^a-z]", "", str(front.get("kind") or "").lower())
    return given if given in (ARTICLE, RUNBOOK) else ""


def _check(path: str, text: str, front: Mapping[str, Any], audiences: frozenset[str]) -> None:
    """What was written for a few must not come to all because one word of it is wrong; nor is a wrong date dropped."""
    named = named_audiences(front)
    if named and not audiences.intersection(named):
        raise LeftOut(f'its audience "{named[0][:60]}" is none of this desk; there are {", ".join(sorted(audiences))}')
    if front.get("kind") and not kind_of(front):
        raise LeftOut(f'its kind "{str(front["kind"])[:60]}" is none; there are article and runbook')
    if not DATED & front.keys(): return
    found = parse_article(path, text)
    wrong = [one for one in found if one.message.startswith(tuple(DATED))] if isinstance(found, list) else []
    if wrong: raise LeftOut(wrong[0].message, wrong[0].line)


def _words_of(text: str) -> str:
    return "".join(text.split())


def _exact(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decoded(data)[0]


def _own(path: str, source: str) -> Page:
    article = parse_article(path, source)
    if isinstance(article, list): raise LeftOut(article[0].message, article[0].line)
    front = {"slug": article.slug, "audience": article.audience, "kind": article.kind}
    return Page(path=path, title=article.title, body=article.body, front=front, source=source)


def _front(path: str, text: str) -> Mapping[str, Any]:
    front, body, body_line = split_front(text)
    if body_line == 1 and re.match(r"---[ \t]*\n[\w.-]+:", body): raise LeftOut("the front matter has no closing ---")
    document = read_yaml(path, _plain(front), first_line=2)
    if not isinstance(document, Document):
        raise LeftOut(f"the front matter is broken: {document.message}", document.line)
    if not isinstance(document.data, dict | None): raise LeftOut("the front matter must be `key: value` lines", 2)
    return document.data or {}


def _plain(front: str) -> str:
    """Front matter with its tabs as spaces, which YAML wants and others let pass."""
    return clean(front.replace("\t", "    "))


def _body(text: str) -> str:
    body = on_prose(clean(text), lambda prose: without_tags(without_markers(_inline_links(prose))))
    return _LINES.sub(
        "\n\n\n", "\n".join(line.rstrip() if not line.endswith("  ") else line for line in body.split("\n"))
    ).strip()


def _inline_links(prose: str) -> str:
    """Links by reference written out, so that a passage holds its own addresses."""
    targets = {found[1].lower(): found[2] for found in _REFERENCE.finditer(prose)}
    if not targets: return prose

    def written(found: re.Match[str]) -> str:
        target = targets.get((found[3] or found[2]).lower())
        return f"{found[1]}({target})" if target else found[0]

    return _REFERRED.sub(written, _REFERENCE.sub("", prose))


def _nothing(front: Mapping[str, Any]) -> str:
    target = next((front[key] for key in REDIRECTS if front.get(key)), "")
    return f"has no text; it only leads to {target}" if target else "has no text"


def _titled(path: str, front: Mapping[str, Any], body: str) -> tuple[str, str, list[str]]:
    """Title, the body without the heading that repeats it, and the other names of the page."""
    heading = _HEADING.match(body)
    first = _words(heading[1] or heading[2]) if heading else ""
    given = next((str(front[key]).strip() for key in TITLES if isinstance(front.get(key), str | int)), "")
    any_heading = _ANY_HEADING.search(body)
    title = given or first or (_words(any_heading[1]) if any_heading else "") or stem(path).replace("-", " ")
    own = front.get("aliases")
    aliases = (
        [one for one in own if isinstance(one, str) and one and not one.startswith("/")]
        if isinstance(own, list)
        else []
    )
    rest = body[heading.end() :].strip() if heading else body
    if not rest: return title, body, aliases
    return title, rest, aliases + ([first] if first and first.lower() != title.lower() else [])


def _words(heading: str) -> str:
    """A heading's plain words."""
    return re.sub(r"[*`_]{1,3}(?=\S)|(?<=\S)[*`]{1,3}", "", re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)).strip(
        " #"
    )
