"""`firstline kb import`, `export`, `sync`: the knowledge base as files."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bot.bootstrap import connected_desk
from bot.cli.progress import opened, progress
from core.errors import BadInput
from core.files import Problem
from core.settings import Settings, load_settings
from kb.articles import ARTICLE, RUNBOOK
from kb.importing import Report
from kb.sources import folder_key
from kb.taking.comparing import Turn
from kb.taking.exporting import export as write_export
from kb.taking.gathering import gather
from kb.taking.mirror import check_folder
from kb.taking.pages import MARKDOWN, RECIPES, Options
from kb.taking.steps import FILE, FIRSTLINE, Step, Synced

EMPLOYEES = "employees"
SHOWN = 20  # lines of a kind on the screen; a report file has all
SAID = {
    Turn.PUBLISH: "published", Turn.WRITE: "written", Turn.NOTE: "noted as equal", Turn.CONFLICT: "conflict",
    Turn.GONE: "file is gone", Turn.RETIRED: "retired in Firstline",
}  # fmt: skip


def audiences(settings: Settings) -> frozenset[str]:
    """Whom an article may be for at this desk."""
    return frozenset({"employees", "staff"} | {group.slug for group in connected_desk(settings).groups})


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--audience", default="employees", show_default=True, help="Who may read what does not say so itself.")
@click.option("--category", default="other", show_default=True, help="The topic of what does not say so itself.")
@click.option("--owner", default="", help="Who looks after it.")
@click.option("--as", "kind", type=click.Choice([ARTICLE, RUNBOOK]), default=ARTICLE, show_default=True)
@click.option("--site", default="", help="Where links lead that are not in the files: https://help.example.com/.")
@click.option("--report", "file", type=click.Path(path_type=Path), help="Write what was done, and what not, to a file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(source: Path, file: Path | None, *, as_json: bool, **chosen: Any) -> None:
    """Import a file, a folder or a zip archive: Markdown, HTML, Word, PDF, Mallard, YAML recipes.

    A second import changes nothing, and what was edited in Firstline stays.
    """
    if not source.exists(): raise BadInput(f"{source}: there is no such folder or file.")
    settings = load_settings()
    known, key = audiences(settings), folder_key(source)
    with opened(settings) as core, progress() as note:
        options = Options(**chosen, audiences=known, taken=core.kb.keeping.taken(chosen["kind"], key))
        gathered = gather(source, options, lambda done, all_: note("reading files", done, all_))
        report = core.kb.keeping.keep(gathered, key, lambda done, all_: note("embedding", done, all_))
    if file: file.write_text("\n".join(_report_lines(source, report)) + "\n", encoding="utf-8")
    _tell(report, as_json=as_json)
    if not (report.added or report.changed or report.same): raise BadInput(f"{source}: nothing was taken from it.")


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--zip", "as_zip", is_flag=True, help="Write one zip archive instead of a folder.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def export(target: Path, *, as_zip: bool, as_json: bool) -> None:
    """Write every published article, run-book, recipe and picture to a folder that is empty or an earlier export."""
    with opened(load_settings()) as core, progress() as note:
        told = lambda done, all_: note("writing files", done, all_)  # noqa: E731 - one expression
        done = write_export(core.database, target, as_zip=as_zip, note=told)
    if as_json: click.echo(json.dumps(asdict(done)))
    else:
        items = ", ".join(f"{count} {kind}s" for kind, count in done.items.items())
        click.echo(f"{items}, {done.pictures} pictures; {done.written} files written.")
        if done.removed: click.echo(f"{len(done.removed)} files taken away that are no longer published.")
        for path in done.kept:
            click.echo(f"{path}: is retired in Firstline, and was changed here since; it stays.", err=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--dry-run", "dry", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--retire", "retiring", is_flag=True, help="What is gone on one side is taken away on the other.")
@click.option("--retire-many", "many", is_flag=True, help="With --retire: also if more than a third would go.")
@click.option("--file-wins", multiple=True, metavar="PATH", help="Settle a conflict: as the file is, or gone with it.")
@click.option("--firstline-wins", multiple=True, metavar="PATH", help="Settle a conflict: as Firstline has it.")
@click.option("--audience", default="", help="Who may read files whose audience this desk does not know.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sync(
    folder: Path, file_wins: Sequence[str], firstline_wins: Sequence[str], audience: str, *,
    dry: bool, retiring: bool, many: bool, as_json: bool,
) -> None:
    """Keep a folder of Markdown and YAML files, such as a git checkout, in step with what is published.

    What changed on one side is brought to the other. What changed on both is shown, and nothing is overwritten: exit
    code 2.
    """
    check_folder(folder)
    settings = load_settings()
    known = audiences(settings)
    prefer = dict.fromkeys(file_wins, FILE) | dict.fromkeys(firstline_wins, FIRSTLINE)
    options = Options(audiences=known, audience=audience or EMPLOYEES, guess=bool(audience), whole=True)
    with opened(settings) as core, progress() as note:
        reading = lambda done, all_: note("reading files", done, all_)  # noqa: E731 - one expression
        syncing = lambda done, all_: note("syncing", done, all_)  # noqa: E731 - one expression
        gathered = gather(folder, options, reading, formats=MARKDOWN | RECIPES)
        synced = core.kb.mirror.sync(
            folder, gathered, dry=dry, retiring=retiring, many=many, prefer=prefer, note=syncing
        )
    _tell_sync(synced, dry=dry, as_json=as_json)
    conflicts = len(synced.of(Turn.CONFLICT))
    if conflicts: raise BadInput(f"Conflicts: {conflicts}. Nothing of what is in conflict was changed on either side.")


# -- words ---------------------------------------------------------------------------------------------------------


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_fields(report), ensure_ascii=False))
        return
    pictures = f", {report.pictures} pictures" if report.pictures else ""
    click.echo(
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.same)} unchanged"
        f"{pictures}."
    )
    for line in _some("left out", report.problems): click.echo(line, err=True)
    for line in _some("note", report.notes): click.echo(line, err=True)


def _fields(report: Report) -> dict[str, Any]:
    return {
        "added": report.added, "changed": report.changed, "same": report.same,
        "problems": [str(one) for one in report.problems], "notes": [str(one) for one in report.notes],
        "pictures": report.pictures,
    }  # fmt: skip


def _some(what: str, rows: Sequence[Problem], where: str = "--report FILE has") -> Iterable[str]:
    """The first lines of a kind; those that are about all files come last, and are the ones that sum up."""
    shown = [*rows[: SHOWN // 2], *rows[-SHOWN // 2 :]] if len(rows) > SHOWN else rows
    yield from (f"{what}: {row}" for row in shown)
    if len(shown) < len(rows): yield f"... and {len(rows) - len(shown)} more; {where} all of them."


def _report_lines(source: Path, report: Report) -> Iterable[str]:
    yield f"Import of {source.name}"
    for title, slugs in (("Added", report.added), ("Changed", report.changed), ("Unchanged", report.same)):
        yield from ("", f"{title}: {len(slugs)}", *(f"  {slug}" for slug in slugs))
    for title, rows in (("Left out", report.problems), ("Notes", report.notes)):
        yield from ("", f"{title}: {len(rows)}", *(f"  {row}" for row in rows))


def _tell_sync(synced: Synced, *, dry: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_sync_fields(synced, dry=dry), ensure_ascii=False))
        return
    for step in synced.steps: click.echo(_line(step, dry=dry))
    for problem in synced.problems: click.echo(f"left out: {problem}", err=True)
    for line in _some("note", synced.notes, "--json shows"): click.echo(line, err=True)
    counts = ", ".join(f"{len(synced.of(kind))} {said}" for kind, said in SAID.items() if synced.of(kind))
    click.echo(f"{'Would be: ' if dry else ''}{counts + ', ' if counts else ''}{synced.same} in step.")


def _line(step: Step, *, dry: bool) -> str:
    """What became of one item, and in a conflict who changed what."""
    moved = f" (was {step.moved or step.was})" if step.moved or step.was else ""
    said = f"{'would be ' if dry and step.turn in (Turn.PUBLISH, Turn.WRITE, Turn.NOTE) else ''}{SAID[step.turn]}"
    line = f"{step.path}{moved}: {said}"
    if step.turn is Turn.GONE: return f"{line}; {_gone(step)}"
    if step.turn is Turn.RETIRED: return f"{line} by {step.by}; {_retired(step)}"
    if step.turn is not Turn.CONFLICT: return line
    when = f", {step.at:%Y-%m-%d %H:%M} UTC" if step.at else ""
    return f"{line}: {step.why} by {step.by}{when}\n{step.diff}" if step.diff else f"{line}: {step.why}"


def _gone(step: Step) -> str:
    what = f"{step.kind} {step.slug}"
    if step.done: return f"{what} was retired"
    return f"{what} would be retired" if step.sure else f"{what} is still published unless you say --retire"


def _retired(step: Step) -> str:
    if step.done: return "the file was taken away"
    return "the file would be taken away" if step.sure else "the file stays unless you say --retire"


def _sync_fields(synced: Synced, *, dry: bool) -> Mapping[str, Any]:
    steps = [
        {
            "what": step.turn.value, "path": step.path, "kind": step.kind, "slug": step.slug,
            "was": step.moved or step.was,
            "by": step.by, "at": step.at.isoformat() if step.at else "", "why": step.why, "diff": step.diff,
            "done": step.done,
        }
        for step in synced.steps
    ]  # fmt: skip
    return {
        "dry_run": dry, "same": synced.same, "steps": steps, "problems": [str(one) for one in synced.problems],
        "notes": [str(one) for one in synced.notes],
    }  # fmt: skip
