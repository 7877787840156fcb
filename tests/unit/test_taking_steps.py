"""No Markdown file keeps its reader busy: what a pattern does grows as the text does. Steps are counted, not time."""

import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from kb import articles
from kb.taking import linking, making, markdown, markers, prose, splitting, tags
from kb.taking.tags import without_comments
from tests.regex_steps import steps_of

SHORT, LONG = 200, 800  # characters
MOST = 6  # times the steps for a text that is four times as long; a square would be 16
FEW = 6  # steps a character in the short text: one that does no more need not be tried with the long one
MATCHED = (articles.FENCE, articles.HEADING, prose._QUOTE, splitting._HEADING)  # noqa: SLF001 - at the begin of a line alone

HOSTILE = (
    "[", "![](", "[](", "[a](", "`", "` ", "<b", "<b>", "<b>a", "{% ", "> ", "<a href='", '<a href="">',
    '<a href="" ', "<a>", "<h1>", "<table>", "<table", "<script>", "<summary>", "<img ", "<br", "<br ", " ", "\t",
    "\n", " \n", ":", ":::", ":::image ", "{% comment %}", "{% image ", "{{< figure ", "{{< ", "{{ site.", "{:a",
    "[!INCLUDE[", "[!INCLUDE[](", "[!VIDEO ", "<xref:", '<a name="', "> [!NOTE]\n", "[x]:", "[x]: ", "[x][", "# ",
    "#", "=", "~", "(", "[[a]", "\\[", "|", "| <br> ", "</a>", "<!--",
)  # fmt: skip
BLANK = (" ", "\t", "\n", " \n", "=", '"')
BEFORE = ("# ", "[x]:", "[x](", "<br", "<b>", "{% image", "[!NOTE]", "> ", "|", '<a href="x"')


def patterns() -> Iterator[re.Pattern[str]]:
    """Every pattern that prose is read with."""
    for module in (articles, linking, making, markdown, markers, prose, splitting, tags): yield from _of(module)
    yield from (pattern for pattern, _ in (*markers.DOCFX, *markers.LIQUID, *tags._INLINE))  # noqa: SLF001 - as they are


def _of(module: ModuleType) -> Iterator[re.Pattern[str]]:
    return (one for one in vars(module).values() if isinstance(one, re.Pattern) and isinstance(one.pattern, str))


def runs_away(pattern: re.Pattern[str], before: str, unit: str) -> bool:
    """Whether the steps grow faster than the text."""
    short, long = (before + unit * (size // len(unit)) + "x" for size in (SHORT, LONG))
    few = steps_of(pattern, short, anchored=pattern in MATCHED)
    return few > FEW * SHORT and steps_of(pattern, long, anchored=pattern in MATCHED) > MOST * few


@pytest.mark.parametrize("unit", HOSTILE)
def test_text_made_to_keep_a_reader_busy_is_read(unit: str) -> None:
    """No pattern runs away, whatever is repeated."""
    assert [one.pattern for one in dict.fromkeys(patterns()) if runs_away(one, "", unit)] == []


@pytest.mark.parametrize("before", BEFORE)
def test_blanks_keep_no_reader_busy(before: str) -> None:
    """Whatever stands before them."""
    every = dict.fromkeys(patterns())
    assert [(one.pattern, unit) for one in every for unit in BLANK if runs_away(one, before, unit)] == []


@pytest.mark.parametrize(
    ("pattern", "unit"),
    [(r"<!--(?:(?!-->).){0,50000}-->", "<!--"), (r"[ \t]*<br>", " "), (r"\[!INCLUDE\[[^\]]*\]", "[!INCLUDE[")],
)
def test_a_pattern_that_runs_away_is_found(pattern: str, unit: str) -> None:
    """The count tells a pattern that was in use once and took minutes."""
    assert runs_away(re.compile(pattern, re.DOTALL), "", unit)


def test_comments_go_and_one_that_is_never_closed_stays() -> None:
    """They are found from the left, none inside of another."""
    assert without_comments("a<!-- <!-- b -->c-->d<!-- e") == "ac-->d<!-- e"
