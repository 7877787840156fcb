"""`firstline cookbook`: what authors of recipes work with."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click

from bot.cli.content import must_be_folder, text_of
from bot.cli.drafts import draft, drafts, publish_
from bot.cli.outcomes import as_row, table
from bot.cli.playing import play
from core import migrate
from core.clock import utc_now
from core.db import Database
from core.errors import BadInput
from core.files import Problem
from core.settings import load_settings
from handoff.actions.registry import load_actions
from kb.cookbook import Book, Recipe
from kb.cookbook.checking import Read, Surroundings, advice, check_together, read_recipe
from kb.cookbook.drawing import drawn
from kb.cookbook.testing import Coverage, coverage
from kb.lists import load_lists
from kb.outcomes import outcomes, together


def add_to(group: click.Group) -> None:
    """Add these commands."""
    group.add_command(cookbook)
    for own in (draft, drafts, publish_): cookbook.add_command(own)


@click.group()
def cookbook() -> None:
    """The recipes."""


@cookbook.command()
@click.argument("place", type=click.Path(path_type=Path), required=False)
@click.option("--strict", is_flag=True, help="Take advice for problems.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(place: Path | None, *, strict: bool, as_json: bool) -> None:
    """Check a recipe or a folder of them, and play their test paths; exit code 2 if something is wrong.

    PLACE is a file or a folder; the company's own recipes if none is named.
    """
    data = load_settings().data_dir
    place = place or data / "cookbook"
    reads, around = read_all(place), surroundings(data)
    problems = [problem for read in reads for problem in read.problems]
    problems += _together(reads, place, around)
    hints = [hint for read in reads for hint in advice(read)]
    covered = {read.file: coverage(read.recipe) for read in reads if read.recipe and not read.problems}
    if as_json: click.echo(json.dumps(_as_json(problems, hints, covered), ensure_ascii=False))
    else: _tell(problems, hints, covered)
    wrong = len(problems) + (len(hints) if strict else 0)
    if wrong: raise BadInput(f"{counted(wrong, 'problem')} in {counted(len(reads), 'file')}.")


def counted(number: int, thing: str) -> str:
    """Such as "1 file", "2 files"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _together(reads: Sequence[Read], place: Path, around: Surroundings) -> list[Problem]:
    """What is wrong between recipes; of a single file, with it, beside those in its folder."""
    if place.is_dir(): return check_together(reads, around)
    beside = [read for read in read_all(place.parent) if read.file != place.name]
    return [problem for problem in check_together([*reads, *beside], around) if problem.file == place.name]


@cookbook.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--known", multiple=True, metavar="NAME=VALUE", help="A fact that is known at the start.")
def run(place: Path, *, known: Sequence[str]) -> None:
    """Go through a recipe in the terminal, as an employee would; PLACE is its file, or its slug."""
    data = load_settings().data_dir
    recipe = _sound(place)
    folder = place.parent if place.is_file() else data / "cookbook"
    beside = {one.recipe.slug: one.recipe for one in read_all(folder) if one.recipe and not one.problems}
    book = Book(recipes=beside | {recipe.slug: recipe}, lists=load_lists(data / "lists.yaml"))
    play(book, recipe.slug, dict(_pair(one) for one in known))


@cookbook.command()
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The file to write (default: SLUG.svg in this folder).")
def draw(place: Path, *, out: Path | None) -> None:
    """Draw a recipe as a flow chart, an SVG file that any browser shows; PLACE is its file, or its slug."""
    recipe = _sound(place)
    target = out or Path(f"{recipe.slug}.svg")
    target.write_text(drawn(recipe), encoding="utf-8")
    click.echo(f"{target}: {len(recipe.steps)} steps.")


@cookbook.command("outcomes")
@click.option("--days", type=click.IntRange(1, 36_500), help="Only runs that began within so many days.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def outcomes_(days: int | None, *, as_json: bool) -> None:
    """Count what came of each recipe: confirmed, assumed, handed off, stopped, abandoned, came back, still running."""
    since = utc_now() - timedelta(days=days) if days else None
    database = Database(load_settings().database_url)
    try:
        migrate.upgrade(database)
        with database.reading() as session: rows = outcomes(session, since)
    finally:
        database.close()
    every = [*rows, together(rows)]
    click.echo(json.dumps([as_row(row) for row in every]) if as_json else table(every))


def _sound(place: Path) -> Recipe:
    """A recipe by its file or its slug; what is wrong with it, if it is not sound."""
    read = read_recipe(*_file(place))
    if not read.recipe or read.problems: raise BadInput("\n".join(map(str, read.problems)))
    return read.recipe


def _file(place: Path) -> tuple[str, str]:
    file = place if place.is_file() else load_settings().data_dir / "cookbook" / f"{place}.yaml"
    return file.name, text_of(file)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name: raise BadInput(f"--known {text}: write name=value, such as platform=mac.")
    return name, value


def read_all(place: Path) -> list[Read]:
    """The recipes of a folder, or the one of a file."""
    if place.is_file(): return [read_recipe(place.name, text_of(place))]
    must_be_folder(place)
    paths = sorted(path for pattern in ("*.yaml", "*.yml") for path in place.rglob(pattern))
    return [read_recipe(str(path.relative_to(place)), text_of(path)) for path in paths]


def surroundings(data: Path) -> Surroundings:
    """What recipes may name, as a data folder has it."""
    actions = load_actions(data / "actions.yaml")
    return Surroundings(
        outcomes=actions.outcomes, parameters=actions.parameters, results=actions.results,
        lists=load_lists(data / "lists.yaml").keys(),
        articles={path.stem for path in (data / "articles").rglob("*.md")},
        pictures={path.name for path in (data / "pictures").glob("*")},
    )


def _tell(problems: Sequence[Problem], hints: Sequence[Problem], covered: dict[str, Coverage]) -> None:
    for problem in problems: click.echo(str(problem), err=True)
    for hint in hints: click.echo(f"{hint} (advice)", err=True)
    for file, one in covered.items(): _tell_coverage(file, one)
    if not problems: click.echo(_total(covered))


def _tell_coverage(file: str, one: Coverage) -> None:
    missing = sorted(one.all_steps - one.steps)
    if missing: click.echo(f"{file}: no path comes to {', '.join(missing)}", err=True)
    ways = [f"{step} → {answer}" for step, answer in one.missing if step not in missing]
    if ways: click.echo(f"{file}: no path goes {'; '.join(ways)}", err=True)


def _total(covered: dict[str, Coverage]) -> str:
    steps = sum(len(one.steps) for one in covered.values()), sum(len(one.all_steps) for one in covered.values())
    ways = sum(len(one.ways) for one in covered.values()), sum(len(one.all_ways) for one in covered.values())
    return (
        f"{counted(len(covered), 'recipe')}, no problems. The test paths come to {steps[0]} of {steps[1]} steps, "
        f"and go {ways[0]} of {ways[1]} ways."
    )


def _as_json(problems: Sequence[Problem], hints: Sequence[Problem], covered: dict[str, Coverage]) -> dict[str, object]:
    ways = {
        file: {"steps": len(c.steps), "all_steps": len(c.all_steps), "ways": len(c.ways), "all_ways": len(c.all_ways)}
        for file, c in covered.items()
    }
    return {"problems": [str(p) for p in problems], "advice": [str(h) for h in hints], "coverage": ways}
