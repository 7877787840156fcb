"""`firstline kb`: check, import, search."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from bot.cli.progress import opened, progress
from bot.cli.runbooks import runbooks
from core.errors import BadInput
from core.files import Problem
from core.settings import load_settings
from kb.articles import parse_article
from kb.glossary import parse_glossary
from kb.importing import Report

AUDIENCES = frozenset({"employees", "staff"})


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(kb)
    kb.add_command(runbooks)


@click.group()
def kb() -> None:
    """The articles."""


@kb.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(folder: Path, *, as_json: bool) -> None:
    """Import every Markdown article and YAML recipe of a folder; a second import changes nothing."""
    must_be_folder(folder)
    with opened(load_settings()) as core, progress() as note:
        report = core.kb.import_folders(folder, folder, lambda done, all_: note("reading articles", done, all_))
    _tell(report, as_json=as_json)


@kb.command()
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Check every article of a folder, and its glossary.yaml if it has one; exit code 2 if something is wrong."""
    _check(folder, {"*.md": parse_article, "glossary.yaml": parse_glossary})


@kb.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search(question: str, *, as_json: bool) -> None:
    """What search finds for a question, best first."""
    with opened(load_settings()) as core:
        read = core.kb.read(question)
        found = core.kb.search(core.encoder.encode([read])[0], read, AUDIENCES)[:10]
    rows = [{"kind": c.kind, "slug": c.slug, "title": c.title, "score": round(c.score, 4)} for c in found]
    if as_json: click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        lines = [f"{row['score']:.3f}  {row['kind']:8} {row['slug']}: {row['title']}" for row in rows]
        click.echo("\n".join(lines) or "Nothing found.")


def _check(folder: Path, parsers: Mapping[str, Callable[[str, str], object]]) -> None:
    must_be_folder(folder)
    paths = [(path, parse) for pattern, parse in parsers.items() for path in sorted(folder.rglob(pattern))]
    problems: list[Problem] = []
    for path, parse in paths:
        found = parse(str(path.relative_to(folder)), text_of(path))
        if isinstance(found, list): problems += found
    for problem in problems: click.echo(str(problem), err=True)
    if problems: raise BadInput(f"{len(problems)} problems in {len(paths)} files.")
    click.echo(f"{len(paths)} files, no problems.")


def text_of(path: Path) -> str:
    """A file's text; one clear line if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read ({error}).") from None


def must_be_folder(folder: Path) -> None:
    """One clear line if it is none."""
    if not folder.is_dir(): raise BadInput(f"{folder}: there is no such folder.")


def _tell(report: Report, *, as_json: bool) -> None:
    problems = [str(problem) for problem in report.problems]
    if as_json:
        click.echo(
            json.dumps({"added": report.added, "changed": report.changed, "same": report.same, "problems": problems})
        )
        return
    click.echo(f"{len(report.added)} added, {len(report.changed)} changed, {len(report.same)} unchanged.")
    for problem in problems: click.echo(f"left out: {problem}", err=True)
