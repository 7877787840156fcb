"""`firstline kb`: check, search, and what is in modules of its own."""

import json
from pathlib import Path

import click

from bot.cli.filing import audiences, export, import_, sync
from bot.cli.gaps import gaps
from bot.cli.health import health, links
from bot.cli.progress import opened
from bot.cli.rehearsing import dry_run
from bot.cli.runbooks import runbooks
from core.errors import BadInput
from core.files import Problem
from core.settings import load_settings
from kb.glossary import parse_glossary
from kb.taking.inspecting import inspected

AUDIENCES = frozenset({"employees", "staff"})


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(kb)
    for own in (runbooks, health, links, dry_run, gaps, import_, export, sync): kb.add_command(own)


@click.group()
def kb() -> None:
    """The articles."""


@kb.command()
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Check the articles of a folder, their links and pictures, and its glossary.yaml; exit code 2 if one is wrong."""
    must_be_folder(folder)
    count, problems = _problems(folder)
    for problem in problems: click.echo(str(problem), err=True)
    if problems: raise BadInput(f"{len(problems)} problems in {count} files.")
    click.echo(f"{count} files, no problems.")


@kb.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search(question: str, *, as_json: bool) -> None:
    """What search finds for a question, best first."""
    with opened(load_settings()) as core:
        read = core.kb.read(question, AUDIENCES)
        found = core.kb.search(core.encoder.encode([read])[0], read, AUDIENCES)[:10]
    rows = [{"kind": c.kind, "slug": c.slug, "title": c.title, "score": round(c.score, 4)} for c in found]
    if as_json: click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        lines = [f"{row['score']:.3f}  {row['kind']:8} {row['slug']}: {row['title']}" for row in rows]
        click.echo("\n".join(lines) or "Nothing found.")


def _problems(folder: Path) -> tuple[int, list[Problem]]:
    """How many files there are to check, and what is wrong with them and between them."""
    texts = {path.relative_to(folder).as_posix(): text_of(path) for path in sorted(folder.rglob("*.md"))}
    glossaries = sorted(folder.rglob("glossary.yaml"))
    found = inspected(texts, folder, audiences(load_settings()))
    for path in glossaries:
        made = parse_glossary(path.relative_to(folder).as_posix(), text_of(path))
        if isinstance(made, list): found += made
    return len(texts) + len(glossaries), found


def text_of(path: Path) -> str:
    """A file's text; one clear line if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read ({error}).") from None


def must_be_folder(folder: Path) -> None:
    """One clear line if it is none."""
    if not folder.is_dir(): raise BadInput(f"{folder}: there is no such folder.")
