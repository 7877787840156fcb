"""The form that an article is written on, and the file that it stands for. Pure.

What is typed as the text is kept letter by letter; fields of one line are kept without spaces around them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.assistant.editorial.made import slug_of
from core.errors import BadInput
from kb.articles import RUNBOOK, Article, parse_article, split_front
from kb.remarks import Remark
from kb.writing import RECIPE, article_file

REVIEW = 180  # days; what a new article begins with
LONGEST = 9_999  # days between two checks
SLUG = 6  # words of a name that is made of a title
STARTER = """title:
category: other
audience: employees
triggers:
  -
handoff:
start: first
steps:
  first:
    say:
    choices:
      "It works now": solved
      "Still stuck": handoff
"""
FIELDS = {"title", "category", "audience", "owner", "review_every", "aliases"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on the form, as it was typed. A recipe has its whole file in `body`, and nothing else but a name."""

    kind: str
    slug: str = ""
    title: str = ""
    category: str = ""
    audience: str = "employees"
    owner: str = ""
    review_every: str = ""
    aliases: str = ""
    verified: str = ""
    body: str = ""

    @property
    def name(self) -> str:
        """The name in addresses: the given one, or one of the title's words."""
        return self.slug.strip() or "-".join(slug_of(self._title()).split("-")[:SLUG])

    def source(self) -> str:
        """The file that this is, sound or not.

        Raises:
            BadInput: the review period is no number of days.
        """
        return self.body if self.kind == RECIPE else article_file(self.article())

    def over(self, source: str) -> str:
        """The file that this is where `source` is kept: that one, letter by letter, if both say the same.

        Raises:
            BadInput: the review period is no number of days.
        """
        same = self.kind != RECIPE and self.article() == from_source(self.kind, self.name, source).article()
        return source if same else self.source()

    def article(self) -> Article:
        """The article or run-book; see `source`. The text is as it was typed."""
        return Article(
            slug=self.name, title=_line(self.title), body=self.body, category=_line(self.category).lower() or "other",
            audience="staff" if self.kind == RUNBOOK else self.audience.strip(), owner=_line(self.owner),
            verified=_day(self.verified), review_every=_days(self.review_every), aliases=_lines(self.aliases),
            kind=self.kind,
        )  # fmt: skip

    def _title(self) -> str:
        if self.kind != RECIPE: return self.title
        found = re.search(r"^title:[ \t]*[\"']?(.*)$", self.body, re.MULTILINE)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A remark at the field of the form that it is about; `line` is one of the field's own lines."""

    field: str
    line: int
    text: str
    stops: bool


def blank(kind: str, owner: str) -> Sheet:
    """An empty form."""
    if kind == RECIPE: return Sheet(kind=kind, body=STARTER)
    audience = "staff" if kind == RUNBOOK else "employees"
    return Sheet(kind=kind, owner=owner, review_every=str(REVIEW), audience=audience)


def from_fields(kind: str, slug: str, fields: Mapping[str, str]) -> Sheet:
    """The form as it came from a browser, with line ends as one character."""
    given = {name: fields.get(name, "") for name in (*FIELDS, "verified", "body")}
    return Sheet(kind=kind, slug=slug, **given)


def from_source(kind: str, slug: str, source: str) -> Sheet:
    """The form of a file.

    Raises:
        BadInput: it is no sound article.
    """
    if kind == RECIPE: return Sheet(kind=kind, slug=slug, body=source)
    found = parse_article(f"{slug}.md", source)
    if not isinstance(found, Article): raise BadInput("\n".join(str(one) for one in found))
    body = split_front(source.lstrip("\ufeff").replace("\r\n", "\n"))[1]
    return Sheet(
        kind=kind, slug=slug, title=found.title, category=found.category, audience=found.audience, owner=found.owner,
        review_every=str(found.review_every or ""), aliases="\n".join(found.aliases),
        verified=found.verified.isoformat() if found.verified else "",
        body=body.removeprefix("\n").removesuffix("\n"),
    )  # fmt: skip


def placed(sheet: Sheet, source: str, remarks: Sequence[Remark]) -> list[Placed]:
    """Remarks on the file of a form, at the form's fields."""
    if sheet.kind == RECIPE: return [Placed(field="body", line=r.line, text=r.text, stops=r.stops) for r in remarks]
    length = sheet.body.count("\n") + 1
    head = source.count("\n") - length
    keys = _keys(source.split("\n")[:head])
    return [_placed(one, keys, head, length) for one in remarks]


def _placed(one: Remark, keys: Sequence[str], head: int, length: int) -> Placed:
    if one.line > head:
        return Placed(field="body", line=min(one.line - head, length), text=one.text, stops=one.stops)
    field = next((key for key in FIELDS if one.text.startswith(f"{key}: ")), "") or _missing(one) or keys[one.line - 1]
    return Placed(field=field, line=1, text=_plain(one.text.removeprefix(f"{field}: ")), stops=one.stops)


def _plain(text: str) -> str:
    """The reader's own words for lengths, as people say them."""
    if text == "String should have at least 1 character": return "this is still empty"
    return re.sub(r"^String should have at most (\d+) characters?$", r"this has more than \1 characters", text)


def _missing(one: Remark) -> str:
    """The field of a remark on a key that is not there, which stands at the front matter's first line."""
    words = {"no review period": "review_every", "no owner": "owner", "no other words": "aliases"}
    return next((field for start, field in words.items() if one.text.startswith(start)), "")


def _keys(lines: Sequence[str]) -> list[str]:
    """The field that each line of the front matter belongs to."""
    found, key = list[str](), "title"
    for line in lines:
        match = re.match(r"(\w+):", line)
        if match and match[1] in FIELDS: key = match[1]
        found.append(key)
    return found


def _line(text: str) -> str:
    return " ".join(text.split("\n")).strip()


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None  # it is shown and never typed; whoever publishes checks it anew


def _days(text: str) -> int:
    if not text.strip(): return 0
    if re.fullmatch(r"[0-9]{1,4}", text.strip()) and 0 < int(text) <= LONGEST: return int(text)
    raise BadInput(f"Check again after: please write a number of days, from 1 to {LONGEST:,}, or nothing.")
