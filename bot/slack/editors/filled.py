"""From what was typed on a form to a text that can be kept. Pure."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.assistant.editorial.made import read, slug_of
from bot.slack.editors import texts
from bot.slack.editors.parts import changed, parted
from bot.slack.editors.state import Form, loose, numbered
from core.errors import BadInput
from kb.articles import ARTICLE, RUNBOOK, Article
from kb.drafting import FILL
from kb.writing import RECIPE, article_source

REVIEW = 180  # days until what was written on a form is looked at again, if nobody says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text to be kept, and its name."""

    slug: str
    source: str


class Wrong(BadInput):
    """An input does not hold what it should; `name` is which."""

    def __init__(self, name: str, message: str) -> None:
        """Keep which."""
        super().__init__(message)
        self.name = name


def written(form: Form, values: Mapping[str, str], source: str) -> Written:
    """What was typed over `source`, which is empty for something new; fields of other pages stay as they are.

    Raises:
        BadInput: it is not sound; says what, and `Wrong` says where.
    """
    if form.kind == RECIPE:
        slug = form.slug or values.get("slug", "").strip()
        return Written(slug=slug, source=text_of(form, values, source))
    article = over(form, values, source)
    if source and article in _untouched(read(form.slug, source)): return Written(slug=form.slug, source=source)
    return Written(slug=article.slug, source=article_source(article))


def _untouched(article: Article) -> tuple[Article, Article]:
    """An article, and what comes back of it from a form that nobody touched."""
    back = replace(
        article, title=" ".join(article.title.split()), category=article.category.strip().lower() or "other",
        owner=article.owner.strip(), aliases=aliases_of({"alias_0": "\n".join(article.aliases)}),
    )
    return article, back


def front(article: Article) -> dict[str, str]:
    """The fields of an article beside its text, as the inputs of a form hold them."""
    return {
        "title": article.title, "category": article.category, "audience": article.audience, "owner": article.owner,
        "review": str(article.review_every), "alias_0": "\n".join(article.aliases),
    }


def over(form: Form, values: Mapping[str, str], source: str) -> Article:
    """The article that a form shows as it stands, whether it is sound or not.

    Raises:
        Wrong: it has no title that can name it.
    """
    base = read(form.slug, source) if source else fresh(form.kind, "")
    body = text_of(form, values, base.body if source else "")
    if "title" not in values: return replace(base, body=body)
    title = " ".join(values["title"].split())
    if not title or FILL in title: raise Wrong("title", texts.TITLE_WANTED)
    return replace(
        base, slug=form.slug or named(form.kind, title), title=title, body=body,
        category=values["category"].strip().lower() or "other", owner=values["owner"].strip(),
        audience=values.get("audience") or base.audience, review_every=_days(values["review"]),
        aliases=aliases_of(values),
    )


def text_of(form: Form, values: Mapping[str, str], text: str) -> str:
    """The text with what was typed in its parts."""
    mine = numbered(values, "part")
    return changed(parted(text) if text else loose(form.gaps, mine), mine)


def fresh(kind: str, owner: str) -> Article:
    """What the form of something new shows."""
    audience = "staff" if kind == RUNBOOK else "employees"
    body = texts.RUNBOOK_START if kind == RUNBOOK else ""
    return Article(
        slug="", title="", body=body, category="other", audience=audience, owner=owner, review_every=REVIEW, kind=kind
    )


def named(kind: str, title: str) -> str:
    """The name of something new: its title's words, or, where they have no letters a name can have, a number."""
    return slug_of(title) or f"{ARTICLE if kind == ARTICLE else kind}-{zlib.crc32(title.encode()):08x}"


def _days(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 5 else 0  # noqa: PLR2004 - digits


def aliases_of(values: Mapping[str, str]) -> tuple[str, ...]:
    """The other words, from all the inputs that hold some."""
    lines = [line.strip() for _, text in sorted(numbered(values, "alias").items()) for line in text.splitlines()]
    return tuple(dict.fromkeys(line for line in lines if line))
