"""HTML to Markdown. Nothing of it is carried out or fetched: it is read as text."""

import base64
import binascii
import re
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from markdownify import MarkdownConverter

from kb.taking.pages import LeftOut, Page, stem

GONE = (
    "script", "style", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "select", "textarea",
    "noscript", "template", "svg", "canvas", "nav", "audio", "video", "meta", "link", "base", "dialog",
)  # fmt: skip
UNSAFE = re.compile(r"\s*(?:javascript|data|vbscript|file|blob)\s*:", re.IGNORECASE)
DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,(.*)", re.DOTALL)
MAX_DEPTH = 150  # elements inside of each other; beyond, a page was made to break its reader
_LINES = re.compile(r"\n{3,}")


class _Converter(MarkdownConverter):
    """Markdown with # headings, dashes and fenced code."""

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - markdownify's signature
        """Pictures stay pictures in a table and a heading too."""
        words = " ".join(str(el.get("alt") or "").split()).replace("[", "(").replace("]", ")")
        return f"![{words}]({str(el.get('src') or '').replace(' ', '%20')})"


def html_page(path: str, data: bytes) -> Page:
    """An HTML file as a page."""
    soup = BeautifulSoup(data, "html.parser")
    return page_of(path, soup)


def page_of(path: str, soup: BeautifulSoup, *, manual: bool = False) -> Page:
    """A parsed document as a page: its main part, with the pictures that are written into it."""
    _check_depth(soup)
    scripts = len(soup.find_all(["script", "iframe", "object", "embed"]))
    title = _title(soup)
    _strip(soup)
    pictures = _pictures(soup)
    main = soup.find("main") or soup.find("article") or soup.find("body") or soup
    body = _converted(main)
    notes = (f"{scripts} scripts and frames were not taken",) if scripts else ()
    title = title or _first_heading(body) or stem(path)
    return Page(path=path, title=title, body=body, pictures=pictures, notes=notes, manual=manual)


def markdown_of(html: str) -> str:
    """A piece of HTML as Markdown, such as a table in a Markdown file."""
    soup = BeautifulSoup(html, "html.parser")
    _check_depth(soup)
    _strip(soup)
    return _converted(soup)


def _converted(part: Any) -> str:
    converter = _Converter(
        heading_style="ATX", bullets="-", table_infer_header=True, escape_underscores=False, escape_asterisks=False,
        code_language_callback=_language,
    )
    text = converter.convert_soup(part)
    return _LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def _language(code: Tag) -> str:
    """The language of a code block, as the usual highlighters write it: `class="language-bash"`."""
    inner = code.find("code")
    names = [
        *(code.get_attribute_list("class")),
        *(inner.get_attribute_list("class") if isinstance(inner, Tag) else []),
    ]
    found = (re.fullmatch(r"(?:language|lang|highlight-source)-([\w+#-]{1,20})", str(name)) for name in names)
    return next((one[1] for one in found if one), "")


def _check_depth(soup: BeautifulSoup) -> None:
    """Without recursion: a page may nest deeper than Python calls."""
    waiting: list[tuple[Any, int]] = [(soup, 0)]
    while waiting:
        tag, depth = waiting.pop()
        if depth > MAX_DEPTH: raise LeftOut("is nested too deeply")
        waiting += [(child, depth + 1) for child in tag.children if isinstance(child, Tag)]


def _strip(soup: BeautifulSoup) -> None:
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)): comment.extract()
    for tag in soup.find_all(GONE): tag.decompose()
    for tag in soup.select("[hidden]"):
        if not tag.decomposed: tag.decompose()
    for link in soup.find_all("a"):
        if not link.get("href") or UNSAFE.match(re.sub(r"[\x00-\x20]", "", str(link["href"]))): link.unwrap()


def _pictures(soup: BeautifulSoup) -> dict[str, bytes]:
    """Pictures that are written into the page get a name of their own; other data of that kind goes."""
    found: dict[str, bytes] = {}
    for image in soup.find_all("img"):
        source = str(image.get("src") or "")
        inside = DATA.match(source)
        if inside:
            try:
                data = base64.b64decode(inside[1])
            except (binascii.Error, ValueError):
                data = b""
            name = f"inside-{len(found) + 1}"
            found[name], image["src"] = data, name
        elif not source or UNSAFE.match(source): image.decompose()
    return found


def _title(soup: BeautifulSoup) -> str:
    """The first main heading, for a page's title often ends in the name of its site."""
    own = soup.find("h1") or soup.find("title")
    return " ".join(own.get_text(" ").split()) if own else ""


def _first_heading(body: str) -> str:
    found = re.search(r"^#{1,4} +(.*\S)", body, re.MULTILINE)
    return found[1] if found else ""
