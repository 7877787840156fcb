"""`firstline kb runbooks`: which run-books a ticket would get, and how good that is on a labelled set."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from bot.assistant import Assistant
from bot.cli.asking import assistant_over
from core.errors import BadInput
from core.jsonlines import read_lines
from handoff.brief import RunBook
from handoff.suggesting import suggested

PUBLIC = frozenset({"employees"})
NOTHING = frozenset[str]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Of a set: tickets with and without a run-book, how many of the first have it first and among those shown, how
    many of the second are shown one, and how many are shown a ticket that is shown any.
    """

    with_one: int
    without: int
    first: int
    shown: int
    false: int
    mean: float

    def told(self) -> str:
        """As lines to read."""
        return (
            f"right one first         {self.first} of {self.with_one}\n"
            f"right one among three   {self.shown} of {self.with_one}\n"
            f"suggested without need  {self.false} of {self.without}\n"
            f"shown on a card         {self.mean:.1f}"
        )


@click.command()
@click.argument("text", required=False, default="")
@click.option("--set", "file", type=click.Path(path_type=Path), help="Measure on these tickets.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def runbooks(text: str, file: Path | None, *, as_json: bool) -> None:
    """Which run-books a ticket's card would show for TEXT; with --set, how often they are right.

    A set has a line for each ticket, as data/eval/runbooks.jsonl: {"text": ..., "expect": {"runbooks": [slug]}}.
    """
    if bool(text) == (file is not None): raise BadInput("Give either a text or --set FILE.")
    rows = _read(file) if file else [(text, NOTHING)]
    with assistant_over(None) as assistant: found = [(_suggested(assistant, said), right) for said, right in rows]
    if file: _tell_measured(measured(found), as_json=as_json)
    else: _tell_books(found[0][0], as_json=as_json)


def _tell_measured(found: Suggested, *, as_json: bool) -> None:
    click.echo(json.dumps(asdict(found)) if as_json else found.told())


def _tell_books(books: Sequence[RunBook], *, as_json: bool) -> None:
    lines = [f"{book.likeness:.3f}  {book.slug}: {book.title}" for book in books]
    click.echo(json.dumps([asdict(book) for book in books]) if as_json else "\n".join(lines) or "None.")


def _read(file: Path) -> list[tuple[str, frozenset[str]]]:
    return [(row["text"], _right(where, row.get("expect"))) for where, row in read_lines(file)]


def _right(where: str, expect: object) -> frozenset[str]:
    slugs = expect.get("runbooks") if isinstance(expect, dict) else None
    if isinstance(slugs, list) and all(isinstance(slug, str) for slug in slugs): return frozenset(slugs)
    raise BadInput(f'{where}: needs "expect": {{"runbooks": [slug]}}; an empty list where none is for it.')


def measured(rows: Iterable[tuple[tuple[RunBook, ...], frozenset[str]]]) -> Suggested:
    """What is suggested for tickets beside what is right for each; nothing right means that none is for it."""
    kept = [([book.slug for book in books], right) for books, right in rows]
    wanted = [(slugs, right) for slugs, right in kept if right]
    shown = [slugs for slugs, _ in kept if slugs]
    return Suggested(
        with_one=len(wanted), without=len(kept) - len(wanted),
        first=sum(bool(right & set(slugs[:1])) for slugs, right in wanted),
        shown=sum(bool(right & set(slugs)) for slugs, right in wanted),
        false=sum(bool(slugs) for slugs, right in kept if not right), mean=sum(map(len, shown)) / max(len(shown), 1),
    )  # fmt: skip


def _suggested(assistant: Assistant, text: str) -> tuple[RunBook, ...]:
    judged = assistant.understanding.judge(text, PUBLIC)
    return suggested(judged.runbooks, judged.prediction.category, said=False)
