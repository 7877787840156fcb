"""`firstline kb gaps`: what is missing, and how well questions are brought together."""

import csv
import io
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.progress import opened, progress
from bot.gaps import views
from bot.gaps.figures import Figures, chosen, measure
from bot.gaps.views import Gap, GapPage
from classifier.labelled_files import read_labelled
from core.errors import BadInput
from core.settings import load_settings

MOST = 1_000  # gaps that are told
ATS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)  # average cosines that are tried
COLUMNS = ("id", "title", "count", "people", "minutes", "state", "assignee_name", "draft", "opened_at", "last_at",
           "closed_at", "closed_why")  # fmt: skip
OPENING = ("=", "+", "-", "@", "\t", "\r")  # of a cell that a spreadsheet would take for a formula


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--closed", is_flag=True, help="Those that are closed, the newest first.")
@click.option("--csv", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write a CSV file, a new one.")
@click.option(
    "--measure", "labelled", type=click.Path(path_type=Path),
    help="Measure the grouping on a labelled set instead, as `classifier eval` reads it.",
)  # fmt: skip
@click.option("--each", default=8, show_default=True, help="With --measure: questions of a label, at the most.")
@click.option("--text-column", default="text", show_default=True, help="With --measure, of a CSV file.")
@click.option("--label-column", default="label", show_default=True, help="With --measure, of a CSV file.")
def gaps(
    out: Path | None, labelled: Path | None, each: int, text_column: str, label_column: str, *, as_json: bool,
    closed: bool
) -> None:
    """Questions that nobody could answer, or that were answered badly, by what they mean; the worst first."""
    if labelled:
        rows = _measured(labelled, text_column, label_column, each)
        click.echo(json.dumps([asdict(row) for row in rows]) if as_json else _figures(rows))
        return
    with opened(load_settings()) as core, core.database.reading() as session:
        page = views.page(session, "closed" if closed else "open", "", 0, MOST)
    if out: _write(out, page)
    elif as_json: click.echo(json.dumps([_row(gap) for gap in page.gaps], ensure_ascii=False))
    else: click.echo("\n".join(_lines(page, closed=closed)))


def _row(gap: Gap) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(gap).items()}


def _lines(page: GapPage, *, closed: bool) -> list[str]:
    if not page.gaps: return ["No gap is closed." if closed else "No gap is open."]
    lines = [_line(gap) for gap in page.gaps]
    return [*lines, f"and {page.total - MOST} more"] if page.total > MOST else lines


def _line(gap: Gap) -> str:
    asked = f"{_so_many(gap.count, 'question', 'questions')} of {_so_many(gap.people, 'person', 'people')}"
    cost = _so_many(gap.minutes, "minute", "minutes")
    rest = [gap.assignee_name, f"{gap.draft} ({gap.draft_state})" if gap.draft else "", gap.closed_why]
    return "; ".join([f"{gap.id}: {gap.title}\n   {asked}, {cost}", *(part for part in rest if part)])


def _so_many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _write(out: Path, page: GapPage) -> None:
    if out.exists(): raise BadInput(f"{out}: is there already; give another name.")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in map(_row, page.gaps): writer.writerow([_cell(row[name]) for name in COLUMNS])
    out.write_text(text.getvalue(), encoding="utf-8")
    click.echo(f"{out}: {len(page.gaps)} gaps.")


def _cell(value: object) -> object:
    """What people wrote stays text in a spreadsheet."""
    if value is None: return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(OPENING) else value


def _measured(path: Path, text_column: str, label_column: str, each: int) -> list[Figures]:
    if each < 1: raise BadInput("--each: at least one question of a label is needed.")
    rows = read_labelled(path, text_column, label_column)
    kept = [rows[place] for place in chosen([row.label for row in rows], each)]
    with opened(load_settings()) as core, progress() as note:
        vectors = core.encoder.encode([core.kb.read(row.text) for row in kept])
        found = []
        for number, at in enumerate(ATS, 1):
            found.append(measure(vectors, [row.label for row in kept], at))
            note("grouping", number, len(ATS))
    return found


def _figures(rows: list[Figures]) -> str:
    lines = [
        f"{row.at:.2f}  {row.precision:9.2f}  {row.recall:6.2f}  {row.rand:5.2f}  {row.spread:6.2f}  "
        f"{row.v_measure:9.2f}  {row.groups:6}" for row in rows
    ]  # fmt: skip
    return "\n".join(["  at  precision  recall   Rand  spread  V-measure  groups", *lines])
