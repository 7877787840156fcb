"""An article or a run-book: Markdown with YAML front matter, and the passages that are embedded and quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from core.files import UNSTORABLE, Document, Problem, read_yaml

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
MAX_BODY = 200_000  # characters; a longer text is a manual, to be split
MAX_HEADING = 150  # characters; more is a paragraph with a # before it
MAX_PASSAGE = 2_400  # characters; leaves room for the frame within the 3,000 of a Slack section
ARTICLE: Final = "article"
RUNBOOK: Final = "runbook"  # what staff work by; no question is answered from one
PERIODS = {"d": 1, "w": 7, "m": 30, "y": 365}  # days
FENCE = re.compile(r"\s*(`{3,}(?=[^`]*$)|~{3,})(.*)")  # the first line of a code block, or its last
HEADING = re.compile(r"(#{1,4}) ++(.*\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One piece of knowledge as it was saved. `review_every` is in days, 0 for never."""

    slug: str
    title: str
    body: str
    category: str = "other"
    audience: str = "employees"
    owner: str = ""
    verified: date | None = None
    review_every: int = 0
    aliases: tuple[str, ...] = ()
    kind: str = ARTICLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The part of an article that is embedded and quoted. `heading` is empty for the opening."""

    ordinal: int
    heading: str
    text: str


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: str = Field(min_length=1, max_length=150)
    kind: Literal["article", "runbook"] = ARTICLE
    slug: str | None = None
    category: str = Field(default="other", max_length=40)
    audience: str = Field(default="employees", max_length=60)
    owner: str = Field(default="", max_length=100)
    verified: date | None = None
    review_every: str = ""
    aliases: list[str] = Field(default_factory=list, max_length=50)

    @field_validator("review_every", mode="before")
    @classmethod
    def _period(cls, value: Any) -> str:
        if value and not re.fullmatch(r"\d{1,4}[dwmy]", str(value)):
            raise ValueError("write a number and d, w, m or y, such as 180d")
        return str(value or "")

    @field_validator("verified", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        if value is None or isinstance(value, date | str): return value
        raise ValueError("write a date as year-month-day, such as 2026-03-31")

    def days(self) -> int:
        return int(self.review_every[:-1]) * PERIODS[self.review_every[-1]] if self.review_every else 0


def parse_article(file: str, text: str) -> Article | list[Problem]:
    """One Markdown file (its name, its text) to an Article, or to what is wrong with it, line by line."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    default_slug = file.rsplit("/", 1)[-1].removesuffix(".md")
    front, body, body_line = split_front(text)
    if body_line == 1 and re.match(r"---[ \t]*\n\w+:", body):
        return [Problem(file=file, line=1, message="the front matter has no closing ---")]
    document = read_yaml(file, front, first_line=2)
    if isinstance(document, Problem): return [document]
    if not isinstance(document.data, dict | None):
        return [Problem(file=file, line=2, message="the front matter must be `key: value` lines")]
    named = {"title": first_heading(body) or default_slug.replace("-", " "), "slug": default_slug}
    article = _build(file, document, named, body)
    if isinstance(article, list): return article
    return [Problem(file=file, line=body_line, message=message) for message in check(article)] or article


def _build(file: str, document: Document, named: dict[str, str], body: str) -> Article | list[Problem]:
    try:
        front = _Front.model_validate(named | (document.data or {}))
    except ValidationError as error:
        return document.problems(file, error)
    return Article(
        slug=front.slug or named["slug"], title=front.title, body=body.strip(), category=front.category,
        audience=front.audience, owner=front.owner, verified=front.verified, review_every=front.days(),
        aliases=tuple(alias for alias in front.aliases if alias), kind=front.kind,
    )


def check(article: Article) -> list[str]:
    """What is wrong with an article, whatever surface it was written on; a sentence each."""
    problems = []
    if not SLUG.fullmatch(article.slug):
        problems.append(f'the slug "{article.slug[:60]}" may only have a-z, 0-9 and dashes, up to 100')
    if len(article.body) > MAX_BODY:
        problems.append(f"the text is longer than {MAX_BODY:,} characters; split the article")
    elif not passages(article): problems.append("the article has no text")
    if article.kind == RUNBOOK and article.audience != "staff":
        problems.append("a run-book is for staff: write `audience: staff`")
    if UNSTORABLE.search(article.body): problems.append("the text has a character that cannot be stored")
    return problems


def split_front(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the body's first line number."""
    match = re.match(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if not match: return "", text, 1
    return match[1], text[match.end() :], text[: match.end()].count("\n") + 1


def first_heading(body: str) -> str:
    """The first main heading of a text; empty where it has none."""
    found = (heading[2] for _, heading, _ in headed(body) if heading and heading[1] == "#")
    return _plain(next(found, ""))


def headed(body: str) -> Iterator[tuple[str, re.Match[str] | None, bool]]:
    """Each line, the match of `HEADING` if it is one, and whether it is code; a # in a code block is no heading."""
    fence = ""
    for line in body.splitlines():
        mark = FENCE.fullmatch(line)
        inside = bool(fence or mark)
        if mark and not fence: fence = mark[1]
        elif mark and mark[1].startswith(fence) and not mark[2].strip(): fence = ""
        yield line, None if inside else HEADING.match(line), inside


def _plain(heading: str) -> str:
    return heading.strip(" #")[:MAX_HEADING]


def passages(article: Article) -> list[Passage]:
    """The article cut at its headings; a long section is cut again between paragraphs."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line, heading, _ in headed(article.body):
        if heading: parts.append((_plain(heading[2]), []))
        else: parts[-1][1].append(line)
    pieces = [(heading, piece) for heading, lines in parts for piece in _pieces("\n".join(lines).strip())]
    return [Passage(ordinal=n, heading=heading, text=text) for n, (heading, text) in enumerate(pieces)]


def _pieces(text: str) -> list[str]:
    """Text in pieces of up to `MAX_PASSAGE` characters, cut between paragraphs, else lines, else anywhere."""
    if len(text) <= MAX_PASSAGE: return [text] if text else []
    cut = next((at for mark in ("\n\n", "\n", " ") if (at := text.rfind(mark, 1, MAX_PASSAGE)) > 0), MAX_PASSAGE)
    return [text[:cut].rstrip(), *_pieces(text[cut:].strip())]
