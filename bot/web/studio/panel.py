"""What stands beside a text while it is written: remarks at their fields, and the answer as Slack shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.web.studio.sheet import Placed, Sheet, from_source, placed
from bot.web.studio.slack_look import look
from bot.web.studio.visit import Studio
from core.errors import BadInput
from core.people import Person
from kb.articles import Article, passages
from kb.remarks import Remark
from kb.writing import RECIPE

MOST_PARTS = 20  # parts that are shown one under the other; somebody with more looks at one by its heading

Preview = Callable[[Article, int], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One passage: its place, how it is called, and what is quoted of it as HTML."""

    place: int
    name: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Remarks, and the preview: one whole answer (`card`: kind and HTML of each of its parts), then every part."""

    remarks: tuple[Placed, ...] = ()
    card: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    passage: int = 0
    parts: tuple[Part, ...] = ()

    @property
    def stops(self) -> int:
        """How many remarks stop publishing."""
        return sum(one.stops for one in self.remarks)

    @property
    def left(self) -> int:
        """Parts that are not shown."""
        return len(self.names) - len(self.parts)


def panel(studio: Studio, sheet: Sheet, person: Person, passage: int = 0) -> Panel:
    """Remarks on a form as it stands, and its preview with one passage quoted."""
    try:
        source = sheet.source()
    except BadInput as error:
        return Panel(remarks=(Placed(field="review_every", line=1, text=str(error), stops=True),))
    found = placed(sheet, source, studio.assistant.remarking.on(sheet.kind, sheet.name, source, person))
    if sheet.kind == RECIPE: return Panel(remarks=tuple(found))
    return shown(studio.preview, sheet.article(), passage, tuple(found))


def of_source(studio: Studio, kind: str, slug: str, source: str, person: Person) -> Panel:
    """The same of a draft's file, with the file's own lines."""
    found = studio.assistant.remarking.on(kind, slug, source, person)
    rows = tuple(_in_file(one) for one in found)
    return Panel(remarks=rows) if kind == RECIPE else shown(
        studio.preview, from_source(kind, slug, source).article(), 0, rows
    )


def shown(preview: Preview, article: Article, passage: int, remarks: tuple[Placed, ...]) -> Panel:
    """An article's answers beside remarks."""
    cut = passages(article)
    place = passage if 0 <= passage < len(cut) else 0
    card = [(kind, look(text)) for kind, text in preview(article, place)] if cut else []
    return Panel(
        remarks=remarks, card=tuple(card), names=tuple(one.heading for one in cut), passage=place,
        parts=tuple(
            Part(place=one.ordinal, name=one.heading, html=_quoted(preview, article, one.ordinal))
            for one in cut[:MOST_PARTS]
        ),
    )


def _quoted(preview: Preview, article: Article, place: int) -> str:
    """What an answer quotes: the last of its sections."""
    sections = [text for kind, text in preview(article, place) if kind == "section"]
    return look(sections[-1] if sections else "")


def _in_file(one: Remark) -> Placed:
    return Placed(field="file", line=one.line, text=one.text, stops=one.stops)
