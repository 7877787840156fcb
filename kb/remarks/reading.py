"""A text as the rules see it: line by line, with what was read of it and what it will stand beside."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from core.files import Document, Problem, read_yaml
from kb.articles import Article, headed, parse_article, split_front
from kb.writing import RECIPE

# Nothing is tried twice, and parts have a longest: many unfinished links in a row would take hours.
LINK = re.compile(r"(?<!\\)(!?)\[([^\]\n]{0,1000}+)\]\(\s{0,100}+<?+([^)>\s]{0,2000}+)>?+[^)\n]{0,500}+\)")
TO_ARTICLE = re.compile(r"(?:(?:\./)?([a-z0-9][a-z0-9-]*)\.md|article:([a-z0-9][a-z0-9-]*))(?:#.*)?")
CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say about a line (from 1) of a text; with `stops`, the text cannot be published as it is."""

    line: int
    text: str
    stops: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another item of the knowledge base, with everything that it is called."""

    kind: str
    slug: str
    title: str
    audience: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a text will stand beside, as far as its writer may see that.

    `audiences` are those that there are, by slug and name; `retired` the articles that were taken down; `names` those
    of people whom the text may name; `problems` what a recipe does not fit to. None: not looked at.
    """

    others: Sequence[Other] | None = None
    audiences: Mapping[str, str] | None = None
    retired: AbstractSet[str] = frozenset()
    names: AbstractSet[str] = frozenset()
    problems: Sequence[Problem] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the body. `plain` is what is no code of it; empty inside of a code block."""

    number: int
    text: str
    plain: str
    level: int = 0
    heading: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text, read. `article` is None where it is not sound; `problems` tell why. `lines` are those of the body."""

    kind: str
    slug: str
    source: str
    around: Around
    article: Article | None = None
    problems: Sequence[Problem] = ()
    lines: Sequence[Line] = ()
    front: Document = field(default_factory=lambda: Document(None, {}))

    def at(self, *path: int | str) -> int:
        """The line of a key of the front matter; 1 where there is none."""
        return self.front.line(path)


Rule = Callable[[Written], Iterable[Remark]]


def read(kind: str, slug: str, source: str, around: Around) -> Written:
    """Read a text of some kind, sound or not."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n")
    if kind == RECIPE: return Written(kind=kind, slug=slug, source=source, around=around)
    found = parse_article(f"{slug}.md", source)
    front, body, first = split_front(source)
    document = read_yaml("", front, first_line=2)
    return Written(
        kind=kind, slug=slug, source=source, around=around, lines=_lines(body, first),
        article=found if isinstance(found, Article) else None, problems=found if isinstance(found, list) else (),
        front=document if isinstance(document, Document) else Document(None, {}),
    )  # fmt: skip


def linked(source: str) -> set[str]:
    """The names of the articles that a text leads to."""
    targets = (TO_ARTICLE.fullmatch(match[3]) for match in LINK.finditer(source))
    return {match[1] or match[2] for match in targets if match}


def _lines(body: str, first: int) -> list[Line]:
    return [_line(number, text, match, code=code) for number, (text, match, code) in enumerate(headed(body), first)]


def _line(number: int, text: str, match: re.Match[str] | None, *, code: bool) -> Line:
    if code: return Line(number=number, text=text, plain="", code=True)
    plain = CODE_SPAN.sub(lambda found: " " * len(found[0]), text)
    if match is None: return Line(number=number, text=text, plain=plain)
    return Line(number=number, text=text, plain=plain, level=len(match[1]), heading=match[2].strip(" #"))
